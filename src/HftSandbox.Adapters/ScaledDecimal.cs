using System.Buffers;
using HftSandbox.Events;

namespace HftSandbox.Adapters;

/// <summary>Why a decimal text is no integer at a scale.</summary>
public enum DecimalFault : byte
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>Not digits with at most one point between them.</summary>
    Junk,

    /// <summary>It has a sign.</summary>
    Signed,

    /// <summary>It has an exponent.</summary>
    Exponent,

    /// <summary>It has more decimals, other than trailing zeros, than the scale.</summary>
    TooManyDecimals,

    /// <summary>Its mantissa does not fit a signed 64-bit integer.</summary>
    Overflow,
}

/// <summary>Decimal text to a scaled integer, exactly: nothing is rounded.</summary>
public static class ScaledDecimal
{
    /// <summary>The greatest scale: 10^18 is the greatest power of ten that fits a signed 64-bit integer.</summary>
    public const int ScaleMax = 18;

    private static readonly SearchValues<byte> DigitsAndPoint = SearchValues.Create("0123456789."u8);

    /// <summary>An array: a span over constants allocates until the method that makes it is optimized.</summary>
    private static readonly long[] PowersOfTen =
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000,
    ];

    /// <summary>Reads an unsigned decimal such as <c>2683.80000000</c>.</summary>
    /// <param name="text">ASCII digits, at most one point, a digit on either side of it.</param>
    /// <param name="scale">Decimals of the mantissa, 0–18.</param>
    /// <param name="mantissa">value × 10^scale; 0 on a fault.</param>
    [HotPath]
    public static DecimalFault Parse(ReadOnlySpan<byte> text, int scale, out long mantissa)
    {
        mantissa = 0;
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? default : text[(point + 1)..];
        if (whole.IsEmpty || (point >= 0 && fraction.IsEmpty))
            return FaultOf(text);

        var fault = AppendDigits(whole, ref mantissa);
        if (fault != DecimalFault.None)
            return Refuse(text, fault, ref mantissa);

        var kept = Math.Min(fraction.Length, scale);
        fault = AppendDigits(fraction[..kept], ref mantissa);
        if (fault != DecimalFault.None)
            return Refuse(text, fault, ref mantissa);
        if (fraction[kept..].ContainsAnyExcept((byte)'0'))
            return Refuse(text, DecimalFault.TooManyDecimals, ref mantissa);

        var high = Math.BigMul((ulong)mantissa, (ulong)PowersOfTen[scale - kept], out var low);
        if (high != 0 || low > long.MaxValue)
            return Refuse(text, DecimalFault.Overflow, ref mantissa);
        mantissa = (long)low;
        return DecimalFault.None;
    }

    /// <summary>A fault in words.</summary>
    /// <param name="fault">Not <see cref="DecimalFault.None"/>.</param>
    /// <param name="scale">The scale it was parsed for.</param>
    public static string Describe(DecimalFault fault, int scale) => fault switch
    {
        DecimalFault.Signed => "has a sign",
        DecimalFault.Exponent => "has an exponent",
        DecimalFault.TooManyDecimals => $"has more than {scale} decimals",
        DecimalFault.Overflow => $"is too large for {scale} decimals in 64 bits",
        _ => "is not a decimal number",
    };

    [HotPath]
    private static DecimalFault AppendDigits(ReadOnlySpan<byte> digits, ref long mantissa)
    {
        var value = (ulong)mantissa;
        foreach (var character in digits)
        {
            var digit = (uint)character - '0';
            if (digit > 9)
                return DecimalFault.Junk;
            if (value > ((ulong)long.MaxValue - digit) / 10)
                return DecimalFault.Overflow;
            value = (value * 10) + digit;
        }

        mantissa = (long)value;
        return DecimalFault.None;
    }

    private static DecimalFault Refuse(ReadOnlySpan<byte> text, DecimalFault fault, ref long mantissa)
    {
        mantissa = 0;
        var form = FaultOf(text);
        return form == DecimalFault.None ? fault : form;
    }

    /// <summary>What is wrong with the form of the text; None = it is a decimal, only not for this scale.</summary>
    private static DecimalFault FaultOf(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return DecimalFault.Junk;
        if (text[0] is (byte)'-' or (byte)'+')
            return DecimalFault.Signed;

        var other = text.IndexOfAnyExcept(DigitsAndPoint);
        if (other > 0 && text[other] is (byte)'e' or (byte)'E')
            return DecimalFault.Exponent;
        var wellFormed = other < 0 && text.Count((byte)'.') <= 1 && text[0] != '.' && text[^1] != '.';
        return wellFormed ? DecimalFault.None : DecimalFault.Junk;
    }
}
