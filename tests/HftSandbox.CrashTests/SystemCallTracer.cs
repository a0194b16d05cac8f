using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using HftSandbox.Tests;
using HftSandbox.Tests.Program;

namespace HftSandbox.CrashTests;

/// <summary>A system call that can change what is on the disk.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">The file or directory it is about.</param>
/// <param name="NewPath">Of a rename: the name after it.</param>
internal sealed record TracedCall(string Name, string Path, string NewPath = "");

/// <summary>What is done to a system call.</summary>
internal enum Injection
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The process is killed before it is done.</summary>
    Kill,

    /// <summary>A write writes half of its bytes, then the process is killed.</summary>
    Tear,

    /// <summary>It fails: a write with a full disk, others with an I/O error.</summary>
    Fail,
}

/// <summary>Runs the program and stops it at each system call that changes its store. They are counted over all
/// threads of the process, which the numbers of strace are not.</summary>
/// <param name="directory">Where the program runs.</param>
/// <param name="store">Calls about paths below this one count.</param>
/// <param name="witness">Learns what is durable.</param>
internal sealed class SystemCallTracer(TempDirectory directory, string store, DiskWitness witness)
{
    private const int InputOutputError = 5;
    private const int NoSpace = 28;

    private static readonly Dictionary<long, string> Names = new()
    {
        [18] = "pwrite64",
        [74] = "fsync",
        [75] = "fdatasync",
        [77] = "ftruncate",
        [82] = "rename",
        [87] = "unlink",
    };

    private static readonly Lazy<bool> Possible = new(Try);

    private readonly Dictionary<int, Pending> _pending = [];
    private readonly List<TracedCall> _calls = [];
    private int _process;
    private Func<TracedCall, int, Injection> _choose = (_, _) => Injection.None;

    private sealed record Pending(TracedCall Call, Injection Injection, Action? Done);

    /// <summary>Whether this machine lets one process trace another.</summary>
    public static bool IsPossible => Possible.Value;

    /// <summary>The calls, in order.</summary>
    public IReadOnlyList<TracedCall> Calls => _calls;

    /// <summary>The call that something was done to.</summary>
    public TracedCall? Hit { get; private set; }

    /// <summary>Runs the program to its end.</summary>
    /// <param name="choose">What to do to a call; they are numbered from 1.</param>
    /// <param name="arguments">The command line.</param>
    public TraderResult Run(Func<TracedCall, int, Injection> choose, params string[] arguments)
    {
        _choose = choose;
        TraderResult? result = null;
        Exception? failure = null;
        // All of ptrace belongs to one thread.
        var thread = new Thread(() =>
        {
            try
            {
                result = Trace(arguments);
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
        });
        thread.Start();
        thread.Join();
        return result ?? throw new InvalidOperationException("the program could not be traced", failure);
    }

    // A shell stands between, because .NET waits for its own children and would take the stops of the traced one.
    private TraderResult Trace(string[] arguments)
    {
        string[] shell = ["-c", "\"$0\" \"$@\"; exit $?", .. TraderProcess.CommandLine(arguments)];
        using var parent = TraderProcess.StartCommand(directory, new Dictionary<string, string>(), "/bin/sh", shell);
        _process = ChildOf(parent.Id);
        foreach (var thread in Directory.GetDirectories($"/proc/{_process}/task"))
        {
            if (!Ptrace.TrySeize(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture)))
                throw new InvalidOperationException("ptrace is not permitted");
        }

        // The end of the first thread is told last; the shell, whose end comes next, is .NET's to wait for.
        using var guard = new Timer(
            _ => Ptrace.Kill(_process), null, TraderProcess.Patience, Timeout.InfiniteTimeSpan);
        while (Ptrace.Wait(out var thread, out var status))
        {
            if ((status & 0xff) == 0x7f)
                Stopped(thread, (status >> 8) & 0xff, status >> 16);
            else if (thread == _process)
                break;
        }

        return parent.WaitForExit();
    }

    private static bool Try()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return false;
        using var directory = new TempDirectory();
        try
        {
            new SystemCallTracer(directory, directory["wal"], new DiskWitness()).Run((_, _) => default, "--help");
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static int ChildOf(int parent)
    {
        var path = $"/proc/{parent}/task/{parent}/children";
        var deadline = Stopwatch.StartNew();
        while (deadline.Elapsed < TraderProcess.Patience)
        {
            if (File.ReadAllText(path).Trim() is { Length: > 0 } child)
                return int.Parse(child, CultureInfo.InvariantCulture);
        }

        throw new TimeoutException("the program did not start");
    }

    private void Stopped(int thread, int signal, int stopEvent)
    {
        var isOwn = stopEvent != 0 || signal == Ptrace.SystemCallStop;
        if (signal == Ptrace.SystemCallStop && Ptrace.TryGetCall(thread, out var info))
        {
            if (info.Operation == Ptrace.CallInfo.Entry)
                Enter(thread, info);
            else if (_pending.Remove(thread, out var pending))
                Leave(thread, pending, info.NumberOrResult);
        }

        Ptrace.Resume(thread, isOwn ? 0 : signal);
    }

    private void Enter(int thread, Ptrace.CallInfo info)
    {
        if (!Names.TryGetValue(info.NumberOrResult, out var name) || Describe(name, info) is not { } call)
            return;
        _calls.Add(call);
        var injection = _choose(call, _calls.Count);
        if (injection != Injection.None)
            Hit = call;
        switch (injection)
        {
            case Injection.Kill:
                Ptrace.Kill(_process);
                return;
            case Injection.Tear:
                Ptrace.SetRegister(thread, Ptrace.ThirdArgumentRegister, bytes => bytes / 2);
                break;
            case Injection.Fail:
                Ptrace.SetRegister(thread, Ptrace.CallRegister, _ => ulong.MaxValue);
                break;
        }

        _pending[thread] = new Pending(call, injection, witness.Begin(call, store));
    }

    private void Leave(int thread, Pending pending, long result)
    {
        if (pending.Injection == Injection.Tear)
        {
            Ptrace.Kill(_process);
        }
        else if (pending.Injection == Injection.Fail)
        {
            var error = pending.Call.Name == "pwrite64" ? NoSpace : InputOutputError;
            Ptrace.SetRegister(thread, Ptrace.ResultRegister, _ => unchecked((ulong)-error));
        }
        else if (result >= 0)
        {
            pending.Done?.Invoke();
        }
    }

    private TracedCall? Describe(string name, Ptrace.CallInfo info)
    {
        var call = name switch
        {
            "rename" => new TracedCall(name, Text(info.Argument0), Text(info.Argument1)),
            "unlink" => new TracedCall(name, Text(info.Argument0)),
            _ => new TracedCall(name, new FileInfo($"/proc/{_process}/fd/{info.Argument0}").LinkTarget ?? ""),
        };
        return call.Path.StartsWith(store, StringComparison.Ordinal) ? call : null;
    }

    private string Text(ulong address)
    {
        const int longest = 4096;
        var bytes = new byte[longest];
        using var memory = File.OpenHandle($"/proc/{_process}/mem");
        var read = RandomAccess.Read(memory, bytes, (long)address);
        return Encoding.UTF8.GetString(bytes.AsSpan(0, read)).Split('\0')[0];
    }
}
