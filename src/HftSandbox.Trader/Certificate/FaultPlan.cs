using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Commands;

namespace HftSandbox.Trader.Certificate;

/// <summary>A short run in which a call is to fail.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Options">How it is recorded.</param>
/// <param name="Start">What the disk holds before it.</param>
/// <param name="DurableBefore">The last event that was acknowledged before it.</param>
internal sealed record FaultScenario(string Name, RecordOptions Options, MemoryStorage Start, ulong DurableBefore)
{
    private const int Steps = 10;

    /// <summary>A disk with the start on it, durable.</summary>
    public SimulatedDisk NewDisk()
    {
        var disk = new SimulatedDisk(Start);
        disk.CreateDirectory(SampleStore.Directory);
        return disk;
    }

    /// <summary>Plays the run to its clean stop.</summary>
    /// <param name="run">Just begun.</param>
    public static void Play(SteppedRun run)
    {
        for (var i = 0; i < Steps; i++)
            run.Step();
        run.Stop();
    }
}

/// <summary>Every call that is made to fail: a fresh run under each policy, and the recovery of one that lost its
/// power.</summary>
internal sealed class FaultPlan
{
    private const int NoSpace = StorageException.NoSpace;
    private const int InputOutput = StorageException.InputOutputError;
    private const int Quota = StorageException.QuotaExceeded;
    private const int Interrupted = StorageException.Interrupted;
    private const int SegmentBytes = 24 << 10;
    private const int ShortWrite = 100;

    private static readonly (StorageCall Call, int[] Errors)[] Errors =
    [
        (StorageCall.Write, [InputOutput, NoSpace, Quota, Interrupted]),
        (StorageCall.SyncData, [InputOutput, NoSpace, Quota, Interrupted]),
        (StorageCall.SyncDirectory, [InputOutput, Interrupted]),
        (StorageCall.Create, [InputOutput, NoSpace, Quota]),
        (StorageCall.Rename, [InputOutput, NoSpace, Quota]),
        (StorageCall.Truncate, [InputOutput, Interrupted]),
        (StorageCall.Delete, [InputOutput]),
        (StorageCall.Open, [InputOutput]),
        (StorageCall.Read, [InputOutput]),
        (StorageCall.Length, [InputOutput]),
        (StorageCall.List, [InputOutput]),
        (StorageCall.Lock, [InputOutput]),
    ];

    /// <summary>Counts the calls of every run.</summary>
    /// <param name="decorate">Wraps the disk above the faults.</param>
    public FaultPlan(Func<IStorage, IStorage> decorate)
    {
        Decorate = decorate;
        var cases = new List<(FaultScenario, StorageFault)>();
        foreach (var policy in new[] { DurabilityPolicy.None, DurabilityPolicy.Batch, DurabilityPolicy.Every })
        {
            var fresh = new FaultScenario($"a fresh run, {policy}", Options(policy), new MemoryStorage(), 0);
            AddCases(cases, fresh);
            AddCases(cases, AfterPowerLoss(fresh));
        }

        Cases = cases;
    }

    /// <summary>Wraps the disk above the faults.</summary>
    public Func<IStorage, IStorage> Decorate { get; }

    /// <summary>Which call fails in which run.</summary>
    public IReadOnlyList<(FaultScenario Scenario, StorageFault Fault)> Cases { get; }

    private static RecordOptions Options(DurabilityPolicy policy) => new()
    {
        WalDirectory = SampleStore.Directory,
        Recover = true,
        SegmentBytes = SegmentBytes,
        Durability = policy,
        Retain = new RetentionLimit(2 * SegmentBytes, 0),
        SnapshotIntervalNs = 3_000_000,
        LowWaterBytes = 0,
        Seed = 1,
    };

    // A run that ends in the middle, and a torn tail to be healed.
    private static FaultScenario AfterPowerLoss(FaultScenario fresh)
    {
        var disk = fresh.NewDisk();
        using var run = new SteppedRun(disk, fresh.Options);
        for (var i = 0; i < 7; i++)
            run.Step();
        for (ulong seed = 1; ; seed++)
        {
            var left = disk.Crash(CrashChoice.Drawn(seed));
            var isTorn = StoreRecovery.Examine(left, SampleStore.Directory).Verdict == StoreVerdict.Healable;
            if (isTorn || seed == 100)
            {
                var name = $"recovery of {fresh.Name}";
                return fresh with { Name = name, Start = left, DurableBefore = run.Wal.DurableSequence };
            }
        }
    }

    private static void AddCases(List<(FaultScenario, StorageFault)> cases, FaultScenario scenario)
    {
        var counting = new FaultyStorage(scenario.NewDisk());
        using (var run = new SteppedRun(counting, scenario.Options))
            FaultScenario.Play(run);
        foreach (var (call, errors) in Errors)
        {
            for (var nth = 1; nth <= counting.Count(call); nth++)
            {
                foreach (var error in errors)
                {
                    cases.Add((scenario, new StorageFault(call, nth, error)));
                    if (call == StorageCall.Write)
                        cases.Add((scenario, new StorageFault(call, nth, error, BytesBefore: ShortWrite)));
                }
            }
        }
    }
}
