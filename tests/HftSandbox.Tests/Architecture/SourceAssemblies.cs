using System.Reflection;

namespace HftSandbox.Tests.Architecture;

/// <summary>What was built from src, as it lies beside the tests.</summary>
internal static class SourceAssemblies
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>Assembly names by project folder name: the program is called <c>trader</c>.</summary>
    public static IReadOnlyDictionary<string, string> NameOfProject { get; } =
        Repository.SourceProjects.ToDictionary(name => name, name => name == "HftSandbox.Trader" ? "trader" : name);

    public static Assembly[] All { get; } = [.. NameOfProject.Values.Select(Assembly.Load)];

    public static string PathOf(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly + ".dll");

    /// <summary>Every method and constructor with a body, those that the compiler made included.</summary>
    public static IEnumerable<MethodBase> MethodsOf(Assembly assembly) => assembly.GetTypes().SelectMany(MethodsOf);

    public static IEnumerable<MethodBase> MethodsOf(Type type) =>
        type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared))
            .Where(method => method.GetMethodBody() is not null);

    public static string NameOf(MethodBase method) => $"{method.DeclaringType!.FullName}.{method.Name}";
}
