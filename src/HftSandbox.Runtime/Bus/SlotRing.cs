using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Runtime.Bus;

/// <summary>A ring of fixed slots between one producer thread and one consumer thread. Nothing is lost: a producer that
/// finds no free slot waits. The two ends are different objects and the only way to touch it.</summary>
/// <typeparam name="T">The slot.</typeparam>
public sealed class SlotRing<T>
    where T : unmanaged
{
    private readonly RingMemory _memory;
    private SharedPositions _shared;

    /// <summary>An empty ring whose memory has been touched.</summary>
    /// <param name="capacity">Slots, a power of two.</param>
    public SlotRing(int capacity)
    {
        if (!BitOperations.IsPow2(capacity))
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "not a power of two");
        Capacity = capacity;
        _memory = new RingMemory(checked(capacity * Unsafe.SizeOf<T>()));
        Writer = new SlotRingWriter<T>(this);
        Reader = new SlotRingReader<T>(this);
    }

    /// <summary>Slots.</summary>
    public int Capacity { get; }

    /// <summary>The producer's end.</summary>
    public SlotRingWriter<T> Writer { get; }

    /// <summary>The consumer's end.</summary>
    public SlotRingReader<T> Reader { get; }

    internal ref SharedPositions Shared => ref _shared;

    /// <summary>The slots from a position on, as many as lie in one piece.</summary>
    [HotPath]
    internal Span<T> Slots(long position, int count)
    {
        var index = (int)position & (Capacity - 1);
        ref var first = ref Unsafe.As<byte, T>(ref _memory.At(index * Unsafe.SizeOf<T>()));
        return MemoryMarshal.CreateSpan(ref first, Math.Min(count, Capacity - index));
    }
}

/// <summary>The producer's end of a <see cref="SlotRing{T}"/>. One thread.</summary>
/// <typeparam name="T">The slot.</typeparam>
public sealed class SlotRingWriter<T>
    where T : unmanaged
{
    private readonly SlotRing<T> _ring;
    private OwnPositions _own;
    private OwningThread _owner;

    internal SlotRingWriter(SlotRing<T> ring) => _ring = ring;

    /// <summary>Free slots that lie in one piece, to be filled in place; empty when the ring is full. Their content is
    /// whatever was in them before.</summary>
    [HotPath]
    public Span<T> Free()
    {
        _owner.Assert();
        if (_own.Position - _own.Seen == _ring.Capacity)
            _own.Seen = Volatile.Read(ref _ring.Shared.Consumed);
        return _ring.Slots(_own.Position, _ring.Capacity - (int)(_own.Position - _own.Seen));
    }

    /// <summary>Hands the first of the free slots to the consumer.</summary>
    /// <param name="count">How many, at most as many as <see cref="Free"/> returned.</param>
    [HotPath]
    public void Publish(int count)
    {
        _owner.Assert();
        Debug.Assert(_own.Position + count - _own.Seen <= _ring.Capacity, "published more than was free");
        _own.Position += count;
        Volatile.Write(ref _ring.Shared.Published, _own.Position);
    }

    /// <summary>Leaves this end to the next thread that touches it; the caller orders the two.</summary>
    [Conditional("DEBUG")]
    public void HandOver() => _owner.Forget();
}

/// <summary>The consumer's end of a <see cref="SlotRing{T}"/>. One thread.</summary>
/// <typeparam name="T">The slot.</typeparam>
public sealed class SlotRingReader<T>
    where T : unmanaged
{
    private readonly SlotRing<T> _ring;
    private OwnPositions _own;
    private OwningThread _owner;

    internal SlotRingReader(SlotRing<T> ring) => _ring = ring;

    /// <summary>Published slots that lie in one piece, oldest first; empty when there is nothing.</summary>
    [HotPath]
    public Span<T> Available()
    {
        _owner.Assert();
        if (_own.Position == _own.Seen)
            _own.Seen = Volatile.Read(ref _ring.Shared.Published);
        return _ring.Slots(_own.Position, (int)(_own.Seen - _own.Position));
    }

    /// <summary>Gives the first of the available slots back to the producer.</summary>
    /// <param name="count">How many, at most as many as <see cref="Available"/> returned.</param>
    [HotPath]
    public void Release(int count)
    {
        _owner.Assert();
        Debug.Assert(_own.Position + count <= _own.Seen, "released more than was available");
        _own.Position += count;
        Volatile.Write(ref _ring.Shared.Consumed, _own.Position);
    }

    /// <summary>Leaves this end to the next thread that touches it; the caller orders the two.</summary>
    [Conditional("DEBUG")]
    public void HandOver() => _owner.Forget();
}
