using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;

namespace HftSandbox.Tests.Runtime.Bus;

public sealed class RecordRingTests(ITestOutputHelper output)
{
    private const int ReadBytesMax = 1 << 20;

    [Fact]
    public void Records_appear_when_their_group_is_committed()
    {
        var ring = new RecordRing(4096, WaitMode.Park);
        Put(ring.Writer, 1, 72);
        Put(ring.Writer, 2, 80);

        Assert.Equal(0, ring.Reader.Available(ReadBytesMax).Length);
        Assert.Equal(0UL, ring.PublishedSequence);
        ring.Writer.Commit();

        Assert.Equal(152, ring.Reader.Available(ReadBytesMax).Length);
        Assert.Equal(2UL, ring.PublishedSequence);
    }

    [Fact]
    public void A_record_that_does_not_fit_at_the_end_goes_to_the_start_in_one_piece()
    {
        var ring = new RecordRing(256, WaitMode.Park);
        PutGroup(ring.Writer, 1, 96);
        PutGroup(ring.Writer, 2, 104);
        ring.Reader.Release(ring.Reader.Available(ReadBytesMax).Length);

        PutGroup(ring.Writer, 3, 96);

        var record = ring.Reader.Available(ReadBytesMax);
        Assert.Equal(96, record.Length);
        Assert.Equal(3UL, RecordHeader.At(record).Sequence);
    }

    [Fact]
    public void A_rest_of_eight_bytes_is_skipped_too()
    {
        var ring = new RecordRing(256, WaitMode.Park);
        PutGroup(ring.Writer, 1, 128);
        PutGroup(ring.Writer, 2, 120);
        ring.Reader.Release(ring.Reader.Available(ReadBytesMax).Length);

        PutGroup(ring.Writer, 3, 72);

        Assert.Equal(3UL, RecordHeader.At(ring.Reader.Available(ReadBytesMax)).Sequence);
    }

    [Fact]
    public void The_reader_gets_whole_records_up_to_its_limit_and_at_least_one()
    {
        var ring = new RecordRing(4096, WaitMode.Park);
        foreach (var sequence in new ulong[] { 1, 2, 3 })
            PutGroup(ring.Writer, sequence, 80);

        Assert.Equal(160, ring.Reader.Available(239).Length);
        Assert.Equal(240, ring.Reader.Available(240).Length);
        Assert.Equal(80, ring.Reader.Available(8).Length);
    }

    [Fact]
    public void A_mark_is_passed_only_after_everything_before_it_and_never_read_as_a_record()
    {
        var ring = new RecordRing(4096, WaitMode.Park);
        PutGroup(ring.Writer, 1, 80);
        ring.Writer.Mark();
        PutGroup(ring.Writer, 2, 72);
        ring.Writer.Mark();
        ring.Writer.Mark();

        Assert.False(ring.Reader.TryPassMark());
        Assert.Equal(80, ring.Reader.Available(ReadBytesMax).Length);
        ring.Reader.Release(80);
        Assert.True(ring.Reader.Available(ReadBytesMax).IsEmpty);
        Assert.True(ring.Reader.TryPassMark());
        Assert.False(ring.Reader.TryPassMark());
        ring.Reader.Release(ring.Reader.Available(ReadBytesMax).Length);
        Assert.True(ring.Reader.TryPassMark());
        Assert.True(ring.Reader.TryPassMark());
        Assert.False(ring.Reader.TryPassMark());
        Assert.Equal(2UL, ring.PublishedSequence);
    }

    [Fact]
    public void A_group_larger_than_the_ring_goes_through_without_its_commit()
    {
        const int Records = 100;
        var ring = new RecordRing(512, WaitMode.Park);
        var producer = new Thread(() =>
        {
            for (var sequence = 1UL; sequence <= Records; sequence++)
                Put(ring.Writer, sequence, 96);
            ring.Writer.Commit();
        });

        producer.IsBackground = true;
        producer.Start();
        var read = new List<ulong>();
        while (read.Count < Records)
            ReadInto(read, ring.Reader, ReadBytesMax);
        producer.Join();

        Assert.Equal(Enumerable.Range(1, Records).Select(i => (ulong)i), read);
    }

