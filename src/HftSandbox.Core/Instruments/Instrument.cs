using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Core.Instruments;

/// <summary>One instrument with what follows from its scales. Immutable: a reload makes a new one.</summary>
public sealed class Instrument
{
    private readonly Int128 _costFactor;
    private readonly Int128 _notionalDivisor;
    private readonly Int128 _feeFactor;
    private readonly Int128 _feeDivisor;
    private readonly Int128 _feeSecondDivisor;

    internal Instrument(uint id, InstrumentConfig config, uint currencyId = 1, int currencyNotionalScale = 0)
    {
        Id = id;
        Config = config;
        CurrencyId = currencyId;
        NotionalDigitsMissing = Math.Max(0, currencyNotionalScale - config.NotionalScale);
        int productScale = config.PriceScale + config.QuantityScale;
        CostScale = Math.Max(productScale, config.NotionalScale);
        _costFactor = Decimals.PowerOfTen(CostScale - productScale) * config.Multiplier;
        _notionalDivisor = Decimals.PowerOfTen(CostScale - config.NotionalScale);

        // Rates are × 10^-8, so a cost times a rate has the scale CostScale + 8: up to 44, beyond one power of ten.
        int feeExponent = CostScale + 8 - config.FeeScale;
        _feeFactor = Decimals.PowerOfTen(Math.Max(0, -feeExponent));
        _feeDivisor = Decimals.PowerOfTen(Math.Clamp(feeExponent, 0, Decimals.ExponentMax));
        _feeSecondDivisor = Decimals.PowerOfTen(Math.Max(0, feeExponent - Decimals.ExponentMax));
    }

    /// <summary>Position in the registry, from 1.</summary>
    public uint Id { get; }

    /// <summary>Its configuration.</summary>
    public InstrumentConfig Config { get; }

    /// <summary>Its quote currency, as a number from 1.</summary>
    internal uint CurrencyId { get; }

    /// <summary>Digits that the currency's greatest NotionalScale has more than this instrument's.</summary>
    internal int NotionalDigitsMissing { get; }

    /// <summary>Scale M of a <see cref="Cost"/>: max(PriceScale + QuantityScale, NotionalScale).</summary>
    public int CostScale { get; }

    /// <summary>Price × quantity × multiplier at <see cref="CostScale"/>, exact.</summary>
    /// <param name="px">Price.</param>
    /// <param name="qty">Quantity; a signed one gives a signed cost.</param>
    /// <exception cref="OverflowException">It does not fit.</exception>
    [HotPath]
    internal Int128 CostOf(Px px, Qty qty)
    {
        Int128 product = Math.BigMul(px.Mantissa, qty.Mantissa);
        return _costFactor == 1 ? product : Decimals.Multiply(product, _costFactor);
    }

    /// <summary>The magnitude of a cost × <paramref name="numerator"/> / <paramref name="denominator"/> at
    /// NotionalScale, rounded up.</summary>
    /// <exception cref="OverflowException">It does not fit.</exception>
    [HotPath]
    internal long NotionalOf(Int128 cost, long numerator = 1, long denominator = 1)
    {
        Int128 scaled = Decimals.Multiply(Int128.Abs(cost), numerator);
        return Decimals.ToLong(Decimals.CeilingDivide(Decimals.CeilingDivide(scaled, denominator), _notionalDivisor));
    }

    /// <summary>Fee at FeeScale for an execution of that cost, rounded toward positive infinity.</summary>
    /// <param name="cost">Cost of the execution, of either sign.</param>
    /// <param name="rateE8">Rate × 10^-8; negative = rebate.</param>
    /// <exception cref="OverflowException">It does not fit.</exception>
    [HotPath]
    internal Fee FeeOf(Int128 cost, long rateE8)
    {
        if (rateE8 == 0)
            return default;
        Int128 exact = Decimals.Multiply(Decimals.Multiply(Int128.Abs(cost), rateE8), _feeFactor);
        Int128 rounded = Decimals.CeilingDivide(Decimals.CeilingDivide(exact, _feeDivisor), _feeSecondDivisor);
        return new Fee(Decimals.ToLong(rounded));
    }

    /// <summary>The price whose cost for <paramref name="qty"/> comes nearest, ties to even.</summary>
    /// <param name="cost">A cost.</param>
    /// <param name="qty">Positive.</param>
    [HotPath]
    internal Px AveragePx(Int128 cost, Qty qty) =>
        new(Decimals.ToLong(Decimals.HalfEvenDivide(cost, Decimals.Multiply(_costFactor, qty.Mantissa))));
}
