using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>What open positions are valued at: the mid of the last quote that was two-sided and not crossed; without
/// one, the last trade. The mid is kept as its two sides and so exact.</summary>
/// <param name="LowPx">Bid, or the trade.</param>
/// <param name="HighPx">Ask, or the trade.</param>
/// <param name="Source">Quote, Trade, or None = not known.</param>
internal readonly record struct MarkPrice(Px LowPx, Px HighPx, EventKind Source)
{
    /// <summary>Whether there is one.</summary>
    public bool IsKnown => Source != EventKind.None;

    /// <summary>Twice the mark.</summary>
    public Int128 TwicePx => (Int128)LowPx.Mantissa + HighPx.Mantissa;

    /// <summary>The mark after a quote.</summary>
    /// <param name="quote">The quote.</param>
    public MarkPrice After(in QuoteBody quote) =>
        quote.BidQty.Mantissa > 0 && quote.AskQty.Mantissa > 0 && quote.BidPx.Mantissa <= quote.AskPx.Mantissa
            ? new MarkPrice(quote.BidPx, quote.AskPx, EventKind.Quote)
            : this;

    /// <summary>The mark after a trade.</summary>
    /// <param name="trade">The trade.</param>
    public MarkPrice After(in TradeBody trade) =>
        Source == EventKind.Quote ? this : new MarkPrice(trade.Px, trade.Px, EventKind.Trade);
}
