using System.Globalization;

namespace HftSandbox.Tests;

/// <summary>How much a random test does: a slice in the suite, more behind an environment variable.</summary>
internal static class TestSize
{
    /// <summary>The number in an environment variable, or the preset.</summary>
    public static int Of(string variable, int preset) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : preset;
}
