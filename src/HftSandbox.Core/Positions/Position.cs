using HftSandbox.Core.Instruments;
using HftSandbox.Events;

namespace HftSandbox.Core.Positions;

/// <summary>A net position at average cost, in exact integers. The open cost carries the sign of the quantity times
/// the price; the average is derived from it, never stored.</summary>
/// <param name="NetQty">Signed quantity.</param>
/// <param name="OpenCost">Signed cost of the open quantity.</param>
/// <param name="RealizedPnl">Realised, gross of fees.</param>
/// <param name="Fees">Fees paid. Its scale is FeeScale, at which every fee is exact.</param>
public readonly record struct Position(Qty NetQty, Cost OpenCost, Cost RealizedPnl, Cost Fees)
{
    /// <summary>The position after a fill. One through zero closes at the old average and opens at the fill's
    /// price.</summary>
    /// <param name="instrument">Its instrument.</param>
    /// <param name="side">Side of the fill.</param>
    /// <param name="px">Price of the fill.</param>
    /// <param name="qty">Quantity of the fill, positive.</param>
    /// <param name="fee">Fee of the fill.</param>
    /// <param name="after">The position after it.</param>
    /// <returns>False = something does not fit its integer; nothing was applied.</returns>
    [HotPath]
    internal bool TryFill(Instrument instrument, Side side, Px px, Qty qty, Fee fee, out Position after)
    {
        try
        {
            after = Filled(instrument, side == Side.Buy ? qty.Mantissa : checked(-qty.Mantissa), px);
            after = after with { Fees = new Cost(checked(Fees.Mantissa + fee.Mantissa)) };
            return true;
        }
        catch (OverflowException)
        {
            after = this;
            return false;
        }
    }

    /// <summary>What closing at a price would realise, gross of fees.</summary>
    /// <param name="instrument">Its instrument.</param>
    /// <param name="markPx">The price.</param>
    /// <exception cref="OverflowException">It does not fit.</exception>
    public Cost UnrealizedPnl(Instrument instrument, Px markPx)
    {
        ArgumentNullException.ThrowIfNull(instrument);
        return new Cost(checked(instrument.CostOf(markPx, NetQty) - OpenCost.Mantissa));
    }

    [HotPath]
    private Position Filled(Instrument instrument, long signedQty, Px px)
    {
        long net = NetQty.Mantissa;
        long netAfter = checked(net + signedQty);
        if (net == 0 || (net < 0) == (signedQty < 0))
        {
            Int128 opened = instrument.CostOf(px, new Qty(signedQty));
            return this with
            {
                NetQty = new Qty(netAfter),
                OpenCost = new Cost(checked(OpenCost.Mantissa + opened)),
            };
        }

        bool flips = netAfter != 0 && (netAfter < 0) != (net < 0);
        long closing = flips ? -net : signedQty;
        Int128 released = Released(closing, net);
        Int128 paid = instrument.CostOf(px, new Qty(closing));
        Int128 left = flips ? instrument.CostOf(px, new Qty(netAfter)) : OpenCost.Mantissa - released;
        return this with
        {
            NetQty = new Qty(netAfter),
            OpenCost = new Cost(left),
            RealizedPnl = new Cost(checked(RealizedPnl.Mantissa - paid - released)),
        };
    }

    /// <summary>The cost that closing q of |Q| releases: q·(|C| div |Q|) + (q·(|C| mod |Q|)) div |Q|, with the sign
    /// of C. What the divisions leave over stays in the open cost and returns when flat.</summary>
    [HotPath]
    private Int128 Released(long closing, long net)
    {
        Int128 quantity = Int128.Abs(closing);
        Int128 whole = Int128.Abs(net);
        if (quantity == whole)
            return OpenCost.Mantissa;
        Int128 cost = Int128.Abs(OpenCost.Mantissa);
        Int128 perUnit = Decimals.Divide(cost, whole, out Int128 remainder);
        Int128 released = Decimals.Multiply(quantity, perUnit)
            + Decimals.Divide(Decimals.Multiply(quantity, remainder), whole, out _);
        return OpenCost.Mantissa < 0 ? -released : released;
    }
}
