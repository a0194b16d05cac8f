using System.Buffers.Binary;
using System.Numerics;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core;

/// <summary>MurmurHash3 x64 128 written from its definition, for any length and seed, to compare with.</summary>
internal static class NaiveMurmur
{
    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    public static Id16 Hash(ReadOnlySpan<byte> data, uint seed = 0)
    {
        ulong h1 = seed;
        ulong h2 = seed;
        int blocks = data.Length / 16;
        for (int block = 0; block < blocks; block++)
        {
            h1 ^= K1(BinaryPrimitives.ReadUInt64LittleEndian(data[(block * 16)..]));
            h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52dce729;
            h2 ^= K2(BinaryPrimitives.ReadUInt64LittleEndian(data[((block * 16) + 8)..]));
            h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495ab5;
        }

        Span<byte> tail = stackalloc byte[16];
        data[(blocks * 16)..].CopyTo(tail);
        h2 ^= K2(BinaryPrimitives.ReadUInt64LittleEndian(tail[8..]));
        h1 ^= K1(BinaryPrimitives.ReadUInt64LittleEndian(tail));

        h1 ^= (ulong)data.Length;
        h2 ^= (ulong)data.Length;
        h1 += h2;
        h2 += h1;
        h1 = Mix(h1);
        h2 = Mix(h2);
        h1 += h2;
        h2 += h1;
        return new Id16(h1, h2);
    }

    /// <summary>The compared fields of the records, one after the other, as the digest's definition lists
    /// them.</summary>
    public static byte[] ComparedBytes(IEnumerable<Recorded> records)
    {
        using var stream = new MemoryStream();
        foreach (Recorded record in records)
        {
            byte[] header = Rig.Bytes(record.Header);
            stream.Write(header.AsSpan(8, 8));
            stream.Write(header.AsSpan(16, 8));
            stream.Write(header.AsSpan(24, 8));
            stream.Write(header.AsSpan(32, 8));
            stream.Write(header.AsSpan(40, 4));
            stream.Write(header.AsSpan(4, 4));
            stream.Write(header.AsSpan(48, 8));
            byte[] padded = new byte[(record.Payload.Length + 15) / 16 * 16];
            record.Payload.CopyTo(padded, 0);
            if (record.Kind == EventKind.RunStarted)
                padded.AsSpan(0, 8).Clear();
            stream.Write(padded);
        }

        return stream.ToArray();
    }

    private static ulong K1(ulong k) => BitOperations.RotateLeft(k * C1, 31) * C2;

    private static ulong K2(ulong k) => BitOperations.RotateLeft(k * C2, 33) * C1;

    private static ulong Mix(ulong k)
    {
        k = (k ^ (k >> 33)) * 0xff51afd7ed558ccd;
        k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53;
        return k ^ (k >> 33);
    }
}
