using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Core.MarketData;

/// <summary>The last quote and trade of every instrument, its book, and the reference price that follows from
/// them.</summary>
internal sealed class MarketView
{
    private readonly LastSeen[] _instruments = new LastSeen[Limits.InstrumentsMax + 1];

    /// <summary>The books.</summary>
    public BookTable Books { get; } = new();

    /// <summary>Age beyond which a trade, quote or book is no reference price; 0 = unbounded.</summary>
    public long ReferenceMaxAgeNs { get; set; }

    [HotPath]
    public void OnQuote(uint instrumentId, in QuoteBody quote, long nowNs)
    {
        ref LastSeen last = ref _instruments[instrumentId];
        last.Quote = quote;
        last.QuoteTimeNs = nowNs;
        last.HasQuote = true;
    }

    [HotPath]
    public void OnTrade(uint instrumentId, in TradeBody trade, long nowNs)
    {
        ref LastSeen last = ref _instruments[instrumentId];
        last.TradePx = trade.Px;
        last.TradeTimeNs = nowNs;
        last.HasTrade = true;
    }

    /// <summary>The last quote; all zero = none.</summary>
    public QuoteBody LastQuote(uint instrumentId) => _instruments[instrumentId].Quote;

    /// <summary>Twice the reference price, so that a mid stays exact: the last trade that is young enough, else the
    /// mid of a quote that is young enough, two-sided and not crossed; of an instrument without quotes, the mid of its
    /// book, if that is live and young enough.</summary>
    /// <param name="instrumentId">An instrument of the registry.</param>
    /// <param name="nowNs">The engine's now.</param>
    /// <param name="twicePx">Twice the price.</param>
    /// <returns>False = there is none.</returns>
    [HotPath]
    public bool TryReference(uint instrumentId, long nowNs, out Int128 twicePx)
    {
        ref readonly LastSeen last = ref _instruments[instrumentId];
        if (last.HasTrade && IsFresh(last.TradeTimeNs, nowNs))
        {
            twicePx = (Int128)last.TradePx.Mantissa * 2;
            return true;
        }

        if (!last.HasQuote)
            return TryBookMid(Books[instrumentId], nowNs, out twicePx);
        twicePx = (Int128)last.Quote.BidPx.Mantissa + last.Quote.AskPx.Mantissa;
        return IsFresh(last.QuoteTimeNs, nowNs) && IsTwoSidedAndUncrossed(last.Quote);
    }

    /// <summary>Twice the price that a position is marked at: the mid of the last quote if that is two-sided and not
    /// crossed, else, without any quote, that of the book, else the last trade; whatever its age.</summary>
    /// <param name="instrumentId">An instrument of the registry.</param>
    /// <param name="twicePx">Twice the price.</param>
    /// <returns>False = there is none.</returns>
    [HotPath]
    public bool TryMark(uint instrumentId, out Int128 twicePx)
    {
        ref readonly LastSeen last = ref _instruments[instrumentId];
        twicePx = (Int128)last.Quote.BidPx.Mantissa + last.Quote.AskPx.Mantissa;
        if (last.HasQuote ? IsTwoSidedAndUncrossed(last.Quote) : Books[instrumentId].TryTwiceMid(out twicePx))
            return true;
        twicePx = (Int128)last.TradePx.Mantissa * 2;
        return last.HasTrade;
    }

    public void Clear()
    {
        Array.Clear(_instruments);
        Books.Clear();
    }

    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("market"u8);
        for (int id = 1; id < _instruments.Length; id++)
        {
            ref readonly LastSeen last = ref _instruments[id];
            if (last.HasQuote || last.HasTrade)
                last.Write(json, id);
        }

        json.WriteEndArray();
    }

    public void ReadState(JsonElement state)
    {
        foreach (JsonElement market in state.GetProperty("market"u8).EnumerateArray())
            _instruments[market.GetProperty("instrumentId"u8).GetInt32()] = LastSeen.Read(market);
    }

    [HotPath]
    private static bool IsTwoSidedAndUncrossed(in QuoteBody quote) =>
        quote.BidQty.Mantissa > 0 && quote.AskQty.Mantissa > 0 && quote.BidPx.Mantissa <= quote.AskPx.Mantissa;

    [HotPath]
    private bool TryBookMid(OrderBook book, long nowNs, out Int128 twicePx) =>
        book.TryTwiceMid(out twicePx) && book.State == BookState.Live && !book.IsStale(nowNs, ReferenceMaxAgeNs);

    [HotPath]
    private bool IsFresh(long timeNs, long nowNs) => ReferenceMaxAgeNs == 0 || nowNs - timeNs <= ReferenceMaxAgeNs;

    private struct LastSeen
    {
        public QuoteBody Quote;
        public long QuoteTimeNs;
        public Px TradePx;
        public long TradeTimeNs;
        public bool HasQuote;
        public bool HasTrade;

        public static LastSeen Read(JsonElement json) => new()
        {
            Quote = new QuoteBody
            {
                BidPx = new Px(json.GetProperty("bidPx"u8).GetInt64()),
                BidQty = new Qty(json.GetProperty("bidQty"u8).GetInt64()),
                AskPx = new Px(json.GetProperty("askPx"u8).GetInt64()),
                AskQty = new Qty(json.GetProperty("askQty"u8).GetInt64()),
                VenueUpdateId = json.GetProperty("venueUpdateId"u8).GetUInt64(),
            },
            QuoteTimeNs = json.GetProperty("quoteTimeNs"u8).GetInt64(),
            TradePx = new Px(json.GetProperty("tradePx"u8).GetInt64()),
            TradeTimeNs = json.GetProperty("tradeTimeNs"u8).GetInt64(),
            HasQuote = json.GetProperty("hasQuote"u8).GetBoolean(),
            HasTrade = json.GetProperty("hasTrade"u8).GetBoolean(),
        };

        public readonly void Write(Utf8JsonWriter json, int instrumentId)
        {
            json.WriteStartObject();
            json.WriteNumber("askPx"u8, Quote.AskPx.Mantissa);
            json.WriteNumber("askQty"u8, Quote.AskQty.Mantissa);
            json.WriteNumber("bidPx"u8, Quote.BidPx.Mantissa);
            json.WriteNumber("bidQty"u8, Quote.BidQty.Mantissa);
            json.WriteBoolean("hasQuote"u8, HasQuote);
            json.WriteBoolean("hasTrade"u8, HasTrade);
            json.WriteNumber("instrumentId"u8, instrumentId);
            json.WriteNumber("quoteTimeNs"u8, QuoteTimeNs);
            json.WriteNumber("tradePx"u8, TradePx.Mantissa);
            json.WriteNumber("tradeTimeNs"u8, TradeTimeNs);
            json.WriteNumber("venueUpdateId"u8, Quote.VenueUpdateId);
            json.WriteEndObject();
        }
    }
}
