using System.Globalization;
using System.Numerics;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.Positions;

namespace HftSandbox.Trader.Commands;

/// <summary>Positions as exact decimal text.</summary>
internal static class PositionText
{
    private const int AverageDecimals = 18;

    /// <summary>The average price of an open position: exact up to 18 decimals, then half-even; 0 when flat.</summary>
    /// <param name="instrument">Its instrument.</param>
    /// <param name="position">The position.</param>
    public static string AveragePx(Instrument instrument, in Position position)
    {
        if (position.NetQty.Mantissa == 0)
            return "0";

        var config = instrument.Config;
        var cost = position.OpenCost.Mantissa * BigInteger.Pow(10, AverageDecimals + config.QuantityScale);
        var units = (BigInteger)position.NetQty.Mantissa * config.Multiplier;
        return Scaled(HalfEven(cost, units * BigInteger.Pow(10, instrument.CostScale)), AverageDecimals);
    }

    /// <summary>Realised profit and loss in quote currency.</summary>
    /// <param name="instrument">Its instrument.</param>
    /// <param name="position">The position.</param>
    public static string RealizedPnl(Instrument instrument, in Position position) =>
        Scaled(position.RealizedPnl.Mantissa, instrument.CostScale);

    /// <summary>Fees paid, in quote currency.</summary>
    /// <param name="instrument">Its instrument.</param>
    /// <param name="position">The position.</param>
    public static string Fees(Instrument instrument, in Position position) =>
        Scaled(position.Fees.Mantissa, instrument.Config.FeeScale);

    /// <summary>The signed quantity.</summary>
    /// <param name="instrument">Its instrument.</param>
    /// <param name="position">The position.</param>
    public static string Quantity(Instrument instrument, in Position position) =>
        Scaled(position.NetQty.Mantissa, instrument.Config.QuantityScale);

    /// <summary>A mantissa as a decimal, exact, without trailing zeros.</summary>
    /// <param name="mantissa">The mantissa.</param>
    /// <param name="scale">Digits behind the point.</param>
    public static string Scaled(BigInteger mantissa, int scale)
    {
        var digits = BigInteger.Abs(mantissa).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        var whole = digits[..^scale];
        var fraction = digits[^scale..].TrimEnd('0');
        return (mantissa.Sign < 0 ? "-" : "") + whole + (fraction.Length == 0 ? "" : "." + fraction);
    }

    private static BigInteger HalfEven(BigInteger dividend, BigInteger divisor)
    {
        var magnitude = BigInteger.Abs(divisor);
        var quotient = BigInteger.DivRem(BigInteger.Abs(dividend), magnitude, out var remainder);
        var comparison = (remainder * 2).CompareTo(magnitude);
        if (comparison > 0 || (comparison == 0 && !quotient.IsEven))
            quotient++;

        return dividend.Sign * divisor.Sign < 0 ? -quotient : quotient;
    }
}
