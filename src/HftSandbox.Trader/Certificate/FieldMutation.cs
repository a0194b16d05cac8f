using System.Buffers.Binary;

namespace HftSandbox.Trader.Certificate;

/// <summary>Values that programs stumble over, put in the place of a field.</summary>
internal static class FieldMutation
{
    /// <summary>Changes a field.</summary>
    /// <param name="random">Decides how.</param>
    /// <param name="field">1, 2, 4 or 8 bytes: a little-endian number; any other length: bytes.</param>
    public static void Change(Random random, Span<byte> field)
    {
        if (field.Length is not (1 or 2 or 4 or 8))
        {
            field[random.Next(field.Length)] ^= (byte)(1 << random.Next(8));
            return;
        }

        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        wide.Clear();
        field.CopyTo(wide);
        var value = BinaryPrimitives.ReadUInt64LittleEndian(wide);
        BinaryPrimitives.WriteUInt64LittleEndian(wide, Changed(random, value, field.Length * 8));
        wide[..field.Length].CopyTo(field);
    }

    private static ulong Changed(Random random, ulong value, int bits) => random.Next(12) switch
    {
        0 => 0,
        1 => 1,
        2 => ulong.MaxValue,
        3 => value + 1,
        4 => value - 1,
        5 => 1ul << (bits - 1),
        6 => (1ul << (bits - 1)) - 1,
        7 => value ^ (1ul << random.Next(bits)),
        8 => value + 8,
        9 => value * 2,
        10 => value + (ulong)random.Next(1, 100_000),
        _ => (ulong)random.NextInt64(),
    };
}
