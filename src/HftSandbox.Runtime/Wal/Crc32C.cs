using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Runtime.Wal;

/// <summary>CRC-32C (Castagnoli, RFC 3720): reflected polynomial 0x82F63B78, initial value and final xor 0xFFFFFFFF.
/// The check value of "123456789" is 0xE3069283.</summary>
public static class Crc32C
{
    private const uint Ones = 0xFFFFFFFF;

    /// <summary>The CRC of some bytes.</summary>
    /// <param name="bytes">Any number of bytes.</param>
    [HotPath]
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(Ones, bytes) ^ Ones;

    /// <summary>The state of a CRC that has taken in the four bytes of a salt: where every CRC of a segment
    /// begins.</summary>
    /// <param name="salt">CRC32C of the segment id.</param>
    [HotPath]
    public static uint Start(uint salt) => BitOperations.Crc32C(Ones, salt);

    /// <summary>Takes in more bytes.</summary>
    /// <param name="state">State so far.</param>
    /// <param name="bytes">Any number of bytes.</param>
    [HotPath]
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        ref var at = ref MemoryMarshal.GetReference(bytes);
        var left = bytes.Length;
        while (left >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, Unsafe.ReadUnaligned<ulong>(ref at));
            at = ref Unsafe.Add(ref at, sizeof(ulong));
            left -= sizeof(ulong);
        }

        while (left > 0)
        {
            state = BitOperations.Crc32C(state, at);
            at = ref Unsafe.Add(ref at, 1);
            left--;
        }

        return state;
    }

    /// <summary>The CRC of a state that has taken in everything.</summary>
    /// <param name="state">State.</param>
    [HotPath]
    public static uint Finish(uint state) => state ^ Ones;

    /// <summary>The salt of a segment: CRC32C of its id's sixteen bytes as they lie in the file.</summary>
    /// <param name="segmentId">The segment's id.</param>
    public static uint SaltOf(Id16 segmentId)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, segmentId.High);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], segmentId.Low);
        return Of(bytes);
    }
}
