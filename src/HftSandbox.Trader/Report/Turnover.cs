using HftSandbox.Core.Instruments;
using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>Quantities and amounts of one instrument, as they stand after busts, corrections and replaces.</summary>
internal sealed class Turnover
{
    /// <summary>Quantity of the allowed orders, as last replaced.</summary>
    public Int128 Ordered { get; set; }

    /// <summary>Bought.</summary>
    public Int128 Bought { get; private set; }

    /// <summary>Sold.</summary>
    public Int128 Sold { get; private set; }

    /// <summary>Of both, by resting orders.</summary>
    public Int128 Maker { get; private set; }

    /// <summary>Of both, by taking orders.</summary>
    public Int128 Taker { get; private set; }

    /// <summary>Amount bought for, at the instrument's CostScale.</summary>
    public Int128 BoughtCost { get; private set; }

    /// <summary>Amount sold for, at the instrument's CostScale.</summary>
    public Int128 SoldCost { get; private set; }

    /// <summary>Bought and sold.</summary>
    public Int128 Filled => checked(Bought + Sold);

    /// <summary>Amount bought and sold for, at the instrument's CostScale.</summary>
    public Int128 TotalCost => checked(BoughtCost + SoldCost);

    /// <summary>Takes in an execution, or takes it back.</summary>
    /// <param name="instrument">Its instrument.</param>
    /// <param name="fill">The execution.</param>
    /// <param name="sign">1, or -1 to take it back.</param>
    public void Add(Instrument instrument, in Fill fill, int sign)
    {
        checked
        {
            var qty = (Int128)fill.Qty.Mantissa * sign;
            var cost = instrument.CostOf(fill.Px, fill.Qty) * sign;
            if (fill.Side == Side.Buy)
                (Bought, BoughtCost) = (Bought + qty, BoughtCost + cost);
            else
                (Sold, SoldCost) = (Sold + qty, SoldCost + cost);
            if (fill.Liquidity == Liquidity.Maker)
                Maker += qty;
            else if (fill.Liquidity == Liquidity.Taker)
                Taker += qty;
        }
    }
}

/// <summary>An execution that counts: what a bust takes back.</summary>
/// <param name="Order">The order.</param>
/// <param name="Side">Its side.</param>
/// <param name="Px">Price.</param>
/// <param name="Qty">Quantity.</param>
/// <param name="Fee">Fee, as reported.</param>
/// <param name="Liquidity">Maker, taker, or unknown.</param>
internal readonly record struct Fill(OrderLife Order, Side Side, Px Px, Qty Qty, Fee Fee, Liquidity Liquidity);
