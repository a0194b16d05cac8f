using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Adapters.Binance;

/// <summary>What became of a line.</summary>
internal enum ParseStatus : byte { Parsed, Bad, Unconfigured }

/// <summary>One line of a capture, <c>receive-ns json</c>, to the inputs it stands for. A line is parsed whole into
/// <see cref="Staged"/> before anything of it is given out. Field names are those of Binance's spot streams
/// (bookTicker, trade, depthUpdate) and of its REST depth snapshot; members may come in any order.</summary>
internal sealed class BinanceMessageParser
{
    private const long NsPerMs = 1_000_000;

    private readonly ImmutableArray<InstrumentConfig> _instruments;
    private readonly byte[][] _symbols;
    private readonly InputEvent[] _staged = new InputEvent[Limits.MessageInputsMax];
    private readonly MemberToken[] _tokens = new MemberToken[JsonMembers.TokenCount];
    private int _count;
    private int _instrument;
    private long _receiveTimeNs;
    private uint _line;
    private ulong _generation;

    /// <summary>A parser for the instruments of a registry; an instrument's id is its position, from 1.</summary>
    public BinanceMessageParser(ImmutableArray<InstrumentConfig> instruments)
    {
        _instruments = instruments;
        _symbols = [.. instruments.Select(instrument => Encoding.UTF8.GetBytes(instrument.Name))];
    }

    /// <summary>The inputs of the last parsed line; the last of them is the last of its message.</summary>
    public ReadOnlySpan<InputEvent> Staged => _staged.AsSpan(0, _count);

    /// <summary>Why the last line that was not parsed was not; its culprit is the symbol if that is not
    /// configured.</summary>
    public LineFault Fault { get; } = new();

    /// <summary>Parses a line.</summary>
    /// <param name="line">The line, without line feed.</param>
    /// <param name="number">Its number: the feed position of its inputs.</param>
    /// <param name="previousReceiveTimeNs">The inputs' receive time is not before it.</param>
    /// <param name="streamSymbol">The symbol of a message that names none; empty = it cannot be told.</param>
    [HotPath]
    public ParseStatus Parse(
        ReadOnlySpan<byte> line, uint number, long previousReceiveTimeNs, ReadOnlySpan<byte> streamSymbol)
    {
        _count = 0;
        _line = number;
        var space = line.IndexOf((byte)' ');
        var stamp = space < 0 ? line : line[..space];
        if (ScaledDecimal.Parse(stamp, 0, out var receiveTimeNs) != DecimalFault.None || receiveTimeNs == 0)
            return Fail("no receive time in nanoseconds", stamp);
        if (space < 0)
            return Fail("nothing behind the receive time");

        _receiveTimeNs = Math.Max(receiveTimeNs, previousReceiveTimeNs);
        try
        {
            var message = new JsonMembers(line[(space + 1)..], _tokens, ++_generation);
            var fault = message.Read();
            return fault is null ? ParseMessage(message, streamSymbol) : Fail(fault);
        }
        catch (JsonException e)
        {
            return FailJson(e);
        }
    }

    [HotPath]
    private ParseStatus ParseMessage(in JsonMembers message, ReadOnlySpan<byte> streamSymbol)
    {
        var isSnapshot = message.Has(Member.LastUpdateId);
        if (isSnapshot && message.Has(Member.Stream))
            return Fail("a stream of partial books is not read");
        if (isSnapshot && streamSymbol.IsEmpty)
            return Fail("a snapshot names no symbol, and of several it cannot be told which is meant");

        var symbol = isSnapshot ? streamSymbol : message.Text(Member.Symbol);
        if (symbol.IsEmpty)
            return Fail("no symbol");
        if (!FindInstrument(symbol))
        {
            Fail("symbol is not configured", symbol);
            return ParseStatus.Unconfigured;
        }

        if (isSnapshot)
            return ParseSnapshot(message);
        var type = message.Text(Member.EventType);
        if (type.SequenceEqual("depthUpdate"u8))
            return ParseDepth(message);
        if (type.SequenceEqual("trade"u8))
            return ParseTrade(message);
        return type.IsEmpty && message.Has(Member.BidQty) ? ParseQuote(message) : Fail("unknown message", type);
    }

