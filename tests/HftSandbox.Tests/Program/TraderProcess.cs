using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace HftSandbox.Tests.Program;

/// <summary>The signals that tests send (Linux numbers).</summary>
public enum ProcessSignal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

/// <summary>The published <c>trader</c> in a process of its own. What it prints is read while it runs; it does not
/// outlive the object.</summary>
public sealed partial class TraderProcess : IDisposable
{
    /// <summary>How long anything may take before the process is killed and the test fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static readonly string Published = RepositoryRoot.File(
        "src", "HftSandbox.Trader", "bin", Configuration, "net10.0", "linux-x64", "publish", "trader.dll");

    private static string Configuration =>
        typeof(TraderProcess).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Thread _errorReader;
    private readonly object _errorLock = new();
    private readonly StringBuilder _error = new();
    private readonly List<TraderProgress> _progress = [];
    private bool _errorEnded;

    private TraderProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        _errorReader = new Thread(ReadError) { IsBackground = true, Name = "stderr" };
        _errorReader.Start();
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>What standard error holds so far.</summary>
    public string Error
    {
        get
        {
            lock (_errorLock)
                return _error.ToString();
        }
    }

    /// <summary>Runs <c>trader</c> to its end.</summary>
    /// <param name="directory">Where it runs: relative paths and defaults land there.</param>
    /// <param name="arguments">The command line.</param>
    public static TraderResult Run(TempDirectory directory, params string[] arguments)
    {
        using var process = Start(directory, arguments);
        return process.WaitForExit();
    }

    /// <summary>Starts <c>trader</c>.</summary>
    /// <param name="directory">Where it runs: relative paths and defaults land there.</param>
    /// <param name="arguments">The command line.</param>
    public static TraderProcess Start(TempDirectory directory, params string[] arguments) =>
        Start(directory, new Dictionary<string, string>(), arguments);

    /// <summary>Starts <c>trader</c> with environment variables of its own.</summary>
    /// <param name="directory">Where it runs: relative paths and defaults land there.</param>
    /// <param name="environment">Added to the test's environment, from which <c>TRADER__*</c> is taken away.</param>
    /// <param name="arguments">The command line.</param>
    public static TraderProcess Start(
        TempDirectory directory, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var command = CommandLine(arguments);
        return StartCommand(directory, environment, command[0], command[1..]);
    }

    /// <summary>The file and the arguments that start the published <c>trader</c>.</summary>
    internal static string[] CommandLine(params string[] arguments)
    {
        var host = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet");
        return [Path.GetFullPath(host), Published, .. arguments];
    }

    /// <summary>Starts any program in the harness: its own tests need programs that behave as they like.</summary>
    internal static TraderProcess StartCommand(
        TempDirectory directory, IReadOnlyDictionary<string, string> environment, string file, string[] arguments)
    {
        // Whoever starts the tests in the background has them ignore SIGINT, and children inherit that.
        var start = new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT", file, .. arguments])
        {
            WorkingDirectory = directory.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new TraderProcess(process);
    }

    /// <summary>Waits for a progress line for which the condition holds, and returns it. The process runs on.</summary>
    /// <param name="reached">The condition.</param>
    public TraderProgress WaitForProgress(Func<TraderProgress, bool> reached)
    {
        var seen = 0;
        lock (_errorLock)
        {
            for (var deadline = Deadline(); ; WaitForMoreError(deadline))
            {
                for (; seen < _progress.Count; seen++)
                {
                    if (reached(_progress[seen]))
                        return _progress[seen];
                }

                if (_errorEnded)
                    throw new InvalidOperationException($"the process ended before that progress:\n{_error}");
            }
        }
    }

    /// <summary>The last progress line so far; all zero if there was none.</summary>
    public TraderProgress LastProgress
    {
        get
        {
            lock (_errorLock)
                return _progress.LastOrDefault();
        }
    }

    /// <summary>Waits until standard error holds a text. The process runs on.</summary>
    /// <param name="text">The text.</param>
    public void WaitForError(string text)
    {
        lock (_errorLock)
        {
            for (var deadline = Deadline(); !_error.ToString().Contains(text, StringComparison.Ordinal);)
                WaitForMoreError(deadline);
        }
    }

    /// <summary>Sends a signal; false if the process has ended already.</summary>
    /// <param name="signal">Which.</param>
    public bool Send(ProcessSignal signal)
    {
        if (_process.HasExited)
            return false;
        if (SendSignal(_process.Id, (int)signal) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        return true;
    }

    /// <summary>Sends a signal and waits for the end.</summary>
    /// <param name="signal">Which.</param>
    public TraderResult End(ProcessSignal signal)
    {
        Send(signal);
        return WaitForExit();
    }

    /// <summary>Waits for the end; a process that does not end in time is killed and the test fails.</summary>
    public TraderResult WaitForExit()
    {
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"the process did not end within {Patience}:\n{Error}");
        }

        _errorReader.Join();
        return new TraderResult(_process.ExitCode, _output.GetAwaiter().GetResult(), Error, _progress);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _errorReader.Join();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);

    private static bool IsOurs(string name) => name.StartsWith("TRADER__", StringComparison.OrdinalIgnoreCase);

    private static long Deadline() => Environment.TickCount64 + (long)Patience.TotalMilliseconds;

    private void WaitForMoreError(long deadline)
    {
        var left = deadline - Environment.TickCount64;
        if (left <= 0 || !Monitor.Wait(_errorLock, TimeSpan.FromMilliseconds(left)))
            throw new TimeoutException($"the progress was not reached within {Patience}:\n{_error}");
    }

    private void ReadError()
    {
        while (_process.StandardError.ReadLine() is { } line)
        {
            lock (_errorLock)
            {
                _error.Append(line).Append('\n');
                if (TraderProgress.Parse(line) is { } progress)
                    _progress.Add(progress);
                Monitor.PulseAll(_errorLock);
            }
        }

        lock (_errorLock)
        {
            _errorEnded = true;
            Monitor.PulseAll(_errorLock);
        }
    }
}
