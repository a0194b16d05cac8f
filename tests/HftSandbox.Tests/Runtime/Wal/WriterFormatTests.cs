using HftSandbox.Events;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

public sealed class WriterFormatTests(ITestOutputHelper output)
{
    private const int SmallSegment = 8192 + 4096;

    [Fact]
    public void A_sealed_log_reads_back_by_the_words_of_the_format_alone()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.Batch, SmallSegment);

        for (var i = 0; i < 300; i++)
        {
            bench.Put(random.Next(4), random.Next(0, 200), commit: true);
            if (random.Next(3) == 0)
                bench.Drain();
        }

        bench.Drain();
        bench.Seal();

        var segments = NaiveLog.Read(bench.Path);
        var events = segments.SelectMany(segment => segment.Events).ToList();
        Assert.True(segments.Count > 3);
        Assert.Equal(bench.Writer.Rolls + 1, segments.Count);
        Assert.All(segments, segment => Assert.True(segment.IsSealed));
        Assert.All(segments, segment => Assert.True(segment.Records[^1].End <= SmallSegment));
        Assert.Equal((1UL, bench.LastSequence, (int)bench.LastSequence),
            (events[0].Sequence, events[^1].Sequence, events.Count));
        Assert.All(events, CheckPayload);
        Assert.Equal(bench.LastSequence, segments[^1].Records[^1].U64(48));
        Assert.Contains(segments.SelectMany(s => s.Records), record => record.Kind == NaiveRecord.Sync);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(1023)]
    public void A_payload_of_any_length_is_padded_with_zeros_and_checked(int payloadLength)
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.None);

        bench.Put(derived: 2, payloadLength);
        bench.Seal();

        var events = NaiveLog.Read(bench.Path).Single().Events.ToList();
        Assert.Equal(3, events.Count);
        Assert.All(events, CheckPayload);
    }

    [Fact]
    public void The_longest_record_fits()
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.None, SmallSegment);

        bench.Put(payloadLength: (512 << 10) - 68);
        bench.Put();
        bench.Seal();

        var segments = NaiveLog.Read(bench.Path);
        Assert.Equal([1, 1], segments.Select(segment => segment.Events.Count()));
    }

    [Fact]
    public void The_header_says_who_wrote_the_segment()
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.None);

        bench.Put();
        bench.Seal();

        var segment = NaiveLog.Read(bench.Path).Single();
        Assert.Equal(("bench", "1.2.3"), (segment.Text(176), segment.Text(240)));
        Assert.Equal((1u, (uint)Environment.ProcessId), (segment.U32(72), segment.U32(76)));
        Assert.Equal((1u << 20, 1u), (segment.U32(80), segment.U32(84)));
        Assert.Equal((WriterBench.StoreId.High, WriterBench.StoreId.Low), (segment.U64(16), segment.U64(24)));
        Assert.Equal((1UL, 1UL), (segment.U64(48), segment.U64(56)));
        Assert.Equal(-1, segment.Header.AsSpan(304, 4092 - 304).IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, segment.Header.AsSpan(88, 88).IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void A_header_of_one_record_with_the_payload_of_another_fails()
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.None);
        bench.Put();
        bench.Put();
        bench.Seal();
        var segment = NaiveLog.Read(bench.Path).Single();
        var (first, second) = (segment.Records[0], segment.Records[1]);
        var salt = NaiveLog.SaltOf(segment.Header);

        byte[] forged = [.. first.Bytes[..64], .. second.Bytes[64..]];

        Assert.Equal(first.Bytes.Length, forged.Length);
        Assert.NotNull(NaiveLog.TryReadRecord(first.Bytes, 0, salt));
        Assert.Null(NaiveLog.TryReadRecord(forged, 0, salt));
        Assert.Null(NaiveLog.TryReadRecord(first.Bytes, 0, [1, 2, 3, 4]));
    }

    [Fact]
    public void A_second_writer_goes_on_with_the_chain_the_numbers_and_the_sequences()
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.None);
        bench.Put(derived: 2);
        bench.Seal();
        var first = NaiveLog.Read(bench.Path).Single();
        var seal = first.Records[^1];
        Sha256Bytes digest = default;
        seal.Body(56, 32).CopyTo((Span<byte>)digest);

        bench.Open(DurabilityPolicy.None, start: new WalStart
        {
            StoreId = WriterBench.StoreId,
            Epoch = 2,
            NextSegmentNumber = 2,
            LastSequence = 3,
            DurableSequence = 3,
            LastReceiveTimeNs = 1_003,
            Predecessor = new SegmentPredecessor
            {
                Number = 1,
                LastSequence = 3,
                LastCrc = seal.Crc,
                End = PredecessorEnd.Sealed,
                DataLength = seal.End,
                SealDigest = digest,
            },
        });
        bench.Put();
        bench.Seal();

        var second = NaiveLog.Read(bench.Path)[1];
        Assert.Equal((2u, 3UL), (second.U32(72), second.U64(88)));
        Assert.Equal([4UL], second.Events.Select(record => record.Sequence));
    }

    [Fact]
    public void A_segment_without_events_can_be_sealed()
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.Default);

        bench.Seal();

        var record = Assert.Single(NaiveLog.Read(bench.Path).Single().Records);
        Assert.Equal(NaiveRecord.Seal, record.Kind);
    }

    [Fact]
    public void A_snapshot_record_stands_where_it_was_asked_for_and_repeats_the_last_event()
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.Batch);
        bench.Put();
        bench.Drain();
        SnapshotBody body = default;
        body.Sequence = 1;
        body.Name = Text64.From("positions.json");

        bench.Writer.AppendSnapshotRecord(body);
        bench.Drain();
        bench.Put();
        bench.Seal();

        var records = NaiveLog.Read(bench.Path).Single().Records;
        ushort quote = (ushort)EventKind.Quote;
        Assert.Equal(
            [quote, NaiveRecord.Snapshot, NaiveRecord.Sync, quote, NaiveRecord.Seal],
            records.Select(record => record.Kind));
        Assert.Equal((1UL, 1_001L, 1UL), (records[1].Sequence, records[1].ReceiveTimeNs, records[1].U64(0)));
        Assert.Equal("positions.json"u8.ToArray(), records[1].Body(40, 14));
    }

    [Fact]
    public void A_mark_lies_behind_the_last_event_whatever_record_of_a_sync_follows_it()
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.Batch);
        bench.Put(derived: 1);
        bench.Drain();
        bench.Clock.Advance(200_000_000);
        bench.Drain();

        bench.Ring.Writer.Mark();
        bench.Drain();

        // Nothing has synced that record, and a snapshot may not lie on what a power loss takes.
        var records = NaiveLog.Read(bench.Path).Single().Records;
        var mark = bench.Writer.MarkedPosition!;
        Assert.Equal(3, records.Count);
        Assert.Equal((2UL, records[1].End, records[1].Crc), (mark.Sequence, mark.Offset, mark.RecordCrc));
    }

    [Fact]
    public void A_mark_tells_where_the_events_before_it_end()
    {
        using var bench = new WriterBench();
        bench.Open(DurabilityPolicy.None, SmallSegment);
        Assert.Null(bench.Writer.MarkedPosition);
        for (var i = 0; i < 60; i++)
            bench.Put();
        bench.Ring.Writer.Mark();
        bench.Put();

        bench.Drain();
        var mark = bench.Writer.MarkedPosition!;
        bench.Seal();

        var segment = NaiveLog.Read(bench.Path).Single(segment => segment.U64(48) == mark.SegmentNumber);
        var before = segment.Records.Single(record => record.End == mark.Offset);
        Assert.Equal((60UL, 2UL), (mark.Sequence, mark.SegmentNumber));
        Assert.Equal((before.Sequence, before.Crc), (mark.Sequence, mark.RecordCrc));
    }

    private static void CheckPayload(NaiveRecord record)
    {
        var length = BitConverter.ToInt32(record.Bytes, 4);
        var expected = Enumerable.Range(0, length).Select(i => (byte)(record.Sequence + (ulong)i));
        Assert.Equal(expected, record.Bytes[64..(64 + length)]);
    }
}
