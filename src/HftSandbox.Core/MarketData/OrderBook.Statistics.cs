using HftSandbox.Events;

namespace HftSandbox.Core.MarketData;

/// <content>What can be read of a book: integers, exact.</content>
public sealed partial class OrderBook
{
    /// <summary>How far it can be trusted.</summary>
    public BookState State { get; private set; }

    /// <summary>The venue's id of the last update; 0 = none.</summary>
    public ulong LastUpdateId { get; private set; }

    /// <summary>Receive time of the last update; 0 = none.</summary>
    public long LastUpdateNs { get; private set; }

    /// <summary>How the last input changed a level. A BookClear changes all of them, and this says none.</summary>
    public ref readonly BookChange LastChange => ref _lastChange;

    /// <summary>Orders known by id.</summary>
    public int OrderCount => _orders.Count;

    /// <summary>Whether nothing was said about the book for longer than <paramref name="maxAgeNs"/>. The next update
    /// ends it: nothing is known to be missing.</summary>
    /// <param name="nowNs">The engine's now.</param>
    /// <param name="maxAgeNs">Nanoseconds; 0 = it never becomes stale.</param>
    [HotPath]
    public bool IsStale(long nowNs, long maxAgeNs) => maxAgeNs != 0 && nowNs - LastUpdateNs > maxAgeNs;

    /// <summary>Levels of a side.</summary>
    /// <param name="side">Buy or Sell.</param>
    public int LevelCount(Side side) => SideOf(side).Count;

    /// <summary>A level, counted from the best.</summary>
    /// <param name="side">Buy or Sell.</param>
    /// <param name="rank">0 = the best, below <see cref="LevelCount"/>.</param>
    public ref readonly BookLevel LevelAt(Side side, int rank)
    {
        BookSide levels = SideOf(side);
        return ref levels[levels.Count - 1 - rank];
    }

    /// <summary>The best level of a side.</summary>
    /// <param name="side">Buy or Sell.</param>
    /// <param name="best">The level; default without one.</param>
    /// <returns>False = the side is empty.</returns>
    [HotPath]
    public bool TryBest(Side side, out BookLevel best)
    {
        BookSide levels = SideOf(side);
        best = levels.Count == 0 ? default : levels.Best;
        return levels.Count > 0;
    }

    /// <summary>The quantity displayed at a price; 0 = none.</summary>
    /// <param name="side">Buy or Sell.</param>
    /// <param name="px">A price.</param>
    [HotPath]
    public Qty QtyAt(Side side, Px px)
    {
        BookSide levels = SideOf(side);
        int index = levels.Find(px);
        return index < 0 ? default : levels[index].Qty;
    }

    /// <summary>An order by the venue's id.</summary>
    /// <param name="venueOrderId">The venue's id.</param>
    /// <param name="order">The order; default if it is not known.</param>
    [HotPath]
    public bool TryOrder(ulong venueOrderId, out BookOrder order)
    {
        int slot = _orders.Find(venueOrderId);
        order = slot == BookOrders.None ? default : _orders[slot];
        return slot != BookOrders.None;
    }

    /// <summary>Twice the mid, so that it stays exact.</summary>
    /// <param name="twicePx">Best bid + best ask.</param>
    /// <returns>False = a side is empty.</returns>
    [HotPath]
    public bool TryTwiceMid(out Int128 twicePx)
    {
        bool isTwoSided = _bids.Count > 0 && _asks.Count > 0;
        twicePx = isTwoSided ? (Int128)_bids.Best.Px.Mantissa + _asks.Best.Px.Mantissa : 0;
        return isTwoSided;
    }

    /// <summary>Best ask − best bid; not positive when the book is crossed.</summary>
    /// <param name="spread">At the instrument's price scale.</param>
    /// <returns>False = a side is empty.</returns>
    [HotPath]
    public bool TrySpread(out Int128 spread)
    {
        bool isTwoSided = _bids.Count > 0 && _asks.Count > 0;
        spread = isTwoSided ? (Int128)_asks.Best.Px.Mantissa - _bids.Best.Px.Mantissa : 0;
        return isTwoSided;
    }

    /// <summary>The quantity of the best levels of a side together.</summary>
    /// <param name="side">Buy or Sell.</param>
    /// <param name="levels">How many levels at most.</param>
    [HotPath]
    public Int128 Depth(Side side, int levels)
    {
        BookSide all = SideOf(side);
        Int128 sum = 0;
        for (int index = Math.Max(0, all.Count - levels); index < all.Count; index++)
            sum += all[index].Qty.Mantissa;
        return sum;
    }

    /// <summary>(bids − asks) / (bids + asks) over the best levels, in parts of 10,000, toward zero: 10,000 = bids
    /// only, −10,000 = asks only, 0 also for an empty book.</summary>
    /// <param name="levels">How many levels of a side at most.</param>
    [HotPath]
    public int ImbalanceE4(int levels)
    {
        Int128 bids = Depth(Side.Buy, levels);
        Int128 asks = Depth(Side.Sell, levels);
        return bids + asks == 0 ? 0 : (int)((bids - asks) * 10_000 / (bids + asks));
    }
}
