using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using HftSandbox.Events;

namespace HftSandbox.Tests.Architecture;

/// <summary>What <see cref="HotPathAttribute"/> promises, read from the IL.</summary>
public class HotPathTests
{
    [Fact]
    public void No_hot_method_allocates_or_throws_by_itself()
    {
        var broken = SourceAssemblies.All.SelectMany(HotMethodsOf).SelectMany(Violations);

        Offenders.None(broken);
    }

    [Fact]
    public void The_marks_are_found_at_all()
    {
        var hot = HotMethodsOf(typeof(RecordHeader).Assembly).Select(SourceAssemblies.NameOf).ToArray();

        Assert.Contains("HftSandbox.Events.RecordHeader.TotalLengthOf", hot);
        Assert.Contains("HftSandbox.Events.InputEvent.Start", hot);
    }

    [Theory]
    [InlineData(nameof(Samples.NewArray), "newarr")]
    [InlineData(nameof(Samples.Box), "box")]
    [InlineData(nameof(Samples.Throw), "newobj System.InvalidOperationException, throw")]
    [InlineData(nameof(Samples.Rethrow), "rethrow")]
    [InlineData(nameof(Samples.NewClass), "newobj System.Object")]
    [InlineData(nameof(Samples.NewGenericClass), "newobj System.Collections.Generic.List`1[System.Int32]")]
    [InlineData(nameof(Samples.NewDelegate), "newobj System.Func`1[System.Int32]")]
    [InlineData("get_" + nameof(Samples.MarkedProperty), "newarr")]
    [InlineData(nameof(Samples.NewValue), "")]
    [InlineData(nameof(Samples.NewSpan), "")]
    [InlineData(nameof(Samples.CallsWhatThrows), "")]
    public void Every_rule_catches_its_violation_and_nothing_else(string sample, string expected)
    {
        var method = HotMethodsOf(typeof(Samples)).Single(method => method.Name == sample);

        var found = IlReader.Read(method).Select(instruction => Broken(method, instruction)).OfType<string>();

        Assert.Equal(expected, string.Join(", ", found));
    }

    private static IEnumerable<MethodBase> HotMethodsOf(Assembly assembly) =>
        assembly.GetTypes().SelectMany(HotMethodsOf);

    private static IEnumerable<MethodBase> HotMethodsOf(Type type)
    {
        const BindingFlags all = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic
            | BindingFlags.Instance | BindingFlags.Static;
        var accessors = type.GetProperties(all).Where(IsMarked).SelectMany(property => property.GetAccessors(true));
        var marked = SourceAssemblies.MethodsOf(type).Where(IsMarked).Concat(accessors);
        return marked.Where(method => method.GetMethodBody() is not null);
    }

    private static bool IsMarked(MemberInfo member) => member.IsDefined(typeof(HotPathAttribute), false);

    private static IEnumerable<string> Violations(MethodBase method) => IlReader.Read(method)
        .Select(instruction => (instruction.Offset, Broken: Broken(method, instruction)))
        .Where(found => found.Broken is not null)
        .Select(found => $"{SourceAssemblies.NameOf(method)} IL_{found.Offset:x4}: {found.Broken}");

    private static string? Broken(MethodBase method, Instruction instruction)
    {
        var code = instruction.Code;
        if (code == OpCodes.Newarr || code == OpCodes.Box || code == OpCodes.Throw || code == OpCodes.Rethrow)
            return code.Name;
        if (code != OpCodes.Newobj)
            return null;
        var made = IlReader.Target(method, instruction).DeclaringType!;
        return made.IsValueType ? null : $"newobj {made}";
    }

    /// <summary>What a hot method must not do, and what it may.</summary>
    internal static class Samples
    {
        [HotPath]
        public static int[] MarkedProperty => new int[3];

        [HotPath]
        public static int[] NewArray(int length) => new int[length];

        [HotPath]
        public static object Box(int value) => value;

        [HotPath]
        public static void Throw() => throw new InvalidOperationException();

        [HotPath]
        public static void Rethrow(Action action)
        {
            try
            {
                action();
            }
            catch (InvalidOperationException)
            {
                throw;
            }
        }

        [HotPath]
        public static object NewClass() => new();

        [HotPath]
        public static List<int> NewGenericClass() => [];

        [HotPath]
        public static Func<int> NewDelegate(string text) => text.GetHashCode;

        [HotPath]
        public static Px NewValue(long mantissa) => new(mantissa);

        [HotPath]
        public static ReadOnlySpan<byte> NewSpan(byte[] bytes) => new(bytes);

        [HotPath]
        public static void CallsWhatThrows(int value)
        {
            if (value < 0)
                ThrowNegative(value);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void ThrowNegative(int value) => throw new ArgumentOutOfRangeException(nameof(value));
    }
}
