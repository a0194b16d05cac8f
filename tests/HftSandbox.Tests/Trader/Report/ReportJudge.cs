using HftSandbox.Tests.Program;

namespace HftSandbox.Tests.Trader.Report;

/// <summary>The second program that computes a report again, in another language.</summary>
internal static class ReportJudge
{
    /// <summary>Holds a report against the records it was made from; skips the calling test without python3.</summary>
    /// <param name="directory">Where the files are.</param>
    /// <param name="records">What <c>inspect --json</c> printed.</param>
    /// <param name="report">What <c>report --json</c> printed.</param>
    public static TraderResult Judge(TempDirectory directory, string records, string report)
    {
        var script = RepositoryRoot.File("tests", "HftSandbox.Tests", "Trader", "Report", "check_report.py");
        var environment = new Dictionary<string, string> { ["PYTHONDONTWRITEBYTECODE"] = "1", ["PYTHONUTF8"] = "1" };
        using var python = TraderProcess.StartCommand(
            directory, environment, "python3", [script, directory[records], directory[report]]);
        var result = python.WaitForExit();
        // What starts programs says so with this code when there is none of that name.
        Assert.SkipWhen(result.ExitCode == 127, "not run: there is no python3");
        return result;
    }
}
