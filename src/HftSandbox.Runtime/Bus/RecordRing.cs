using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Events;
using HftSandbox.Runtime.Agents;

namespace HftSandbox.Runtime.Bus;

/// <summary>The outbound ring: records as they will lie on disk, one behind the other, between the engine and the WAL
/// writer. A record never wraps: a frame of eight bytes (length, <see cref="SkipFrame"/>) skips the rest of the
/// memory; another (<see cref="MarkFrame"/>) is a mark. Frames never reach the disk.</summary>
public sealed class RecordRing
{
    /// <summary>In place of the payload length: nothing up to the end of the memory.</summary>
    internal const uint SkipFrame = uint.MaxValue;

    /// <summary>In place of the payload length: a mark.</summary>
    internal const uint MarkFrame = uint.MaxValue - 1;

    /// <summary>Bytes of a frame.</summary>
    internal const int FrameBytes = RecordHeader.AlignmentBytes;

    private readonly RingMemory _memory;
    private SharedPositions _shared;
    private volatile bool _closed;

    /// <summary>An empty ring whose memory has been touched.</summary>
    /// <param name="capacityBytes">Bytes, a power of two, at least twice the longest record.</param>
    /// <param name="writerWait">How the producer waits for room.</param>
    public RecordRing(int capacityBytes, WaitMode writerWait)
    {
        if (!BitOperations.IsPow2(capacityBytes) || capacityBytes < 2 * RecordHeader.SizeBytes)
            throw new ArgumentOutOfRangeException(nameof(capacityBytes), capacityBytes, "no power of two or too small");
        CapacityBytes = capacityBytes;
        _memory = new RingMemory(capacityBytes);
        Writer = new RecordRingWriter(this, new IdleStrategy(writerWait));
        Reader = new RecordRingReader(this);
    }

    /// <summary>Bytes.</summary>
    public int CapacityBytes { get; }

    /// <summary>The producer's end.</summary>
    public RecordRingWriter Writer { get; }

    /// <summary>The consumer's end.</summary>
    public RecordRingReader Reader { get; }

    /// <summary>Sequence of the last published record; 0 = none. Any thread.</summary>
    public ulong PublishedSequence => Volatile.Read(ref _shared.PublishedSequence);

    /// <summary>Whether the consumer has failed. Any thread.</summary>
    public bool IsClosed => _closed;

    internal ref SharedPositions Shared => ref _shared;

    /// <summary>The consumer has failed: the producer's next wait or commit throws <see cref="RingClosedException"/>.
    /// Any thread.</summary>
    public void Close() => _closed = true;

    [HotPath]
    internal int OffsetOf(long position) => (int)position & (CapacityBytes - 1);

    [HotPath]
    internal Span<byte> Bytes(int offset, int length) => MemoryMarshal.CreateSpan(ref _memory.At(offset), length);

    // Its first eight bytes always lie within the memory; the rest only if it is a record, not a frame.
    [HotPath]
    internal ref RecordHeader HeaderAt(int offset) => ref Unsafe.As<byte, RecordHeader>(ref _memory.At(offset));
}

/// <summary>The consumer of a <see cref="RecordRing"/> has failed: nothing that is put into it would reach the
/// disk.</summary>
public sealed class RingClosedException : Exception
{
    /// <summary>With the default message.</summary>
    public RingClosedException()
        : base("the outbound ring is closed because the WAL writer failed")
    {
    }

    /// <summary>With a message.</summary>
    /// <param name="message">Text.</param>
    public RingClosedException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    /// <param name="message">Text.</param>
    /// <param name="innerException">Cause.</param>
    public RingClosedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
