namespace HftSandbox.Tests.Architecture;

/// <summary>An interface earns its place by a second implementation, or is a seam that tests need.</summary>
public class InterfaceTests
{
    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["HftSandbox.Core.Strategies.IStrategy"] = "extension point: the template is the first of those shipped",
        ["HftSandbox.Runtime.Agents.IClock"] = "test seam: tests set the time",
        ["HftSandbox.Runtime.Storage.IStorage"] = "test seam: tests make the N-th call fail",
        ["HftSandbox.Runtime.Storage.IStorageFile"] = "test seam: tests make the N-th call fail",
    };

    [Fact]
    public void No_interface_has_a_single_implementation_without_a_reason()
    {
        var types = SourceAssemblies.All.SelectMany(assembly => assembly.GetTypes()).ToArray();

        var single = types.Where(type => type.IsInterface)
            .Where(type => types.Count(other => !other.IsInterface && Implements(other, type)) == 1)
            .Select(type => type.FullName!);

        Offenders.None(single.Except(Reasons.Keys));
    }

    [Fact]
    public void Every_reason_belongs_to_an_interface_that_exists()
    {
        var interfaces = SourceAssemblies.All.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsInterface).Select(type => type.FullName!);

        Offenders.None(Reasons.Keys.Except(interfaces));
    }

    private static bool Implements(Type type, Type contract) => type.GetInterfaces()
        .Any(each => each == contract || (each.IsGenericType && each.GetGenericTypeDefinition() == contract));
}
