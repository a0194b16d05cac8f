using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HftSandbox.Runtime.Bus;

/// <summary>What the two ends of a ring share. 128 bytes apart, because processors fetch cache lines in
/// pairs.</summary>
[StructLayout(LayoutKind.Explicit, Size = 384)]
internal struct SharedPositions
{
    /// <summary>Written by the producer: everything before it may be read.</summary>
    [FieldOffset(128)] public long Published;

    /// <summary>Written by the producer of records: sequence of the last published record.</summary>
    [FieldOffset(136)] public ulong PublishedSequence;

    /// <summary>Written by the consumer: everything before it may be overwritten.</summary>
    [FieldOffset(256)] public long Consumed;
}

/// <summary>What one end of a ring keeps for itself, away from whatever lies beside it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 272)]
internal struct OwnPositions
{
    /// <summary>Where this end stands.</summary>
    [FieldOffset(128)] public long Position;

    /// <summary>Where the other end was seen last: while that is enough, its cache line is left alone.</summary>
    [FieldOffset(136)] public long Seen;
}

/// <summary>Memory of a ring: it does not move, starts on a cache line and has been touched.</summary>
internal readonly struct RingMemory
{
    private const int LineBytes = 128;

    private readonly byte[] _bytes;
    private readonly int _start;

    public unsafe RingMemory(int bytes)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(bytes + LineBytes, pinned: true);
        _bytes.AsSpan().Clear();
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_bytes));
        _start = (int)(LineBytes - (address % LineBytes));
    }

    public ref byte At(int offset) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bytes), _start + offset);
}
