using HftSandbox.Events;

namespace HftSandbox.Core.Instruments;

/// <summary>Exact arithmetic on scaled integers. Everything is checked: an overflow is an
/// <see cref="OverflowException"/>, which the caller turns into a coded outcome.</summary>
internal static class Decimals
{
    /// <summary>The greatest power of ten that an <see cref="Int128"/> holds.</summary>
    public const int ExponentMax = 38;

    private static readonly Int128[] Powers = CreatePowers();

    /// <summary>10^<paramref name="exponent"/>.</summary>
    public static Int128 PowerOfTen(int exponent) => Powers[exponent];

    /// <summary>Quotient toward positive infinity.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="divisor">Positive.</param>
    [HotPath]
    public static Int128 CeilingDivide(Int128 value, Int128 divisor)
    {
        if (divisor == 1)
            return value;
        Int128 quotient = value / divisor;
        return value > quotient * divisor ? quotient + 1 : quotient;
    }

    /// <summary>Quotient to the nearest, ties to even.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="divisor">Positive.</param>
    [HotPath]
    public static Int128 HalfEvenDivide(Int128 value, Int128 divisor)
    {
        Int128 magnitude = checked(value < 0 ? -value : value);
        Int128 quotient = magnitude / divisor;
        Int128 remainder = magnitude - (quotient * divisor);
        Int128 gap = divisor - remainder;
        if (remainder > gap || (remainder == gap && Int128.IsOddInteger(quotient)))
            quotient++;
        return value < 0 ? -quotient : quotient;
    }

    private static Int128[] CreatePowers()
    {
        var powers = new Int128[ExponentMax + 1];
        powers[0] = 1;
        for (int exponent = 1; exponent < powers.Length; exponent++)
            powers[exponent] = checked(powers[exponent - 1] * 10);
        return powers;
    }
}
