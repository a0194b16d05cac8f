using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

/// <summary>A process that is killed leaves in the page cache what it had not synced; the next one reads it from there,
/// and only then the power fails.</summary>
public sealed class RecoveryAfterKillTests
{
    private const long LoneSyncNs = 200_000_000;

    [Fact]
    public void The_log_goes_on_behind_a_record_of_a_killed_writer_only_when_that_record_is_durable()
    {
        var disk = new SimulatedDisk();
        using var bench = new WriterBench(disk);
        bench.Open(DurabilityPolicy.Batch);
        bench.Put(derived: 1);
        bench.Drain();
        bench.Clock.Advance(LoneSyncNs);
        bench.Drain();

        // Killed here: the record of the sync is written, and nothing has synced it.
        bench.Open(DurabilityPolicy.Batch, start: Recover(disk, bench));
        bench.Put(derived: 1);
        bench.Drain();

        Assert.Equal(4UL, bench.Writer.DurableSequence);
        AssertLosesNothing(disk, bench, 4);
    }

    [Fact]
    public void The_log_goes_on_behind_a_seal_of_a_killed_writer_only_when_that_seal_is_durable()
    {
        var disk = new SimulatedDisk();
        using var bench = new WriterBench(disk);
        bench.Open(DurabilityPolicy.Batch);
        bench.Put(derived: 1);
        bench.Drain();
        bench.Writer.CompleteAndSeal();
        bench.Storage.Before = (call, _) =>
        {
            // The opening's, the batch's, the one before the seal; the fourth is the seal's own.
            if (call == StorageCall.SyncData && bench.Storage.Count(call) == 4)
                throw new OperationCanceledException("killed");
        };
        Assert.Throws<OperationCanceledException>(bench.Drain);
        bench.Storage.Before = null;

        bench.Open(DurabilityPolicy.Batch, start: Recover(disk, bench));
        bench.Put(derived: 1);
        bench.Drain();

        AssertLosesNothing(disk, bench, 4);
    }

    private static WalStart Recover(SimulatedDisk disk, WriterBench bench) =>
        StoreRecovery.Heal(disk, StoreRecovery.Examine(disk, bench.Path));

    private static void AssertLosesNothing(SimulatedDisk disk, WriterBench bench, ulong promised)
    {
        var found = StoreRecovery.Examine(disk.Crash(CrashChoice.NothingKept), bench.Path);
        Assert.Null(found.Refusal);
        Assert.Equal((promised, "clean end"), (found.LastSequence, found.Finding));
    }
}
