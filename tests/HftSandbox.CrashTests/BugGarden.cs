using System.Diagnostics;
using System.Text.Json;
using HftSandbox.Tests;

namespace HftSandbox.CrashTests;

/// <summary>A copy of the checkout in which bugs are planted, one at a time, and looked for.</summary>
internal sealed class BugGarden : IDisposable
{
    private const string Trader = "src/HftSandbox.Trader/bin/Release/net10.0/trader";
    private const string CrashTests = "tests/HftSandbox.CrashTests/bin/Release/net10.0/HftSandbox.CrashTests";
    private const string Tests = "tests/HftSandbox.Tests/bin/Release/net10.0/HftSandbox.Tests";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private static readonly string[] Layers =
    [
        "-class", "*ClockTests", "-class", "*DecoderTests", "-class", "*SystemCallTests", "-class", "*KillTests",
        "-class", "*PowerCutTests",
    ];

    private readonly TempDirectory _directory = new();
    private readonly int _failedWithoutBug;

    /// <summary>Copies it, and builds the program.</summary>
    public BugGarden()
    {
        Must("bash", "-c", $"git -C '{RepositoryRoot.Path}' ls-files -z | (cd '{RepositoryRoot.Path}' && "
            + $"xargs -0 cp --parents -t '{_directory.Path}')");
        Build("src/HftSandbox.Trader");
        _failedWithoutBug = FailedCases();
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>Plants a bug and asks one detector after another, the fast ones first; null if none catches
    /// it.</summary>
    /// <param name="patch">The bug.</param>
    public string? CaughtBy(string patch)
    {
        Must("git", "apply", patch);
        try
        {
            Build("src/HftSandbox.Trader");
            if (FailedCases() > _failedWithoutBug)
                return "trader crashtest";
            Build("tests/HftSandbox.Tests");
            if (Run("", Tests, ["-namespace", "HftSandbox.Tests.Runtime*", "-stopOnFail"]) != 0)
                return "HftSandbox.Tests.Runtime";
            Build("tests/HftSandbox.CrashTests");
            if (Run("", CrashTests, [.. Layers, "-stopOnFail"]) != 0)
                return "slice";
            return Run("24", CrashTests, [.. Layers, "-stopOnFail"]) != 0 ? "campaign of 24" : null;
        }
        finally
        {
            Must("git", "apply", "-R", patch);
        }
    }

    private void Build(string project) => Must(
        "dotnet", "build", project, "-c", "Release", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false");

    // A program that does not even end has failed.
    private int FailedCases()
    {
        Run("", Trader, ["crashtest", "--size", "small", "--json"], out var output);
        try
        {
            using var result = JsonDocument.Parse(output);
            return result.RootElement.GetProperty("layers").EnumerateArray()
                .Sum(layer => layer.GetProperty("failed").GetInt32());
        }
        catch (JsonException)
        {
            return int.MaxValue;
        }
    }

    private void Must(string file, params string[] arguments)
    {
        if (Run("", file, arguments, out var output) != 0)
            throw new InvalidOperationException($"{file} {string.Join(' ', arguments)}: {output}");
    }

    private int Run(string campaign, string file, string[] arguments) => Run(campaign, file, arguments, out _);

    private int Run(string campaign, string file, string[] arguments, out string output)
    {
        var path = file.Contains('/', StringComparison.Ordinal) ? _directory[file] : file;
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = _directory.Path,
        };
        start.Environment["HFTSANDBOX_CAMPAIGN"] = campaign;
        start.Environment["HFTSANDBOX_CAMPAIGN_RESULTS"] = "";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        using var process = Process.Start(start)!;
        var reading = process.StandardOutput.ReadToEndAsync();
        var ended = process.WaitForExit(Patience);
        if (!ended)
            process.Kill(entireProcessTree: true);
        output = reading.GetAwaiter().GetResult();
        return ended ? process.ExitCode : -1;
    }
}
