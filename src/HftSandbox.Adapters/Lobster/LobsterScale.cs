using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Adapters.Lobster;

/// <summary>Prices (US dollars × 10,000) and sizes (shares) at the scales of an instrument, exactly.</summary>
/// <param name="instrument">The instrument.</param>
internal sealed class LobsterScale(InstrumentConfig instrument)
{
    private const int FileDecimals = 4;

    private readonly int _scaleUp = Math.Max(0, instrument.PriceScale - FileDecimals);
    private readonly long _divisor = PowerOfTen(Math.Max(0, FileDecimals - instrument.PriceScale));
    private readonly int _quantityScale = instrument.QuantityScale;

    /// <summary>Reads a price; false = it is not a positive one at the instrument's scale.</summary>
    [HotPath]
    public bool TryPrice(ReadOnlySpan<byte> text, out Px px)
    {
        var fault = ScaledDecimal.Parse(text, _scaleUp, out var mantissa);
        px = new Px(mantissa / _divisor);
        return fault == DecimalFault.None && px.Mantissa > 0 && mantissa % _divisor == 0;
    }

    /// <summary>Reads a size; false = it is not one at the instrument's scale.</summary>
    [HotPath]
    public bool TryQuantity(ReadOnlySpan<byte> text, out Qty qty)
    {
        var fault = ScaledDecimal.Parse(text, _quantityScale, out var mantissa);
        qty = new Qty(mantissa);
        return fault == DecimalFault.None;
    }

    private static long PowerOfTen(int exponent) => exponent == 0 ? 1 : 10 * PowerOfTen(exponent - 1);
}
