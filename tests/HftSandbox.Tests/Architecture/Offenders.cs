namespace HftSandbox.Tests.Architecture;

/// <summary>Says every place that breaks a rule, one a line.</summary>
internal static class Offenders
{
    public static void None(IEnumerable<string> places)
    {
        var all = places.ToArray();
        Assert.True(all.Length == 0, $"{all.Length} break the rule:\n{string.Join('\n', all)}");
    }
}
