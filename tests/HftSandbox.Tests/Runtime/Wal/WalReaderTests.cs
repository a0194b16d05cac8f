using HftSandbox.Events;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

public sealed class WalReaderTests
{
    [Fact]
    public void Every_event_is_read_in_order_with_its_place()
    {
        using var store = new StoreDirectory(StoreDirectory.ThreeSegments());
        using var reader = new WalReader(store.Storage, store.Examine().Segments);
        foreach (var record in store.Log.Records.Where(record => !record.IsControl))
        {
            Assert.True(reader.MoveNext());
            AssertIs(record, store.Log, reader);
        }

        Assert.False(reader.MoveNext());
        Assert.False(reader.MoveNext());
    }

    [Fact]
    public void Control_records_are_shown_when_asked_for()
    {
        using var store = new StoreDirectory(StoreDirectory.ThreeSegments());
        using var reader = new WalReader(store.Storage, store.Examine().Segments, includeControl: true);
        foreach (var record in store.Log.Records)
        {
            Assert.True(reader.MoveNext());
            AssertIs(record, store.Log, reader);
        }

        Assert.False(reader.MoveNext());
    }

    [Fact]
    public void Reading_starts_at_any_event_through_the_index_or_without_it()
    {
        var log = new LogBuilder()
            .Open().Events(90, payloadBytes: 3000).Seal()
            .Open(durable: 90).Events(40, payloadBytes: 3000);
        using var store = new StoreDirectory(log);
        var indexed = store.Examine();
        AssertSeeks();

        var indexAt = log.Segments[0].DataEnd + 30;
        log.Segments[0].Bytes[indexAt] ^= 1;
        store.Write(0, log.Segments[0].Bytes);
        Assert.Single(store.Examine().Warnings);
        AssertSeeks();

        void AssertSeeks()
        {
            for (var from = 0UL; from <= 131; from++)
            {
                using var reader = new WalReader(store.Storage, indexed.Segments, from);
                var expected = Math.Max(from, 1);
                Assert.Equal(expected <= 130, reader.MoveNext());
                if (expected > 130)
                    continue;
                Assert.Equal(expected, reader.Header.Sequence);
                Assert.Equal(expected < 130, reader.MoveNext());
            }
        }
    }

    [Fact]
    public void Control_records_before_the_first_event_asked_for_are_not_shown()
    {
        using var store = new StoreDirectory(StoreDirectory.ThreeSegments());
        using var reader = new WalReader(store.Storage, store.Examine().Segments, 6, includeControl: true);

        var kinds = new List<EventKind>();
        while (reader.MoveNext() && reader.Header.Sequence < 8)
            kinds.Add(reader.Header.Kind);

        Assert.Equal([EventKind.Quote, EventKind.Seal, EventKind.Quote], kinds);
    }

    [Fact]
    public void Reading_stops_at_the_valid_end_whatever_lies_behind()
    {
        var log = StoreDirectory.ThreeSegments();
        var second = log.Records[1];
        log.Segments[0].Bytes[second.Offset + 70] ^= 1;
        using var store = new StoreDirectory(log);
        using var reader = new WalReader(store.Storage, store.Examine().Segments);

        Assert.True(reader.MoveNext());
        Assert.False(reader.MoveNext());
    }

    [Fact]
    public void A_record_that_changed_since_the_examination_is_never_returned()
    {
        using var store = new StoreDirectory(StoreDirectory.ThreeSegments());
        var found = store.Examine();
        var third = store.Log.Records[2];
        store.Log.Segments[0].Bytes[third.Offset + 70] ^= 1;
        store.Write(0, store.Log.Segments[0].Bytes);
        using var reader = new WalReader(store.Storage, found.Segments);

        Assert.True(reader.MoveNext());
        Assert.True(reader.MoveNext());
        var damage = Assert.Throws<WalDamagedException>(() => reader.MoveNext());

        Assert.Equal((store.File(0), (long)third.Offset, 3UL), (damage.Path, damage.Offset, damage.Sequence));
    }

    [Fact]
    public void One_segment_file_is_read_alone()
    {
        using var store = new StoreDirectory(StoreDirectory.ThreeSegments());
        var found = StoreRecovery.ExamineFile(store.Storage, store.File(1));
        using var reader = new WalReader(store.Storage, found.Segments);

        var sequences = new List<ulong>();
        while (reader.MoveNext())
            sequences.Add(reader.Header.Sequence);

        Assert.Equal([7UL, 8, 9, 10, 11], sequences);
    }

    [Fact]
    public void Records_longer_than_the_rest_of_the_buffer_are_read_whole()
    {
        var log = new LogBuilder().Open().Events(1).Events(3, payloadBytes: (1 << 20) - 72).Events(1);
        using var store = new StoreDirectory(log);
        using var reader = new WalReader(store.Storage, store.Examine().Segments);

        foreach (var record in log.Records)
        {
            Assert.True(reader.MoveNext());
            AssertIs(record, log, reader);
        }
    }

    [Fact]
    public void Reading_allocates_nothing_per_record()
    {
        using var store = new StoreDirectory(new LogBuilder().Open().Events(500));
        using var reader = new WalReader(store.Storage, store.Examine().Segments);
        reader.MoveNext();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var sum = 0UL;
        while (reader.MoveNext())
            sum += reader.Header.Sequence + reader.Payload[0] + reader.RecordCrc;

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(0UL, sum);
    }

    private static void AssertIs(BuiltRecord record, LogBuilder log, WalReader reader)
    {
        var bytes = log.Segments[record.Segment].Bytes.AsSpan(record.Offset, record.Length);
        Assert.Equal((record.Kind, record.Sequence), (reader.Header.Kind, reader.Header.Sequence));
        Assert.Equal(((ulong)record.Segment + 1, (long)record.Offset), (reader.Segment.Number, reader.Offset));
        Assert.Equal(BitConverter.ToUInt32(bytes[^4..]), reader.RecordCrc);
        Assert.True(bytes.Slice(64, (int)reader.Header.PayloadLength).SequenceEqual(reader.Payload));
    }
}
