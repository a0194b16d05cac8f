using HftSandbox.Events;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

public sealed class LogCursorTests : IDisposable
{
    private readonly StoreDirectory _store = new(StoreDirectory.ThreeSegments());

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Every_record_comes_by_in_order()
    {
        using var cursor = Open(_store);

        var seen = Rest(cursor);

        Assert.Equal(_store.Log.Records.Select(r => (r.Kind, r.Sequence)), seen);
        Assert.Null(cursor.Irregularity);
    }

    [Fact]
    public void From_any_event_the_rest_comes_by()
    {
        using var large = new StoreDirectory(Large());
        foreach (var sequence in new ulong[] { 0, 1, 2, 999, 2000, 2001, 3500, 4200, 9999 })
        {
            using var cursor = Open(large);
            cursor.SeekSequence(sequence);

            var seen = Rest(cursor).Where(r => r.Kind == EventKind.Quote && r.Sequence >= sequence).ToList();

            Assert.Equal(
                large.Log.Records.Where(r => !r.IsControl && r.Sequence >= sequence).Select(r => (r.Kind, r.Sequence)),
                seen);
        }
    }

    [Fact]
    public void From_any_time_the_rest_comes_by()
    {
        using var large = new StoreDirectory(Large());
        foreach (var sequence in new ulong[] { 1, 2, 999, 2000, 2001, 3500, 4200 })
        {
            using var cursor = Open(large);
            cursor.SeekTime(LogBuilder.StartNs + ((long)sequence * 1000));

            var seen = Rest(cursor).Where(r => r.Kind == EventKind.Quote && r.Sequence >= sequence).ToList();

            Assert.Equal(4200UL - sequence + 1, (ulong)seen.Count);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_seek_reads_a_small_part_of_the_log(bool byTime)
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.None, segmentBytes: 4 << 20);
        for (var i = 0; i < 30_000; i++)
        {
            bench.Put(payloadLength: 1000);
            bench.Drain();
        }

        bench.Seal();
        var before = bench.Storage.Calls.Count;
        using var cursor = LogCursor.OfStore(bench.Storage, bench.Path, "wal", []);
        if (byTime)
            cursor.SeekTime(1_000 + 20_000);
        else
            cursor.SeekSequence(20_000);
        Assert.True(cursor.MoveNext());

        var reads = bench.Storage.Calls.Skip(before).Where(call => call.Call == StorageCall.Read);
        Assert.InRange(cursor.Sequence, 20_000UL - 64, 20_000UL);
        Assert.InRange(reads.Sum(call => call.Length), 1, 4 << 20);
    }

    [Fact]
    public void What_is_written_later_comes_by_later()
    {
        var storage = new MemoryStorage();
        var log = new LogBuilder().Open().Events(2);
        Put(storage, log);
        using var cursor = LogCursor.OfStore(storage, "/wal", "wal", []);
        var counts = new List<int> { Rest(cursor).Count };
        foreach (var step in new Action[] { () => log.Events(3), () => log.Sync(), () => log.Seal(), Next, Recovered })
        {
            step();
            Put(storage, log);
            cursor.Refresh();
            counts.Add(Rest(cursor).Count);
            Assert.Null(cursor.Irregularity);
        }

        Assert.Equal([2, 3, 1, 1, 4, 1], counts);
        void Next() => log.Open(durable: 5).Events(4);
        void Recovered() => log.Open(epoch: 2, durable: 9).Events(1);
    }

    [Fact]
    public void Half_a_record_is_the_end_so_far()
    {
        var storage = new MemoryStorage();
        var log = new LogBuilder().Open().Events(3);
        var whole = log.Segments[0].Bytes;
        storage.Put($"/wal/{log.Segments[0].Name}", whole.AsMemory()[..^30]);
        using var cursor = LogCursor.OfStore(storage, "/wal", "wal", []);
        Assert.Equal(2, Rest(cursor).Count);
        Assert.True(cursor.MayGrow);

        Put(storage, log);
        cursor.Refresh();

        Assert.Single(Rest(cursor));
        Assert.Null(cursor.Irregularity);
    }

    [Theory]
    [InlineData(0, 6)]
    [InlineData(1, 11)]
    public void Damage_ends_the_way_and_is_told(int segment, int lastSequence)
    {
        var bytes = _store.Log.Segments[segment].Bytes;
        var last = _store.Log.Records.Last(r => r.Segment == segment && !r.IsControl);
        bytes[last.Offset + 70] ^= 1;
        _store.Write(segment, bytes);
        using var cursor = Open(_store);

        var seen = Rest(cursor);

        Assert.Equal((ulong)lastSequence - 1, seen[^1].Sequence);
        Assert.Contains(_store.Log.Segments[segment].Name, cursor.Irregularity, StringComparison.Ordinal);
        Assert.False(cursor.MayGrow);
    }

    [Fact]
    public void A_missing_segment_is_told()
    {
        File.Delete(_store.File(1));
        using var cursor = Open(_store);

        Rest(cursor);

        Assert.Contains("does not follow", cursor.Irregularity, StringComparison.Ordinal);
    }

    [Fact]
    public void Behind_segments_that_were_retired_meanwhile_it_goes_on_and_says_where()
    {
        using var cursor = Open(_store);
        cursor.MoveNext();
        File.Delete(_store.File(0));
        File.Delete(_store.File(1));
        var left = _store.Log.Records.Where(record => record.Segment == 2).ToArray();

        cursor.Refresh();

        Assert.Equal(left.First(record => !record.IsControl).Sequence - 1, cursor.Sequence);
        Assert.Equal(left.Select(record => (record.Kind, record.Sequence)), Rest(cursor));
    }

    [Fact]
    public void A_segment_that_is_gone_while_older_ones_are_there_was_not_retired()
    {
        using var cursor = Open(_store);
        while (cursor.Sequence < 7)
            Assert.True(cursor.MoveNext());
        File.Delete(_store.File(1));

        var failure = Assert.Throws<StorageException>(cursor.Refresh);

        Assert.Equal(StorageException.NotFound, failure.Errno);
    }

    // About 450 KB in three segments, the last one sealed too.
    private static LogBuilder Large() => new LogBuilder()
        .Open().Events(2000).Seal()
        .Open(durable: 2000).Events(2000).Seal()
        .Open(durable: 4000).Events(200).Seal();

    private static void Put(MemoryStorage storage, LogBuilder log)
    {
        foreach (var segment in log.Segments)
            storage.Put($"/wal/{segment.Name}", segment.Bytes);
    }

    private static LogCursor Open(StoreDirectory store) => LogCursor.OfStore(store.Storage, store.Path, "wal", []);

    private static List<(EventKind Kind, ulong Sequence)> Rest(LogCursor cursor)
    {
        var seen = new List<(EventKind, ulong)>();
        while (cursor.MoveNext())
            seen.Add((cursor.Header.Kind, cursor.Header.Sequence));
        return seen;
    }
}
