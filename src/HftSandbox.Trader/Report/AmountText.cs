using System.Numerics;
using HftSandbox.Core.Instruments;
using HftSandbox.Trader.Commands;

namespace HftSandbox.Trader.Report;

/// <summary>The report's mantissas as exact decimals; null stays null.</summary>
internal static class AmountText
{
    /// <summary>A quantity.</summary>
    public static string Quantity(Instrument instrument, Int128 mantissa) =>
        PositionText.Scaled(mantissa, instrument.Config.QuantityScale);

    /// <summary>An amount at CostScale.</summary>
    public static string? Cost(Instrument instrument, Int128? mantissa) =>
        mantissa is { } cost ? PositionText.Scaled(cost, instrument.CostScale) : null;

    /// <summary>Half of an amount at CostScale.</summary>
    public static string? TwiceCost(Instrument instrument, Int128? mantissa) => Half(mantissa, instrument.CostScale);

    /// <summary>Half of an equity.</summary>
    public static string? TwiceEquity(Account account, Int128? mantissa) => Half(mantissa, account.EquityScale);

    /// <summary>A fee.</summary>
    public static string Fee(Instrument instrument, Int128 mantissa) =>
        PositionText.Scaled(mantissa, instrument.Config.FeeScale);

    /// <summary>A mark.</summary>
    public static string? Mark(Instrument instrument, in MarkPrice mark) =>
        mark.IsKnown ? Half(mark.TwicePx, instrument.Config.PriceScale) : null;

    /// <summary>Half of a doubled mantissa, which has one more decimal.</summary>
    public static string? Half(BigInteger? twiceMantissa, int scale) =>
        twiceMantissa is { } twice ? PositionText.Scaled(twice * 5, scale + 1) : null;

    /// <summary>A limit, or what was compared with it.</summary>
    public static string? Limit(LimitUse use, Int128? mantissa) =>
        mantissa is { } value ? PositionText.Scaled(value, use.Scale) : null;
}
