using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Commands;

namespace HftSandbox.Trader.Certificate;

/// <summary>A moment at which the power may go: before a call that changes or syncs something.</summary>
/// <param name="Disk">What the disk knows.</param>
/// <param name="Durable">The last event that was acknowledged as durable.</param>
/// <param name="Phase">Which part of the script runs.</param>
internal sealed record CrashBoundary(DiskMoment Disk, ulong Durable, int Phase);

/// <summary>Runs of one store with every kind of call in them: a new store, groups, rolls, snapshots, retirement; a
/// crash with a torn tail; its recovery, which is killed once; more; a clean stop; a continuation. Every boundary is
/// kept.</summary>
internal sealed class CrashScript
{
    private const int SegmentBytes = 24 << 10;
    private const int Steps = 12;

    private readonly Func<IStorage, IStorage> _decorate;
    private readonly DurabilityPolicy _policy;
    private readonly ulong _seed;
    private readonly List<CrashBoundary> _boundaries = [];
    private readonly List<Dictionary<string, byte[]>> _written = [];
    private readonly List<CompletionCheck> _completions = [];
    private SimulatedDisk _disk = new();
    private SteppedRun? _run;
    private ulong _durable;

    private CrashScript(DurabilityPolicy policy, ulong seed, Func<IStorage, IStorage> decorate)
    {
        _policy = policy;
        _seed = seed;
        _decorate = decorate;
        _disk.CreateDirectory(SampleStore.Directory);
    }

    /// <summary>Policy and seed.</summary>
    public string Name => $"policy {_policy}, seed {_seed}";

    /// <summary>The boundaries, in order.</summary>
    public IReadOnlyList<CrashBoundary> Boundaries => _boundaries;

    /// <summary>For each phase the segments that were there in it, as they were at last: whatever is recovered at a
    /// boundary of the phase must be a prefix of them.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, byte[]>> Written => _written;

    /// <summary>Why the script could not go on behind a power loss; null as it should be.</summary>
    public string? Refusal { get; private set; }

    /// <summary>For each phase how its derived sets end.</summary>
    public IReadOnlyList<CompletionCheck> Completions => _completions;

    /// <summary>Plays the script.</summary>
    /// <param name="policy">When the writer syncs.</param>
    /// <param name="seed">Decides the events.</param>
    /// <param name="decorate">Wraps the disk; a harness that plants a bug does.</param>
    public static CrashScript Play(DurabilityPolicy policy, ulong seed, Func<IStorage, IStorage> decorate)
    {
        var script = new CrashScript(policy, seed, decorate);
        try
        {
            script.Play();
        }
        catch (CommandFailure refused)
        {
            script.Refusal = refused.Message;
        }

        return script;
    }

    private RecordOptions Options() => new()
    {
        WalDirectory = SampleStore.Directory,
        Recover = true,
        SegmentBytes = SegmentBytes,
        Durability = _policy,
        Retain = new RetentionLimit(3 * SegmentBytes, 0),
        SnapshotIntervalNs = 4_000_000,
        LowWaterBytes = 0,
        Seed = _seed,
    };

    private void Play()
    {
        Phase(Steps, ends: false);
        LosePower(CrashChoice.Drawn(_seed));
        Phase(Steps, ends: false);
        // Only the process dies: what it wrote stays in the cache, for the next one to find and the power to take.
        Phase(Steps / 2, ends: false);
        Phase(Steps / 2, ends: true);
        Phase(Steps / 2, ends: true);
    }

    private void Phase(int steps, bool ends)
    {
        _written.Add([]);
        _completions.Add(new CompletionCheck(_written[^1]));
        var watched = new FaultyStorage(_disk) { Before = (call, _) => OnCall(call) };
        using var run = new SteppedRun(_decorate(watched), Options());
        _run = run;
        for (var i = 0; i < steps; i++)
            run.Step();
        if (ends)
            run.Stop();
        AddBoundary();
        _run = null;
    }

    private void OnCall(StorageCall call)
    {
        if (call is StorageCall.Create or StorageCall.Rename or StorageCall.Delete or StorageCall.SyncDirectory
            or StorageCall.Write or StorageCall.Truncate or StorageCall.SyncData)
            AddBoundary();
    }

    private void AddBoundary()
    {
        _durable = Math.Max(_durable, _run?.Wal.DurableSequence ?? 0);
        _boundaries.Add(new CrashBoundary(_disk.Moment(), _durable, _written.Count - 1));
        foreach (var name in _disk.List(SampleStore.Directory))
        {
            if (!SegmentName.TryParse(name, SegmentName.DefaultPrefix, out _))
                continue;
            using var file = _disk.Open(Path.Join(SampleStore.Directory, name));
            var bytes = new byte[file.Length];
            file.Read(0, bytes);
            _written[^1][file.Path] = bytes;
        }
    }

    private void LosePower(CrashChoice choice) => _disk = new SimulatedDisk(_disk.Crash(choice));
}