    [Fact]
    public void A_closed_ring_stops_a_producer_at_its_next_commit()
    {
        var ring = new RecordRing(4096, WaitMode.Park);
        Put(ring.Writer, 1, 72);

        ring.Reader.Close();

        Assert.True(ring.IsClosed);
        Assert.Throws<RingClosedException>(ring.Writer.Commit);
        Assert.Equal(0UL, ring.PublishedSequence);
    }

    [Fact]
    public void A_closed_ring_wakes_a_producer_that_waits_for_room()
    {
        var ring = new RecordRing(256, WaitMode.Park);
        Exception? failure = null;
        Action produce = () =>
        {
            for (var sequence = 1UL; ; sequence++)
                Put(ring.Writer, sequence, 96);
        };
        var producer = new Thread(() => failure = Record.Exception(produce));

        producer.IsBackground = true;
        producer.Start();
        while (ring.PublishedSequence < 2)
            Thread.Yield();
        ring.Close();
        producer.Join();

        Assert.IsType<RingClosedException>(failure);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(65536)]
    public void Two_threads_hand_over_every_byte_and_every_mark_and_allocate_nothing(int capacity)
    {
        const ulong Count = 100_000;
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var ring = new RecordRing(capacity, WaitMode.Park);
        long allocated = -1;
        var producer = new Thread(() =>
        {
            var random = new Random(seed);
            Produce(ring.Writer, random, 1, 1000);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Produce(ring.Writer, random, 1001, Count);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });

        producer.IsBackground = true;
        producer.Start();
        var (read, marks) = Consume(ring, new Random(seed + 1), Count);
        producer.Join();

        Assert.Equal(Count, read);
        Assert.Equal(0, allocated);
        Assert.All(marks, sequence => Assert.Equal(0UL, sequence % 97));
        Assert.Equal(Count / 97, (ulong)marks.Count);
    }

    private static void Produce(RecordRingWriter writer, Random random, ulong from, ulong to)
    {
        for (var sequence = from; sequence <= to; sequence++)
        {
            Put(writer, sequence, 72 + 8 * random.Next(0, 40));
            if (random.Next(4) == 0 || sequence == to)
                writer.Commit();
            if (sequence % 97 == 0)
                writer.Mark();
        }
    }

    private static (ulong Read, List<ulong> Marks) Consume(RecordRing ring, Random random, ulong count)
    {
        var read = new List<ulong>((int)count);
        var marks = new List<ulong>();
        while (read.Count < (int)count || marks.Count < (int)(count / 97))
        {
            ReadInto(read, ring.Reader, random.Next(1, 2048));
            Assert.True(read.Count == 0 || ring.PublishedSequence >= read[^1]);
            if (ring.Reader.TryPassMark())
                marks.Add(read[^1]);
        }

        for (var i = 0; i < read.Count; i++)
            Assert.Equal((ulong)i + 1, read[i]);
        return ((ulong)read.Count, marks);
    }

    private static void ReadInto(List<ulong> read, RecordRingReader reader, int bytesMax)
    {
        var bytes = reader.Available(bytesMax);
        for (var offset = 0; offset < bytes.Length;)
        {
            ref var header = ref RecordHeader.At(bytes[offset..]);
            var payload = bytes[(offset + RecordHeader.SizeBytes)..(offset + (int)header.TotalLength)];
            Assert.Equal(-1, payload.IndexOfAnyExcept((byte)header.Sequence));
            read.Add(header.Sequence);
            offset += (int)header.TotalLength;
        }

        if (bytes.IsEmpty)
            Thread.Yield();
        reader.Release(bytes.Length);
    }

    private static void PutGroup(RecordRingWriter writer, ulong sequence, int totalLength)
    {
        Put(writer, sequence, totalLength);
        writer.Commit();
    }

    private static void Put(RecordRingWriter writer, ulong sequence, int totalLength)
    {
        var record = writer.Claim(totalLength);
        record[RecordHeader.SizeBytes..].Fill((byte)sequence);
        RecordHeader.At(record) = new RecordHeader
        {
            TotalLength = (uint)totalLength,
            PayloadLength = (uint)(totalLength - RecordHeader.SizeBytes - RecordHeader.RecordCrcBytes),
            Kind = EventKind.Quote,
            Sequence = sequence,
        };
    }
}
