using System.Runtime.InteropServices;
using HftSandbox.Events;
using HftSandbox.Runtime.Bus;

namespace HftSandbox.Tests.Runtime.Bus;

public sealed class SlotRingTests(ITestOutputHelper output)
{
    [Fact]
    public void An_empty_ring_has_nothing_and_a_full_one_no_room()
    {
        var ring = new SlotRing<long>(4);

        Assert.True(ring.Reader.Available().IsEmpty);
        Assert.Equal(4, ring.Writer.Free().Length);
        ring.Writer.Publish(4);

        Assert.True(ring.Writer.Free().IsEmpty);
        Assert.Equal(4, ring.Reader.Available().Length);
    }

    [Fact]
    public void Spans_end_where_the_memory_ends_and_go_on_at_its_start()
    {
        var ring = new SlotRing<long>(4);
        ring.Writer.Free();
        ring.Writer.Publish(3);
        ring.Reader.Available();
        ring.Reader.Release(3);

        var beforeTheEnd = ring.Writer.Free().Length;
        ring.Writer.Publish(1);
        var atTheStart = ring.Writer.Free().Length;

        Assert.Equal((1, 3), (beforeTheEnd, atTheStart));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-4)]
    public void A_capacity_that_is_not_a_power_of_two_is_refused(int capacity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlotRing<long>(capacity));

    [Fact]
    public void The_ends_do_not_share_cache_lines()
    {
        var (shared, own) = (Internal("SharedPositions"), Internal("OwnPositions"));

        Assert.Equal(128, Offset(shared, "Published"));
        Assert.Equal(256, Offset(shared, "Consumed"));
        Assert.Equal(256 + 128, Marshal.SizeOf(shared));
        Assert.Equal(128, Offset(own, "Position"));
        Assert.True(Marshal.SizeOf(own) >= Offset(own, "Seen") + 128);
    }

    [Fact]
    public void Two_threads_hand_over_every_event_in_order_and_allocate_nothing()
    {
        const int Count = 300_000;
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var ring = new SlotRing<InputEvent>(64);
        long allocated = -1;
        var producer = new Thread(() =>
        {
            var random = new Random(seed);
            Produce(ring.Writer, random, 0, Count / 2);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Produce(ring.Writer, random, Count / 2, Count);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });

        producer.IsBackground = true;
        producer.Start();
        var inOrder = Consume(ring.Reader, new Random(seed + 1), Count);
        producer.Join();

        Assert.True(inOrder);
        Assert.Equal(0, allocated);
    }

    private static void Produce(SlotRingWriter<InputEvent> writer, Random random, long from, long to)
    {
        while (from < to)
        {
            var free = writer.Free();
            var count = (int)Math.Min(Math.Min(free.Length, to - from), random.Next(1, 9));
            for (var i = 0; i < count; i++)
            {
                free[i].Start<QuoteBody>(EventKind.Quote, SourceId.Sim);
                free[i].Header.Sequence = (ulong)from++;
                free[i].Header.EventTimeNs = from * 7;
            }

            if (count > 0)
                writer.Publish(count);
            else
                Thread.Yield();
        }
    }

    private static bool Consume(SlotRingReader<InputEvent> reader, Random random, long count)
    {
        var inOrder = true;
        for (var next = 0L; next < count;)
        {
            var available = reader.Available();
            var taken = Math.Min(available.Length, random.Next(1, 9));
            foreach (ref var slot in available[..taken])
            {
                inOrder &= slot.Header.Sequence == (ulong)next++;
                inOrder &= slot.Header.EventTimeNs == next * 7;
            }

            if (taken > 0)
                reader.Release(taken);
            else
                Thread.Yield();
        }

        return inOrder;
    }

    private static Type Internal(string name) =>
        typeof(RecordRing).Assembly.GetType($"{typeof(RecordRing).Namespace}.{name}", throwOnError: true)!;

    private static int Offset(Type type, string field) => (int)Marshal.OffsetOf(type, field);
}
