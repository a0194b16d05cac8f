using System.Buffers.Binary;
using System.Globalization;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;
using HftSandbox.Tests;
using HftSandbox.Tests.Program;
using HftSandbox.Trader;
using HftSandbox.Trader.Recovery;

namespace HftSandbox.CrashTests;

/// <summary>A store whose writer is killed again and again, and what must hold after each kill.</summary>
/// <param name="directory">Where the program runs.</param>
/// <param name="path">The store.</param>
internal sealed class CrashedStore(TempDirectory directory, string path)
{
    private const int EpochOffset = 72;

    private readonly PosixStorage _storage = new();

    /// <summary>The store's directory.</summary>
    public string Path => path;

    /// <summary>The greatest durable sequence that an observer was ever shown: nothing up to it may be
    /// missing.</summary>
    public ulong Promised { get; set; }

    /// <summary>The arguments that every start of this store needs, such as its configuration.</summary>
    public string[] Arguments { get; init; } = [];

    /// <summary>The command line that records into the store and shows its progress.</summary>
    public string[] Recording(params string[] more) =>
        ["record", path, "--progress", "json", "--json", .. Arguments, .. Again(), .. more];

    /// <summary>Starts recording.</summary>
    public TraderProcess Start(params string[] more) => TraderProcess.Start(directory, Recording(more));

    /// <summary>Takes note of what a process promised before it ended.</summary>
    public void Observe(TraderResult result)
    {
        foreach (var line in result.Progress)
            Observe(line);
    }

    /// <summary>Takes note of what a process promised so far.</summary>
    public void Observe(TraderProgress line) => Promised = Math.Max(Promised, line.DurableSequence);

    /// <summary>Nothing promised is missing, everything that is left is right, and the next start goes on behind it
    /// without changing it.</summary>
    /// <param name="more">More arguments of the next start; it ends by itself.</param>
    public TraderResult MustRecover(params string[] more)
    {
        var found = MustHold();
        var epoch = Epoch();
        MustReplay(found);
        var next = TraderProcess.Run(directory, Recording(more)).Exited(0);
        Observe(next);

        var left = MustHold();
        Assert.Equal(StoreVerdict.Clean, left.Verdict);
        Assert.True(left.LastSequence > found.LastSequence);
        Assert.Equal(epoch + 1, Epoch());
        Assert.True(found.DiscardedBytes == 0 || Files("*.torn-*").Length > 0, "no copy of the discarded bytes");
        MustReplay(left);
        return next;
    }

    /// <summary>A start would find everything that was promised. Asked in this process, with the program's own code:
    /// whether it can be continued, the next start shows.</summary>
    public StoreExamination MustHold()
    {
        var found = StoreInspection.Sound(StoreRecovery.Examine(_storage, path));
        RebuiltEngine.AtEnd(_storage, found);
        Assert.True(
            found.LastSequence >= Promised,
            $"event {Promised} was reported durable, the last one there is {found.LastSequence}");
        return found;
    }

    // What "verify --deep" does.
    private void MustReplay(StoreExamination store)
    {
        var report = StoreReplay.Run(_storage, store, new ReplayRequest { CheckLaws = true });
        Assert.True(report.ExitCode == ExitCode.Ok, report.Problem);
    }

    private string[] Again() => Directory.Exists(path) ? ["--recover"] : [];

    // As FORMAT.md has it, read without the program: +1 at every start that writes.
    private long Epoch() => Files("*.wal").Select(EpochOf).DefaultIfEmpty(0).Max();

    private string[] Files(string pattern) => Directory.Exists(path) ? Directory.GetFiles(path, pattern) : [];

    private static long EpochOf(string segment)
    {
        var header = new byte[EpochOffset + sizeof(uint)];
        using var file = File.OpenRead(segment);
        file.ReadExactly(header);
        return BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(EpochOffset));
    }

    /// <summary>A number as the command line takes it.</summary>
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
