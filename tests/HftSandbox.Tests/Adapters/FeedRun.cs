using HftSandbox.Adapters;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.MarketData;
using HftSandbox.Events;
using HftSandbox.Tests.Core;

namespace HftSandbox.Tests.Adapters;

/// <summary>A feed through an engine that trades nothing, message by message.</summary>
internal static class FeedRun
{
    /// <summary>Runs a feed to its end.</summary>
    /// <param name="feed">Disposed by the caller.</param>
    /// <param name="instrument">The only instrument.</param>
    /// <param name="afterMessage">Gets the feed position of every message, and the book after it.</param>
    public static void Through(IFeed feed, InstrumentConfig instrument, Action<uint, OrderBook> afterMessage)
    {
        var configuration = Rig.Defaults() with { Instruments = [instrument], Strategies = [] };
        var engine = new Rig(configuration, new ForgettingOutput()) { NowNs = 0 }.Start().Engine;
        var book = engine.Book(1);
        var slots = new InputEvent[64];
        for (var count = feed.Poll(slots); count > 0 || feed.Ended == StopReason.None; count = feed.Poll(slots))
        {
            for (var i = 0; i < count; i++)
            {
                engine.OnInput(slots[i].Header, slots[i].Payload);
                if ((slots[i].Header.Flags & RecordFlags.LastOfMessage) != 0)
                    afterMessage(slots[i].Header.FeedPosition, book);
            }
        }
    }

    /// <summary>The best levels as numbers; 0 where a side is empty.</summary>
    public static BestLevels Best(this OrderBook book)
    {
        book.TryBest(Side.Buy, out var bid);
        book.TryBest(Side.Sell, out var ask);
        return new BestLevels(bid.Px.Mantissa, bid.Qty.Mantissa, ask.Px.Mantissa, ask.Qty.Mantissa);
    }
}

internal readonly record struct BestLevels(long BidPx, long BidQty, long AskPx, long AskQty);
