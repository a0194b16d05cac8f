using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Commands;

namespace HftSandbox.Trader.Certificate;

/// <summary>A moment at which the power may go: before a call that changes or syncs something.</summary>
/// <param name="Disk">What the disk knows.</param>
/// <param name="Durable">The last event that was acknowledged as durable.</param>
/// <param name="Snapshot">The last snapshot that was saved; 0 = none.</param>
/// <param name="Phase">Which part of the script runs.</param>
internal sealed record CrashBoundary(DiskMoment Disk, ulong Durable, ulong Snapshot, int Phase);

/// <summary>Runs of one store with every kind of call in them: a new store, groups, syncs beside them, rolls,
/// snapshots, retirement; a power loss; its recovery, and a kill in the middle of a write; the recovery from what the
/// cache holds, and a kill between two writes; a clean stop; a continuation. Every boundary is kept.</summary>
internal sealed class CrashScript
{
    private const int SegmentBytes = 24 << 10;
    private const int Steps = 12;
    private const int StepsPerSync = 3;
    private const int IdleStep = 4;

    private readonly Func<IStorage, IStorage> _decorate;
    private readonly List<CrashBoundary> _boundaries = [];
    private readonly List<Dictionary<string, byte[]>> _written = [];
    private readonly List<CompletionCheck> _completions = [];
    private SimulatedDisk _disk = new();
    private SteppedRun? _run;
    private ulong _durable;
    private ulong _snapshot;
    private bool _isNameSynced;
    private bool _tears;
    private bool _isTorn;
    private (string Path, long LengthBefore)? _torn;

    private CrashScript(DurabilityPolicy policy, ulong seed, Func<IStorage, IStorage> decorate)
    {
        _decorate = decorate;
        Options = new RecordOptions
        {
            WalDirectory = SampleStore.Directory,
            Recover = true,
            SegmentBytes = SegmentBytes,
            Durability = policy,
            Retain = new RetentionLimit(3 * SegmentBytes, 0),
            SnapshotIntervalNs = 4_000_000,
            LowWaterBytes = 0,
            Seed = seed,
        };
        _disk.CreateDirectory(SampleStore.Directory);
    }

    /// <summary>An interval that never passes by itself: a sync begins where the script asks for one.</summary>
    public static DurabilityPolicy OnRequest => DurabilityPolicy.Interval(86_400_000_000_000);

    /// <summary>How each of its runs records.</summary>
    public RecordOptions Options { get; }

    /// <summary>Policy and seed.</summary>
    public string Name => $"policy {Options.Durability}, seed {Options.Seed}";

    /// <summary>The boundaries, in order.</summary>
    public IReadOnlyList<CrashBoundary> Boundaries => _boundaries;

    /// <summary>For each phase the segments that were there in it, as they were at last: whatever is recovered at a
    /// boundary of the phase must be a prefix of them.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, byte[]>> Written => _written;

    /// <summary>Why the script could not go on, behind a power loss or at a sync; null as it should be.</summary>
    public string? Refusal { get; private set; }

    /// <summary>For each phase how its derived sets end.</summary>
    public IReadOnlyList<CompletionCheck> Completions => _completions;

    /// <summary>The first phase whose writes the cache still held in a phase: the power is lost behind the first
    /// one.</summary>
    /// <param name="phase">The phase.</param>
    public static int FirstPhaseSincePowerLoss(int phase) => Math.Min(phase, 1);

    /// <summary>Plays the script.</summary>
    /// <param name="policy">When the writer syncs.</param>
    /// <param name="seed">Decides the events.</param>
    /// <param name="decorate">Wraps the disk; a harness that plants a bug does.</param>
    public static CrashScript Play(DurabilityPolicy policy, ulong seed, Func<IStorage, IStorage> decorate)
    {
        var script = new CrashScript(policy, seed, decorate);
        try
        {
            script.Play(seed);
        }
        catch (Exception refused) when (refused is CommandFailure or TimeoutException)
        {
            script.Refusal = refused.Message;
        }

        return script;
    }

    /// <summary>Whether a call changes the disk or makes a change durable.</summary>
    /// <param name="call">The call.</param>
    public static bool IsBoundary(StorageCall call) => call is StorageCall.Create or StorageCall.Rename
        or StorageCall.Delete or StorageCall.SyncDirectory or StorageCall.Write or StorageCall.Truncate
        or StorageCall.SyncData;

    private void Play(ulong seed)
    {
        Phase(Steps, _ => { });
        _disk = new SimulatedDisk(_disk.Crash(CrashChoice.Drawn(seed)));
        Phase(Steps, Tear);
        // Only the process dies: what it wrote stays in the cache, for the next one to find and the power to take.
        Phase(Steps / 2, run => run.Idle());
        Phase(Steps / 2, run => run.Stop());
        Phase(Steps / 2, run => run.Stop());
    }

    private void Phase(int steps, Action<SteppedRun> end)
    {
        _written.Add([]);
        _completions.Add(new CompletionCheck(_written[^1]));
        var watched = new FaultyStorage(_decorate(_disk));
        using var gate = new SyncGate(watched, OnCall);
        using var run = new SteppedRun(watched, Options, gate);
        _run = run;
        for (var i = 0; i < steps; i++)
        {
            if (i == IdleStep)
                run.Idle();
            // When the end of a sync is seen must not decide what is written: it is seen between two steps.
            if (i % StepsPerSync == 0 && Options.Durability == OnRequest && !run.IsSnapshotDue)
                run.RequestSync();
            run.Step();
        }

        end(run);
        if (!_isTorn)
            AddBoundary();
        (_run, _isTorn) = (null, false);
    }

    // A lone Sync record first, which nothing syncs; then the process dies in the middle of writing a group. The
    // boundaries before have seen all of the group: however it ends later, it must end like that.
    private void Tear(SteppedRun run)
    {
        run.Idle();
        _tears = true;
        try
        {
            while (_torn is null)
                run.Step();
            AddBoundary();
            TearGroup();
        }
        catch (OperationCanceledException)
        {
            // At the call behind the group's write.
        }

        (_tears, _torn, _isTorn) = (false, null, true);
    }

    private void OnCall(StorageCall call, string path)
    {
        if (!IsBoundary(call))
            return;
        AddBoundary();
        _isNameSynced = call == StorageCall.SyncDirectory;
        if (!_tears)
            return;
        if (_torn is not null)
        {
            TearGroup();
            throw new OperationCanceledException("killed");
        }

        if (call == StorageCall.Write)
            _torn = (path, LengthOf(path));
    }

    private void TearGroup()
    {
        if (_torn is not { } torn)
            throw new InvalidOperationException("nothing was written that could be torn");
        using var file = _disk.Open(torn.Path, writable: true);
        file.Truncate(torn.LengthBefore + ((file.Length - torn.LengthBefore) / 2));
    }

    private long LengthOf(string path)
    {
        using var file = _disk.Open(path);
        return file.Length;
    }

    private void AddBoundary()
    {
        _durable = Math.Max(_durable, _run?.Wal.DurableSequence ?? 0);
        if (_isNameSynced)
            _snapshot = Math.Max(_snapshot, NewestSnapshot());
        _boundaries.Add(new CrashBoundary(_disk.Moment(), _durable, _snapshot, _written.Count - 1));
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

    private ulong NewestSnapshot()
    {
        var store = new SnapshotStore(_disk, Path.Join(SampleStore.Directory, SnapshotStore.DefaultName));
        return store.Find() is [{ Info: { } newest }, ..] ? newest.Sequence : 0;
    }
}