    [HotPath]
    private ParseStatus ParseQuote(in JsonMembers message)
    {
        ref var slot = ref _staged[0];
        ref var quote = ref slot.Start<QuoteBody>(EventKind.Quote, SourceId.BinanceWs);
        if (!Price(message, Member.Bids, out quote.BidPx) || !Quantity(message, Member.BidQty, out quote.BidQty)
            || !Price(message, Member.Asks, out quote.AskPx) || !Quantity(message, Member.AskQty, out quote.AskQty)
            || !UpdateId(message, Member.LastId, out quote.VenueUpdateId))
            return ParseStatus.Bad;
        return Complete(1, 0);
    }

    [HotPath]
    private ParseStatus ParseTrade(in JsonMembers message)
    {
        ref var slot = ref _staged[0];
        ref var trade = ref slot.Start<TradeBody>(EventKind.Trade, SourceId.BinanceWs);
        if (!Price(message, Member.Price, out trade.Px) || !Quantity(message, Member.Quantity, out trade.Qty)
            || !UpdateId(message, Member.TradeId, out trade.VenueTradeId)
            || !Time(message, Member.TradeTime, out var eventTimeNs))
            return ParseStatus.Bad;
        if (trade.Qty.Mantissa == 0 || trade.Px.Mantissa == 0)
            return Fail("a trade of quantity or price 0");
        if (!message.TryBoolean(Member.BuyerIsMaker, out var buyerIsMaker))
            return Fail("m is not true or false");
        trade.AggressorSide = buyerIsMaker ? Side.Sell : Side.Buy;
        return Complete(1, eventTimeNs);
    }

    [HotPath]
    private ParseStatus ParseDepth(in JsonMembers message)
    {
        if (!UpdateId(message, Member.FirstId, out var firstId) || !UpdateId(message, Member.LastId, out var lastId)
            || !Time(message, Member.EventTime, out var eventTimeNs))
            return ParseStatus.Bad;
        if (firstId > lastId)
            return Fail("the first update id is greater than the last");

        var count = 0;
        if (!Levels(message, Member.Bids, Side.Buy, firstId, lastId, ref count)
            || !Levels(message, Member.Asks, Side.Sell, firstId, lastId, ref count))
            return ParseStatus.Bad;
        if (count == 0)
        {
            ref var level = ref _staged[count++].Start<BookLevelBody>(EventKind.BookLevel, SourceId.BinanceWs);
            level.Action = BookAction.Advance;
            level.FirstUpdateId = firstId;
            level.LastUpdateId = lastId;
        }

        return Complete(count, eventTimeNs);
    }

    [HotPath]
    private ParseStatus ParseSnapshot(in JsonMembers message)
    {
        if (!UpdateId(message, Member.LastUpdateId, out var lastId))
            return ParseStatus.Bad;
        ref var clear = ref _staged[0].Start<BookClearBody>(EventKind.BookClear, SourceId.BinanceWs);
        clear.LastUpdateId = lastId;
        clear.Reason = BookClearReason.Snapshot;
        var count = 1;
        return Levels(message, Member.SnapshotBids, Side.Buy, lastId, lastId, ref count)
            && Levels(message, Member.SnapshotAsks, Side.Sell, lastId, lastId, ref count)
            ? Complete(count, 0)
            : ParseStatus.Bad;
    }

    /// <summary>An array of <c>["price","quantity"]</c>.</summary>
    [HotPath]
    private bool Levels(in JsonMembers message, Member member, Side side, ulong firstId, ulong lastId, ref int count)
    {
        if (!message.TryArray(member, out var array))
            return Refuse("a side of the book is missing or no array");

        var reader = new Utf8JsonReader(array);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            if (count == _staged.Length)
                return Refuse("more levels than a message may have");
            ref var level = ref _staged[count++].Start<BookLevelBody>(EventKind.BookLevel, SourceId.BinanceWs);
            level.Action = BookAction.Set;
            level.Side = side;
            level.FirstUpdateId = firstId;
            level.LastUpdateId = lastId;
            if (!NextText(ref reader, out var text) || !Price(text, out level.Px)
                || !NextText(ref reader, out text) || !Quantity(text, out level.Qty))
                return false;
            if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
                return Refuse("a level has more than price and quantity");
        }

