using System.Runtime.InteropServices;

namespace HftSandbox.Events;

/// <summary>A price: value = mantissa × 10^-PriceScale of its instrument. Signed: spreads and some contracts go below
/// zero.</summary>
/// <param name="Mantissa">The scaled integer.</param>
public readonly record struct Px(long Mantissa);

/// <summary>A quantity: value = mantissa × 10^-QuantityScale of its instrument. Signed where a side is folded in
/// (positions), never negative on orders.</summary>
/// <param name="Mantissa">The scaled integer.</param>
public readonly record struct Qty(long Mantissa);

/// <summary>An amount of an instrument's quote currency: value = mantissa × 10^-NotionalScale.</summary>
/// <param name="Mantissa">The scaled integer.</param>
public readonly record struct Notional(long Mantissa);

/// <summary>A fee in quote currency: value = mantissa × 10^-FeeScale; positive = paid, negative = rebate.</summary>
/// <param name="Mantissa">The scaled integer.</param>
public readonly record struct Fee(long Mantissa);

/// <summary>A total of quote currency kept exact: value = mantissa × 10^-M, with
/// M = max(PriceScale + QuantityScale, NotionalScale) of its instrument. Arithmetic on the mantissa must be
/// <c>checked</c>: <see cref="Int128"/> wraps by default.</summary>
/// <param name="Mantissa">The scaled integer.</param>
public readonly record struct Cost(Int128 Mantissa);

/// <summary>Sixteen opaque bytes given by an outside party (request id, execution id, order id), or a counter of ours
/// in
/// <see cref="Low"/>. All zero = none. Shown as 32 hex digits, <see cref="High"/> first.</summary>
/// <param name="High">The first eight bytes, as a little-endian integer.</param>
/// <param name="Low">The last eight bytes, as a little-endian integer.</param>
[StructLayout(LayoutKind.Sequential, Size = 16)]
public readonly record struct Id16(ulong High, ulong Low)
{
    /// <summary>Whether this is the zero id, which means "none".</summary>
    public bool IsNone => (High | Low) == 0;

    /// <inheritdoc/>
    public override string ToString() => $"{High:x16}{Low:x16}";
}
