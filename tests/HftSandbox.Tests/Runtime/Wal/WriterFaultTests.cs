using HftSandbox.Runtime.Bus;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

public sealed class WriterFaultTests
{
    private const int SmallSegment = 8192 + 1024;

    public static TheoryData<DurabilityPolicy> Policies =>
        [DurabilityPolicy.None, DurabilityPolicy.Interval(1_000_000), DurabilityPolicy.Batch, DurabilityPolicy.Every];

    [Theory]
    [MemberData(nameof(Policies))]
    public void After_a_failed_sync_nothing_is_promised_tried_again_or_accepted(DurabilityPolicy policy)
    {
        // The syncs of the opening succeed; any errno is final, an interrupted sync too.
        using var bench = new WriterBench(new StorageFault(StorageCall.SyncData, 4, StorageException.Interrupted));
        bench.Open(policy, SmallSegment);

        var failure = Assert.Throws<StorageException>(() => WriteUntilItFails(bench));

        var syncs = bench.Storage.Count(StorageCall.SyncData);
        var calls = bench.Storage.Calls.Count;
        var (durable, appended) = (bench.Writer.DurableSequence, bench.Writer.AppendedSequence);
        Assert.Equal(("fdatasync", StorageException.Interrupted, 4), (failure.Call, failure.Errno, syncs));
        Assert.True(durable <= appended);
        AssertPoisoned(bench);
        Assert.Equal(calls, bench.Storage.Calls.Count);
        Assert.Equal((durable, appended), (bench.Writer.DurableSequence, bench.Writer.AppendedSequence));
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_full_disk_stops_the_writer_at_once_and_leaves_whole_records_before_a_torn_one(DurabilityPolicy policy)
    {
        var fault = new StorageFault(StorageCall.Write, 4, StorageException.NoSpace, BytesBefore: 50);
        using var bench = new WriterBench(fault);
        bench.Open(policy);

        var failure = Assert.Throws<StorageException>(() => WriteUntilItFails(bench));

        Assert.True(failure.IsNoSpace && failure.IsWrite);
        Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);
        AssertPoisoned(bench);
        var segment = NaiveLog.Read(bench.Path).Single();
        Assert.Equal(bench.Writer.AppendedSequence, segment.Events.LastOrDefault()?.Sequence ?? 0);
        Assert.Equal(segment.Records[^1].End + 50, segment.Bytes.Length);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Whatever_call_fails_first_every_durable_event_can_be_read(DurabilityPolicy policy)
    {
        var calls = CallsOfAWholeRun(policy);
        foreach (var call in calls.Where(call => call is not (StorageCall.Delete or StorageCall.Length)).Distinct())
        {
            // Under an interval the number of syncs varies from run to run.
            for (var nth = 1; nth <= calls.Count(c => c == call); nth++)
                FailAndRead(policy, new StorageFault(call, nth, StorageException.InputOutputError, BytesBefore: 30));
        }
    }

    [Fact]
    public void An_opening_that_fails_leaves_no_segment()
    {
        foreach (var call in new[] { StorageCall.Create, StorageCall.Write, StorageCall.SyncData, StorageCall.Rename })
        {
            using var bench = new WriterBench(new StorageFault(call, 1, StorageException.InputOutputError));

            Assert.Throws<StorageException>(() => bench.Open(DurabilityPolicy.None));

            Assert.Empty(Directory.GetFiles(bench.Path, "*.wal"));
        }
    }

    private static List<StorageCall> CallsOfAWholeRun(DurabilityPolicy policy)
    {
        using var bench = new WriterBench();
        bench.Open(policy, SmallSegment);
        WriteAndSeal(bench);
        return [.. bench.Storage.Calls.Select(record => record.Call)];
    }

    private static void FailAndRead(DurabilityPolicy policy, StorageFault fault)
    {
        using var bench = new WriterBench(fault);
        try
        {
            bench.Open(policy, SmallSegment);
            WriteAndSeal(bench);
        }
        catch (StorageException)
        {
            Assert.Contains(bench.Storage.Calls, call => call.Failed);
        }

        if (!Directory.GetFiles(bench.Path, "*.wal").Any(path => new FileInfo(path).Length > 8192))
            return;
        var durable = bench.Writer.DurableSequence;
        var events = NaiveLog.Read(bench.Path).SelectMany(segment => segment.Events).ToList();
        Assert.True(durable <= (ulong)events.Count, $"{fault}: durable {durable}, readable {events.Count}");
    }

    private static void WriteAndSeal(WriterBench bench)
    {
        for (var i = 0; i < 12; i++)
        {
            bench.Put(derived: i % 3);
            bench.Drain();
            bench.Clock.Advance(1_000_000);
        }

        bench.Seal();
    }

    private static void WriteUntilItFails(WriterBench bench)
    {
        for (var i = 0; i < 10_000; i++)
        {
            bench.Put(derived: 1);
            bench.Drain();
            bench.Clock.Advance(1_000_000);
            Thread.Yield();
        }
    }

    private static void AssertPoisoned(WriterBench bench)
    {
        bench.Clock.Advance(1_000_000_000);
        bench.Writer.CompleteAndSeal();
        Assert.Equal(0, bench.Writer.DoWork(bench.Clock.MonotonicNs));
        Assert.True(bench.Writer.IsPoisoned);
        Assert.False(bench.Writer.IsSealed);
        Assert.True(bench.Ring.IsClosed);
        Assert.Throws<RingClosedException>(() => bench.Put());
    }
}
