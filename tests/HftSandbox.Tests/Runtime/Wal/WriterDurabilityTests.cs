using System.Globalization;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

public sealed class WriterDurabilityTests
{
    private const long Millisecond = 1_000_000;
    private const int SyncsOfOpening = 1;

    [Fact]
    public void None_makes_nothing_durable_before_the_clean_stop()
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.None);

        bench.Put(derived: 3);
        bench.Drain();
        bench.Clock.Advance(1000 * Millisecond);
        bench.Drain();

        Assert.Equal((4UL, 0UL), (bench.Writer.AppendedSequence, bench.Writer.DurableSequence));
        Assert.Equal(SyncsOfOpening, bench.Storage.Count(StorageCall.SyncData));
        bench.Seal();
        Assert.Equal(4UL, bench.Writer.DurableSequence);
    }

    [Fact]
    public void Under_none_an_event_is_made_durable_when_somebody_asks()
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.None);
        bench.Writer.RequestDurable(2);
        bench.Put();
        bench.Drain();
        Assert.Equal(0UL, bench.Writer.DurableSequence);

        bench.Put();
        bench.Drain();
        bench.Drain();

        Assert.Equal(2UL, bench.Writer.DurableSequence);
        Assert.Equal(SyncsOfOpening + 1, bench.Storage.Count(StorageCall.SyncData));
    }

    [Fact]
    public void Batch_syncs_what_it_took_in_one_go_before_it_goes_on()
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.Batch);
        bench.Put(derived: 3);
        bench.Put(derived: 3);

        bench.Writer.DoWork(bench.Clock.MonotonicNs);

        Assert.Equal((8UL, 8UL), (bench.Writer.AppendedSequence, bench.Writer.DurableSequence));
        Assert.Equal(SyncsOfOpening + 1, bench.Storage.Count(StorageCall.SyncData));
    }

    [Fact]
    public void Every_syncs_each_input_with_what_derives_from_it()
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.Every);
        bench.Put(derived: 3);
        bench.Put(derived: 0);
        bench.Put(derived: 1);

        bench.Writer.DoWork(bench.Clock.MonotonicNs);
        var syncs = bench.Storage.Count(StorageCall.SyncData);
        bench.Seal();

        var durable = NaiveLog.Read(bench.Path).Single().Records
            .Where(record => record.Kind == NaiveRecord.Sync)
            .Select(record => record.U64(0));
        Assert.Equal(SyncsOfOpening + 3, syncs);
        Assert.Equal(7UL, bench.Writer.DurableSequence);
        Assert.Equal([4UL, 5UL], durable);
    }

    [Fact]
    public void Interval_syncs_beside_the_writer_and_promises_only_what_was_written_before_the_sync_began()
    {
        using var bench = new WriterBench();
        using var mayEnd = new ManualResetEventSlim();
        using var began = new ManualResetEventSlim();
        bench.Open(DurabilityPolicy.Interval(10 * Millisecond));
        bench.Storage.Before = (call, _) =>
        {
            if (call != StorageCall.SyncData)
                return;
            began.Set();
            mayEnd.Wait(TimeSpan.FromMinutes(1));
        };
        bench.Put();
        bench.Drain();
        Assert.False(began.IsSet);

        bench.Clock.Advance(10 * Millisecond);
        bench.Drain();
        began.Wait(TestContext.Current.CancellationToken);
        bench.Put();
        bench.Drain();
        Assert.Equal((2UL, 0UL), (bench.Writer.AppendedSequence, bench.Writer.DurableSequence));
        mayEnd.Set();
        bench.RunUntil(() => bench.Writer.DurableSequence > 0, stepNs: 1);
        Assert.Equal(1UL, bench.Writer.DurableSequence);
        bench.RunUntil(() => bench.Writer.DurableSequence > 1);

        Assert.Equal(2UL, bench.Writer.DurableSequence);
        bench.Seal();
        NaiveLog.Read(bench.Path);
    }

    [Fact]
    public void A_sync_that_no_group_follows_is_recorded_alone_and_once()
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.Batch);
        bench.Put();
        bench.Drain();

        bench.Clock.Advance(99 * Millisecond);
        bench.Drain();
        var early = NaiveLog.Read(bench.Path).Single().Records.Count;
        bench.Clock.Advance(1 * Millisecond);
        bench.Drain();
        bench.Clock.Advance(1000 * Millisecond);
        bench.Drain();

        var records = NaiveLog.Read(bench.Path).Single().Records;
        Assert.Equal(1, early);
        Assert.Equal(2, records.Count);
        Assert.Equal((NaiveRecord.Sync, 1UL), (records[1].Kind, records[1].U64(0)));
        Assert.Equal(SyncsOfOpening + 1, bench.Storage.Count(StorageCall.SyncData));
    }

    [Fact]
    public void A_segment_exists_only_when_the_one_before_is_durable_with_its_seal()
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.None, segmentBytes: 8192 + 1024);
        for (var i = 0; i < 10; i++)
            bench.Put();

        bench.Drain();

        var calls = bench.Storage.Calls.ToList();
        var rename = calls.FindLastIndex(call => call.Call == StorageCall.Rename);
        var path = calls[rename + 2].Path;
        Assert.Equal(
            [StorageCall.Write, StorageCall.SyncData, StorageCall.Create, StorageCall.Write, StorageCall.SyncData,
                StorageCall.Rename, StorageCall.SyncDirectory, StorageCall.Open, StorageCall.Write],
            calls[(rename - 5)..(rename + 4)].Select(call => call.Call));
        Assert.EndsWith("-0000000001.wal", calls[rename - 4].Path, StringComparison.Ordinal);
        Assert.EndsWith("-0000000002.wal", path, StringComparison.Ordinal);
        Assert.Equal((1, 5UL), (bench.Writer.Rolls, bench.Writer.DurableSequence));
        Assert.Equal(5UL, NaiveLog.Read(bench.Path)[1].U64(88));
    }

    [Fact]
    public void A_stale_next_file_is_deleted_at_the_start()
    {
        using var bench = new WriterBench();
        File.WriteAllText(Path.Join(bench.Path, "wal.next"), "left by a crash");

        bench.Open(DurabilityPolicy.None);

        Assert.False(File.Exists(Path.Join(bench.Path, "wal.next")));
        Assert.Equal(16384, 2 * new FileInfo(Directory.GetFiles(bench.Path).Single()).Length);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("batch")]
    [InlineData("every")]
    [InlineData("interval:10ms")]
    [InlineData("interval:1s")]
    [InlineData("interval:1500us")]
    [InlineData("interval:1ns")]
    public void A_policy_reads_back_as_it_is_written(string text)
    {
        Assert.True(DurabilityPolicy.TryParse(text, ParseDuration, out var policy));

        Assert.Equal(text, policy.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Batch")]
    [InlineData("interval")]
    [InlineData("interval:")]
    [InlineData("interval:0ns")]
    [InlineData("interval:soon")]
    public void Anything_else_is_no_policy(string text) =>
        Assert.False(DurabilityPolicy.TryParse(text, ParseDuration, out _));

    [Theory]
    [InlineData("none")]
    [InlineData("batch")]
    [InlineData("every")]
    [InlineData("interval:1ms")]
    public void A_duty_cycle_allocates_nothing(string text)
    {
        DurabilityPolicy.TryParse(text, ParseDuration, out var policy);
        using var bench = new WriterBench();
        var storage = new PosixStorage();
        using var directory = new TempDirectory();
        var options = new WalOptions { Directory = directory.Path, Policy = policy, EngineVersion = "1" };
        using var writer = new WalWriter(
            storage, bench.Clock, options, bench.Ring.Reader, WalStart.NewStore(WriterBench.StoreId));

        long Cycles(int count)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < count; i++)
            {
                bench.Put(derived: 2);
                writer.DoWork(bench.Clock.MonotonicNs);
                bench.Clock.Advance(Millisecond);
                writer.DoWork(bench.Clock.MonotonicNs);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Cycles(50);
        Assert.Equal(0, Cycles(200));
    }

    private static bool ParseDuration(string text, out long ns)
    {
        var unit = text.TrimStart("0123456789".ToCharArray());
        var factor = unit switch { "ns" => 1L, "us" => 1_000, "ms" => 1_000_000, "s" => 1_000_000_000, _ => 0 };
        ns = factor == 0 ? 0 : long.Parse(text[..^unit.Length], CultureInfo.InvariantCulture) * factor;
        return factor != 0;
    }
}
