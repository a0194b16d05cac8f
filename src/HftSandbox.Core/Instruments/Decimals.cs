using HftSandbox.Events;

namespace HftSandbox.Core.Instruments;

/// <summary>Exact arithmetic on scaled integers. Everything is checked: an overflow is an
/// <see cref="OverflowException"/>, which the caller turns into a coded outcome. Amounts nearly always fit 64 bits,
/// where one
/// instruction does what takes <see cref="Int128"/> fifty nanoseconds: those go first.</summary>
internal static class Decimals
{
    /// <summary>The greatest power of ten that an <see cref="Int128"/> holds.</summary>
    public const int ExponentMax = 38;

    private static readonly Int128[] Powers = CreatePowers();

    /// <summary>10^<paramref name="exponent"/>.</summary>
    public static Int128 PowerOfTen(int exponent) => Powers[exponent];

    /// <summary>Product.</summary>
    [HotPath]
    public static Int128 Multiply(Int128 left, Int128 right) =>
        FitsLong(left) && FitsLong(right) ? Math.BigMul((long)left, (long)right) : checked(left * right);

    /// <summary>Quotient toward zero.</summary>
    [HotPath]
    public static Int128 Divide(Int128 value, Int128 divisor, out Int128 remainder)
    {
        if (FitsLong(value) && FitsLong(divisor) && (long)divisor > 0)
        {
            (long quotient, long rest) = Math.DivRem((long)value, (long)divisor);
            remainder = rest;
            return quotient;
        }

        Int128 wide = value / divisor;
        remainder = value - (wide * divisor);
        return wide;
    }

    /// <summary>Quotient toward positive infinity.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="divisor">Positive.</param>
    [HotPath]
    public static Int128 CeilingDivide(Int128 value, Int128 divisor)
    {
        if (divisor == 1)
            return value;
        Int128 quotient = Divide(value, divisor, out Int128 remainder);
        return remainder > 0 ? quotient + 1 : quotient;
    }

    /// <summary>Quotient to the nearest, ties to even.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="divisor">Positive.</param>
    [HotPath]
    public static Int128 HalfEvenDivide(Int128 value, Int128 divisor)
    {
        Int128 quotient = Divide(Int128.Abs(value), divisor, out Int128 remainder);
        Int128 gap = divisor - remainder;
        if (remainder > gap || (remainder == gap && Int128.IsOddInteger(quotient)))
            quotient++;
        return value < 0 ? -quotient : quotient;
    }

    /// <summary>The value as 64 bits.</summary>
    [HotPath]
    public static long ToLong(Int128 value) => FitsLong(value) ? (long)value : checked((long)value);

    [HotPath]
    private static bool FitsLong(Int128 value) => (long)value == value;

    private static Int128[] CreatePowers()
    {
        var powers = new Int128[ExponentMax + 1];
        powers[0] = 1;
        for (int exponent = 1; exponent < powers.Length; exponent++)
            powers[exponent] = checked(powers[exponent - 1] * 10);
        return powers;
    }
}
