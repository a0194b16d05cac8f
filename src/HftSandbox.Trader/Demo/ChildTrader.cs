using System.Diagnostics;
using System.Text;

namespace HftSandbox.Trader.Demo;

/// <summary>What a child process printed and how it ended.</summary>
/// <param name="ExitCode">Its exit code; 137 when it was killed.</param>
/// <param name="Output">Its stdout.</param>
/// <param name="Errors">Its stderr.</param>
internal sealed record ChildResult(int ExitCode, string Output, string Errors);

/// <summary>Runs this program again in a process of its own: only a real process can be killed.</summary>
internal static class ChildTrader
{
    private const int KilledExitCode = 137;

    /// <summary>Runs a command to its end.</summary>
    /// <param name="arguments">As on the command line.</param>
    public static ChildResult Run(params string[] arguments) => RunUntil(_ => false, arguments);

    /// <summary>Runs a command and kills it with SIGKILL once a line of its stderr says so.</summary>
    /// <param name="isEnough">Is asked about every line of stderr.</param>
    /// <param name="arguments">As on the command line.</param>
    public static ChildResult RunUntil(Func<string, bool> isEnough, params string[] arguments)
    {
        using var process = Process.Start(StartInfo(arguments))
            ?? throw new CommandFailure(ExitCode.Unexpected, "this program could not be started again");
        var errors = new StringBuilder();
        var killed = false;
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
                return;

            errors.AppendLine(line.Data);
            if (!killed && isEnough(line.Data))
            {
                killed = true;
                process.Kill();
            }
        };
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ChildResult(killed ? KilledExitCode : process.ExitCode, output, errors.ToString());
    }

    // The program is its own executable, or a dll that the shared host runs.
    private static ProcessStartInfo StartInfo(string[] arguments)
    {
        var self = Environment.ProcessPath!;
        var isShared = Path.GetFileNameWithoutExtension(self) == "dotnet";
        return new ProcessStartInfo(self, isShared ? [Environment.GetCommandLineArgs()[0], .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }
}