        return reader.TokenType == JsonTokenType.EndArray || Refuse("a level is no array");
    }

    [HotPath]
    private bool NextText(ref Utf8JsonReader reader, out ReadOnlySpan<byte> text)
    {
        var isText = reader.Read() && reader.TokenType == JsonTokenType.String;
        text = isText ? reader.ValueSpan : default;
        return isText || Refuse("a level lacks price or quantity as text");
    }

    [HotPath]
    private bool Price(in JsonMembers message, Member member, out Px px) => Price(message.Text(member), out px);

    [HotPath]
    private bool Price(ReadOnlySpan<byte> text, out Px px)
    {
        var scale = _instruments[_instrument].PriceScale;
        var fault = ScaledDecimal.Parse(text, scale, out var mantissa);
        px = new Px(mantissa);
        return fault == DecimalFault.None || RefuseDecimal("price", fault, scale, text);
    }

    [HotPath]
    private bool Quantity(in JsonMembers message, Member member, out Qty qty) =>
        Quantity(message.Text(member), out qty);

    [HotPath]
    private bool Quantity(ReadOnlySpan<byte> text, out Qty qty)
    {
        var scale = _instruments[_instrument].QuantityScale;
        var fault = ScaledDecimal.Parse(text, scale, out var mantissa);
        qty = new Qty(mantissa);
        return fault == DecimalFault.None || RefuseDecimal("quantity", fault, scale, text);
    }

    [HotPath]
    private bool UpdateId(in JsonMembers message, Member member, out ulong id) =>
        message.TryInteger(member, out id) || RefuseMember(message, member, "is not an id");

    [HotPath]
    private bool Time(in JsonMembers message, Member member, out long timeNs)
    {
        timeNs = 0;
        if (!message.TryInteger(member, out var timeMs) || timeMs > long.MaxValue / NsPerMs)
            return RefuseMember(message, member, "is not a time in milliseconds");
        timeNs = (long)timeMs * NsPerMs;
        return true;
    }

    [HotPath]
    private bool FindInstrument(ReadOnlySpan<byte> symbol)
    {
        if (_instrument < _symbols.Length && symbol.SequenceEqual(_symbols[_instrument]))
            return true;
        for (var i = 0; i < _symbols.Length; i++)
        {
            if (!symbol.SequenceEqual(_symbols[i]))
                continue;
            _instrument = i;
            return true;
        }

        return false;
    }

    [HotPath]
    private ParseStatus Complete(int count, long eventTimeNs)
    {
        _count = count;
        for (var i = 0; i < count; i++)
        {
            ref var header = ref _staged[i].Header;
            header.EventTimeNs = eventTimeNs;
            header.ReceiveTimeNs = _receiveTimeNs;
            header.InstrumentId = (uint)_instrument + 1;
            header.FeedPosition = _line;
            if (i != count - 1)
                header.Flags &= ~RecordFlags.LastOfMessage;
        }

        return ParseStatus.Parsed;
    }

    private ParseStatus FailJson(JsonException e)
    {
        var text = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
        return Fail($"not JSON at byte {e.BytePositionInLine} behind the receive time: {text}");
    }

    private bool RefuseDecimal(string what, DecimalFault fault, int scale, ReadOnlySpan<byte> text) =>
        Refuse(text.IsEmpty ? $"no {what}" : $"{what} {ScaledDecimal.Describe(fault, scale)}", text);

    private bool RefuseMember(in JsonMembers message, Member member, string reason) =>
        Refuse($"{JsonMembers.NameOf(member)} {reason}", message.Text(member));

    private bool Refuse(string reason, ReadOnlySpan<byte> culprit = default) =>
        Fail(reason, culprit) == ParseStatus.Parsed;

    private ParseStatus Fail(string reason, ReadOnlySpan<byte> culprit = default)
    {
        Fault.Set(reason, culprit);
        return ParseStatus.Bad;
    }
}
