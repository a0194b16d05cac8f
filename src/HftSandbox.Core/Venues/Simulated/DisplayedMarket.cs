using HftSandbox.Core.MarketData;
using HftSandbox.Events;

namespace HftSandbox.Core.Venues.Simulated;

/// <summary>What others display: the live book of an instrument, else the best levels of its last quote. What lies
/// behind the last displayed level is out of sight, and not known to be empty.</summary>
internal sealed class DisplayedMarket(MarketView market)
{
    /// <summary>Quantity where nothing can be seen: more than any other.</summary>
    public const long OutOfSight = long.MaxValue;

    /// <summary>Whether it is the book that counts.</summary>
    [HotPath]
    public bool HasBook(uint instrumentId) => market.Books[instrumentId].State == BookState.Live;

    /// <summary>The quantity at a price, or <see cref="OutOfSight"/>.</summary>
    [HotPath]
    public long QtyAt(uint instrumentId, Side side, Px px)
    {
        if (!HasBook(instrumentId))
            return QtyAt(market.LastQuote(instrumentId), side, px);
        OrderBook book = market.Books[instrumentId];
        long qty = book.QtyAt(side, px).Mantissa;
        int levels = book.LevelCount(side);
        return qty == 0 && levels > 0 && side.IsBetter(book.LevelAt(side, levels - 1).Px, px) ? OutOfSight : qty;
    }

    /// <summary>The quantity at a price as a quote shows it, or <see cref="OutOfSight"/>.</summary>
    [HotPath]
    public static long QtyAt(in QuoteBody quote, Side side, Px px)
    {
        (Px best, long qty) = BestOf(quote, side);
        if (qty > 0)
            return best == px ? qty : side.IsBetter(px, best) ? 0 : OutOfSight;
        return BestOf(quote, side.Opposite()).Qty > 0 ? 0 : OutOfSight;
    }

    /// <summary>The best level of a side of a quote; quantity 0 = there is none.</summary>
    [HotPath]
    public static (Px Px, long Qty) BestOf(in QuoteBody quote, Side side) => side == Side.Buy
        ? (quote.BidPx, quote.BidQty.Mantissa)
        : (quote.AskPx, quote.AskQty.Mantissa);

    /// <summary>A level of a side, counted from the best.</summary>
    /// <returns>False = no such level is displayed.</returns>
    [HotPath]
    public bool TryLevel(uint instrumentId, Side side, int rank, out Px px, out long qty)
    {
        if (HasBook(instrumentId))
        {
            OrderBook book = market.Books[instrumentId];
            bool exists = rank < book.LevelCount(side);
            px = exists ? book.LevelAt(side, rank).Px : default;
            qty = exists ? book.LevelAt(side, rank).Qty.Mantissa : 0;
            return exists;
        }

        (px, qty) = BestOf(market.LastQuote(instrumentId), side);
        return rank == 0 && qty > 0;
    }
}
