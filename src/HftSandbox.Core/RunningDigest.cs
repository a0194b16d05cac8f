using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Core;

/// <summary>The hash of every event of the store so far: MurmurHash3 x64 128 (Austin Appleby, public domain) with
/// seed 0 over the concatenation of each event's compared fields. Per event 48 bytes of header (bytes 8–15, 16–23,
/// 24–31, 32–39, instrument id and payload length, 48–55), then the payload, zero-padded to 16. The wall time in
/// RunStarted counts as 0. It detects divergence, not forgers.</summary>
/// <param name="h1">First half of the running state.</param>
/// <param name="h2">Second half of the running state.</param>
/// <param name="length">Bytes hashed so far, padding included.</param>
internal struct RunningDigest(ulong h1, ulong h2, ulong length)
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;
    private const int BlockBytes = 16;
    private const uint HeaderBytes = 48;

    private ulong _h1 = h1;
    private ulong _h2 = h2;

    public readonly ulong H1 => _h1;

    public readonly ulong H2 => _h2;

    public ulong Length { get; private set; } = length;

    /// <summary>Adds one event.</summary>
    [HotPath]
    public void Add(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        // The two halves live in registers here: through the fields each step would wait for the store before it.
        ulong h1 = _h1;
        ulong h2 = _h2;
        ref ulong words = ref Unsafe.As<RecordHeader, ulong>(ref Unsafe.AsRef(in header));
        Mix(ref h1, ref h2, Unsafe.Add(ref words, 1), header.Sequence);
        Mix(ref h1, ref h2, (ulong)header.EventTimeNs, (ulong)header.ReceiveTimeNs);
        Mix(ref h1, ref h2, header.InstrumentId | ((ulong)header.PayloadLength << 32), header.CauseSequence);

        int offset = 0;
        if (header.Kind == EventKind.RunStarted)
        {
            Mix(ref h1, ref h2, 0, BinaryPrimitives.ReadUInt64LittleEndian(payload[8..]));
            offset = BlockBytes;
        }

        ref byte start = ref MemoryMarshal.GetReference(payload);
        for (; offset <= payload.Length - BlockBytes; offset += BlockBytes)
            Mix(ref h1, ref h2, Word(ref start, offset), Word(ref start, offset + 8));
        bool endsInHalf = payload.Length - offset == BlockBytes / 2;
        if (endsInHalf)
            Mix(ref h1, ref h2, Word(ref start, offset), 0);

        _h1 = h1;
        _h2 = h2;
        if (offset < payload.Length && !endsInHalf)
            MixOddRest(payload[offset..]);
        Length += HeaderBytes + (((ulong)payload.Length + BlockBytes - 1) & ~(ulong)(BlockBytes - 1));
    }

    /// <summary>The hash of what was added so far.</summary>
    public readonly Id16 Finish()
    {
        ulong first = _h1 ^ Length;
        ulong second = _h2 ^ Length;
        first += second;
        second += first;
        first = Avalanche(first);
        second = Avalanche(second);
        first += second;
        second += first;
        return new Id16(first, second);
    }

    [HotPath]
    private static ulong Word(ref byte start, int offset) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset));

    private static ulong Avalanche(ulong k)
    {
        k = (k ^ (k >> 33)) * 0xff51afd7ed558ccd;
        k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53;
        return k ^ (k >> 33);
    }

    /// <summary>JSON may end anywhere; every other payload is a multiple of 8.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MixOddRest(ReadOnlySpan<byte> rest)
    {
        UInt128 padded = 0;
        rest.CopyTo(MemoryMarshal.AsBytes(new Span<UInt128>(ref padded)));
        Mix(ref _h1, ref _h2, (ulong)padded, (ulong)(padded >> 64));
    }

    [HotPath]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref ulong h1, ref ulong h2, ulong k1, ulong k2)
    {
        ulong first = h1 ^ (BitOperations.RotateLeft(k1 * C1, 31) * C2);
        first = ((BitOperations.RotateLeft(first, 27) + h2) * 5) + 0x52dce729;
        ulong second = h2 ^ (BitOperations.RotateLeft(k2 * C2, 33) * C1);
        h2 = ((BitOperations.RotateLeft(second, 31) + first) * 5) + 0x38495ab5;
        h1 = first;
    }
}
