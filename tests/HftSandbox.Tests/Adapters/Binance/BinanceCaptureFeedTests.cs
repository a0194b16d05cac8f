using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using HftSandbox.Adapters;
using HftSandbox.Adapters.Binance;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Adapters.Binance;

public sealed class BinanceCaptureFeedTests
{
    private const string Quote =
        """1000 {"stream":"abcusd@bookTicker","data":{"u":7,"s":"ABCUSD","b":"10.50","B":"1.5","a":"10.75","A":"2"}}""";

    private const string Trade =
        """2000 {"stream":"abcusd@trade","data":{"e":"trade","E":9,"s":"ABCUSD","t":5,"p":"10.75","q":"0.25","T":8,"""
        + """ "m":true,"M":true}}""";

    private const string Depth =
        """3000 {"stream":"abcusd@depth@100ms","data":{"e":"depthUpdate","E":11,"s":"ABCUSD","U":6,"u":9,"""
        + """ "b":[["10.5","0"],["10.25","3"]],"a":[["10.75","1"]]}}""";

    private const string EmptyDepth = """
        3500 {"stream":"abcusd@depth@100ms","data":{"e":"depthUpdate","E":12,"s":"ABCUSD","U":10,"u":10,"b":[],"a":[]}}
        """;

    private const string Snapshot =
        """2500 {"lastUpdateId":8,"bids":[["10.50","1.5"],["10.00","4"]],"asks":[["11.00","5"]]}""";

    private const string OtherQuote =
        """4000 {"stream":"xyzusd@bookTicker","data":{"u":7,"s":"XYZUSD","b":"1","B":"1","a":"2","A":"1"}}""";

    private static readonly ImmutableArray<InstrumentConfig> Abc =
        [CaptureFile.Instrument("ABCUSD", 2, 3)];

    private static readonly ImmutableArray<InstrumentConfig> Both =
        [CaptureFile.Instrument("XYZUSD"), CaptureFile.Instrument("ABCUSD", 2, 3)];

    [Fact]
    public void A_book_ticker_becomes_a_quote()
    {
        var slot = Assert.Single(Read(Abc, Quote));

        var header = slot.Header;
        Assert.Equal(EventKind.Quote, header.Kind);
        Assert.Equal((0L, 1000L), (header.EventTimeNs, header.ReceiveTimeNs));
        Assert.Equal((1u, 1u, SourceId.BinanceWs), (header.FeedPosition, header.InstrumentId, header.Source));
        Assert.Equal(RecordFlags.Input | RecordFlags.LastOfMessage, header.Flags);
        var body = slot.Body<QuoteBody>();
        Assert.Equal((1050L, 1500L), (body.BidPx.Mantissa, body.BidQty.Mantissa));
        Assert.Equal((1075L, 2000L), (body.AskPx.Mantissa, body.AskQty.Mantissa));
        Assert.Equal(7ul, body.VenueUpdateId);
    }

    [Theory]
    [InlineData("true", Side.Sell)]
    [InlineData("false", Side.Buy)]
    public void A_trade_was_taken_by_the_side_that_is_not_the_maker(string buyerIsMaker, Side expected)
    {
        var line = Trade.Replace("\"m\":true", $"\"m\":{buyerIsMaker}", StringComparison.Ordinal);

        var slot = Assert.Single(Read(Abc, line));

        var body = slot.Body<TradeBody>();
        Assert.Equal(8_000_000, slot.Header.EventTimeNs);
        Assert.Equal((1075L, 250L, 5ul), (body.Px.Mantissa, body.Qty.Mantissa, body.VenueTradeId));
        Assert.Equal(expected, body.AggressorSide);
    }

    [Fact]
    public void A_depth_update_becomes_one_level_event_each_and_only_the_last_ends_the_message()
    {
        var events = Read(Abc, Depth);

        Assert.Equal(
            [
                "Set Buy 1050 0 6-9 11000000",
                "Set Buy 1025 3000 6-9 11000000",
                "Set Sell 1075 1000 6-9 11000000 last",
            ],
            events.Select(Describe));
    }

    [Fact]
    public void A_depth_update_without_a_level_still_advances_the_update_id()
    {
        Assert.Equal(["Advance None 0 0 10-10 12000000 last"], Read(Abc, EmptyDepth).Select(Describe));
    }

    [Fact]
    public void A_REST_snapshot_clears_the_book_and_sets_its_levels()
    {
        var events = Read(Abc, Snapshot);

        Assert.Equal(
            [
                "Clear Snapshot 8",
                "Set Buy 1050 1500 8-8 0",
                "Set Buy 1000 4000 8-8 0",
                "Set Sell 1100 5000 8-8 0 last",
            ],
            events.Select(Describe));
    }

    [Fact]
    public void A_REST_snapshot_belongs_to_the_only_symbol_of_the_stream()
    {
        Assert.Equal(2u, Read(Both, Quote, Snapshot)[1].Header.InstrumentId);
        Assert.Equal(1u, Read(Both, OtherQuote, Snapshot.Replace("10.", "1.", StringComparison.Ordinal))[1]
            .Header.InstrumentId);
    }

    [Fact]
    public void A_REST_snapshot_whose_symbol_cannot_be_told_is_a_bad_line()
    {
        AssertBad(1, "snapshot names no symbol", Both, Snapshot);
        AssertBad(3, "snapshot names no symbol", Both, Quote, OtherQuote, Snapshot);
    }

    [Fact]
    public void A_REST_snapshot_of_an_unconfigured_stream_is_not_taken_for_the_configured_symbol()
    {
        using var capture = new CaptureFile(Lines(OtherQuote, Snapshot));
        using var feed = capture.Open(Abc, maxBadLines: 5);

        var (events, ended) = CaptureFile.ReadAll(feed);

        Assert.Empty(events);
        Assert.Equal(StopReason.SourceEnd, ended);
        Assert.Contains("not configured: XYZUSD", Assert.Single(capture.BadLines).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_may_come_in_any_order_and_with_white_space()
    {
        const string Line =
            """5 { "data" : { "a" : [ ["10.75", "1"] ] , "b":[], "u":9, "x":{"s":"no"}, "U":6, "E":11,"""
            + """ "s":"ABCUSD", "e":"depthUpdate" }, "stream":"x" }""";

        Assert.Equal(["Set Sell 1075 1000 6-9 11000000 last"], Read(Abc, Line).Select(Describe));
    }

    [Fact]
    public void Receive_times_never_go_back_even_if_the_outside_clock_does()
    {
        var events = Read(Abc, Depth, Quote, EmptyDepth);

        Assert.Equal([3000, 3000, 3000, 3000, 3500], events.Select(slot => slot.Header.ReceiveTimeNs));
    }

    [Fact]
    public void An_unconfigured_symbol_is_reported_once_and_then_passed_over()
    {
        using var capture = new CaptureFile(Lines(OtherQuote, Quote, OtherQuote, OtherQuote, Trade));
        using var feed = capture.Open(Abc, maxBadLines: 1);

        var (events, ended) = CaptureFile.ReadAll(feed);

        Assert.Equal(StopReason.SourceEnd, ended);
        Assert.Equal([2u, 5u], events.Select(slot => slot.Header.FeedPosition));
        Assert.Equal(new BadLine(capture.Path, 1, "symbol is not configured: XYZUSD"), Assert.Single(capture.BadLines));
    }

    [Theory]
    [InlineData("nothing behind the receive time", "1000")]
    [InlineData("no receive time in nanoseconds", "")]
    [InlineData("no receive time in nanoseconds", "x1 {}")]
    [InlineData("no receive time in nanoseconds", "-5 {}")]
    [InlineData("no receive time in nanoseconds: 99999999999999999999", "99999999999999999999 {}")]
    [InlineData("not JSON", "5 {\"stream\":")]
    [InlineData("not JSON", "5 {} {}")]
    [InlineData("not JSON", "5 hello")]
    [InlineData("no JSON object", "5 [1]")]
    [InlineData("no symbol", "5 {}")]
    [InlineData("no symbol", "5 {\"data\":[]}")]
    [InlineData("unknown message: kline", """5 {"data":{"e":"kline","s":"ABCUSD"}}""")]
    [InlineData("unknown message", """5 {"data":{"s":"ABCUSD"}}""")]
    [InlineData("stands twice", """5 {"data":{"s":"ABCUSD","s":"ABCUSD"}}""")]
    [InlineData("partial books", """5 {"stream":"abcusd@depth5","data":{"lastUpdateId":1,"bids":[],"asks":[]}}""")]
    [InlineData("has more than 2 decimals: 1.001",
        """5 {"data":{"u":7,"s":"ABCUSD","b":"1.001","B":"1","a":"2","A":"1"}}""")]
    [InlineData("has more than 3 decimals", """5 {"data":{"u":7,"s":"ABCUSD","b":"1","B":"1.0001","a":"2","A":"1"}}""")]
    [InlineData("price has a sign: -1", """5 {"data":{"u":7,"s":"ABCUSD","b":"-1","B":"1","a":"2","A":"1"}}""")]
    [InlineData("price has an exponent", """5 {"data":{"u":7,"s":"ABCUSD","b":"1e2","B":"1","a":"2","A":"1"}}""")]
    [InlineData("too large", """5 {"data":{"u":7,"s":"ABCUSD","b":"99999999999999999","B":"1","a":"2","A":"1"}}""")]
    [InlineData("no price", """5 {"data":{"u":7,"s":"ABCUSD","b":1,"B":"1","a":"2","A":"1"}}""")]
    [InlineData("no quantity", """5 {"data":{"u":7,"s":"ABCUSD","b":"1","B":"1","a":"2"}}""")]
    [InlineData("u is not an id", """5 {"data":{"u":-7,"s":"ABCUSD","b":"1","B":"1","a":"2","A":"1"}}""")]
    [InlineData("u is not an id", """5 {"data":{"u":"7","s":"ABCUSD","b":"1","B":"1","a":"2","A":"1"}}""")]
    [InlineData("T is not a time",
        """5 {"data":{"e":"trade","s":"ABCUSD","t":5,"p":"1","q":"1","T":99999999999999999,"m":true}}""")]
    [InlineData("m is not true or false",
        """5 {"data":{"e":"trade","s":"ABCUSD","t":5,"p":"1","q":"1","T":9,"m":1}}""")]
    [InlineData("quantity or price 0",
        """5 {"data":{"e":"trade","s":"ABCUSD","t":5,"p":"1","q":"0","T":9,"m":true}}""")]
    [InlineData("greater than the last",
        """5 {"data":{"e":"depthUpdate","E":1,"s":"ABCUSD","U":9,"u":8,"b":[],"a":[]}}""")]
    [InlineData("side of the book", """5 {"data":{"e":"depthUpdate","E":1,"s":"ABCUSD","U":8,"u":8,"b":[]}}""")]
    [InlineData("a level is no array",
        """5 {"data":{"e":"depthUpdate","E":1,"s":"ABCUSD","U":8,"u":8,"b":[1],"a":[]}}""")]
    [InlineData("lacks price or quantity",
        """5 {"data":{"e":"depthUpdate","E":1,"s":"ABCUSD","U":8,"u":8,"b":[["1"]],"a":[]}}""")]
    [InlineData("more than price and quantity",
        """5 {"data":{"e":"depthUpdate","E":1,"s":"ABCUSD","U":8,"u":8,"b":[["1","1","1"]],"a":[]}}""")]
    public void A_malformed_line_is_refused_with_its_reason(string reason, string line)
    {
        AssertBad(2, reason, Abc, Quote, line, Trade);
    }

    [Fact]
    public void Nothing_of_a_message_with_one_bad_level_is_given()
    {
        var half = Depth.Replace("\"1\"", "\"1.00001\"", StringComparison.Ordinal);
        using var capture = new CaptureFile(Lines(Quote, half, Trade));
        using var feed = capture.Open(Abc, maxBadLines: 1);

        var (events, ended) = CaptureFile.ReadAll(feed);

        Assert.Equal(StopReason.SourceEnd, ended);
        Assert.Equal([EventKind.Quote, EventKind.Trade], events.Select(slot => slot.Header.Kind));
        Assert.Equal(2u, Assert.Single(capture.BadLines).Line);
    }

    [Fact]
    public void A_message_with_more_levels_than_allowed_is_refused_whole()
    {
        AssertBad(1, "more levels than a message may have", Abc, DepthOf(Limits.MessageInputsMax + 1));

        Assert.Equal(Limits.MessageInputsMax, Read(Abc, DepthOf(Limits.MessageInputsMax)).Length);

        static string DepthOf(int levels) =>
            """5 {"data":{"e":"depthUpdate","E":1,"s":"ABCUSD","U":8,"u":8,"a":[],"b":["""
            + string.Join(',', Enumerable.Repeat("""["1","1"]""", levels)) + "]}}";
    }

    [Fact]
    public void A_line_longer_than_allowed_is_passed_over_and_the_next_one_read()
    {
        var filler = new string(' ', Limits.LineBytesMax);
        using var capture = new CaptureFile(Lines(Quote, $"5 {{{filler}}}", Trade));
        using var feed = capture.Open(Abc, maxBadLines: 1);

        var (events, _) = CaptureFile.ReadAll(feed);

        Assert.Equal([1u, 3u], events.Select(slot => slot.Header.FeedPosition));
        Assert.Equal($"longer than {Limits.LineBytesMax} bytes", Assert.Single(capture.BadLines).Reason);
    }

    [Fact]
    public void A_line_of_exactly_the_longest_length_is_read()
    {
        var line = Quote + new string(' ', Limits.LineBytesMax - Quote.Length);

        Assert.Equal(2, Read(Abc, line, Trade).Length);
    }

    [Fact]
    public void The_last_line_may_lack_its_line_feed_but_must_be_whole()
    {
        using var whole = new CaptureFile($"{Quote}\n{Trade}");
        using var wholeFeed = whole.Open(Abc);
        using var cut = new CaptureFile($"{Quote}\n{Trade[..^5]}");
        using var cutFeed = cut.Open(Abc);

        Assert.Equal(2, CaptureFile.ReadAll(wholeFeed).Events.Length);
        Assert.Equal(StopReason.BadInput, CaptureFile.ReadAll(cutFeed).Ended);
        Assert.Equal(2u, Assert.Single(cut.BadLines).Line);
    }

    [Fact]
    public void An_empty_file_ends_at_once()
    {
        Assert.Empty(Read(Abc));
    }

    [Fact]
    public void Lines_may_end_in_carriage_return_and_line_feed()
    {
        using var capture = new CaptureFile($"{Quote}\r\n{Trade}\r\n");
        using var feed = capture.Open(Abc);

        Assert.Equal(2, CaptureFile.ReadAll(feed).Events.Length);
    }

    [Fact]
    public void A_gzip_file_is_known_by_its_first_bytes()
    {
        using var packed = new CaptureFile(CaptureFile.Gzip(Lines(Quote, Depth)));
        using var feed = packed.Open(Abc);

        Assert.True(Bytes(Read(Abc, Quote, Depth)).SequenceEqual(Bytes(CaptureFile.ReadAll(feed).Events)));
    }

    [Fact]
    public void A_gzip_file_cut_anywhere_fails_with_its_name()
    {
        var whole = CaptureFile.Gzip(Lines(Enumerable.Range(0, 50).Select(i => Quote.Replace("\"u\":7", $"\"u\":{i}",
            StringComparison.Ordinal)).ToArray()));

        for (var length = 11; length < whole.Length; length += length < whole.Length - 20 ? 17 : 1)
        {
            using var capture = new CaptureFile(whole[..length]);
            using var feed = capture.Open(Abc);
            var failure = Assert.Throws<CaptureException>(() => CaptureFile.ReadAll(feed));
            Assert.Contains(capture.Path, failure.Message, StringComparison.Ordinal);
            Assert.Contains("truncated", failure.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_damaged_gzip_file_fails_with_its_name()
    {
        var bytes = CaptureFile.Gzip(Lines(Quote, Depth));
        bytes[^6] ^= 1;
        using var capture = new CaptureFile(bytes);
        using var feed = capture.Open(Abc);

        Assert.Equal(capture.Path, Assert.Throws<CaptureException>(() => CaptureFile.ReadAll(feed)).File);
    }

    [Fact]
    public void A_file_that_is_not_there_fails_with_its_name()
    {
        var failure = Assert.Throws<CaptureException>(
            () => new BinanceCaptureFeed("/nowhere/x.gz", Abc, _ => { }));

        Assert.Equal(("/nowhere/x.gz", 0u), (failure.File, failure.Line));
    }

    [Fact]
    public void Resumed_at_any_input_it_gives_exactly_the_rest()
    {
        using var capture = new CaptureFile(Lines(
            Quote, Snapshot, Depth, OtherQuote, Trade, EmptyDepth, "junk", Quote, Depth));
        using var feed = capture.Open(Both, maxBadLines: 9);
        var whole = CaptureFile.ReadAll(feed).Events;

        uint inputsAtLine = 0;
        for (var stop = 1; stop <= whole.Length; stop++)
        {
            var last = whole[stop - 1].Header;
            inputsAtLine = stop > 1 && whole[stop - 2].Header.FeedPosition == last.FeedPosition ? inputsAtLine + 1 : 1;
            var resume = new FeedResume(last.FeedPosition, inputsAtLine, last.ReceiveTimeNs);
            using var resumed = capture.Open(Both, resume, maxBadLines: 9);

            var rest = CaptureFile.ReadAll(resumed, window: (stop % 3) + 1).Events;

            Assert.True(Bytes(whole.AsSpan(stop)).SequenceEqual(Bytes(rest)), $"stopped after {stop}");
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    public void A_resume_position_that_does_not_fit_means_another_file(uint position, uint inputs)
    {
        using var capture = new CaptureFile(Lines(Quote, Depth, "junk"));

        var failure = Assert.Throws<CaptureException>(() => capture.Open(Abc, new FeedResume(position, inputs, 1)));

        Assert.Contains("another file", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Quote)]
    [InlineData(Trade)]
    [InlineData(Depth)]
    [InlineData(EmptyDepth)]
    [InlineData(Snapshot)]
    [InlineData(OtherQuote)]
    public void Lines_allocate_nothing_after_construction(string line)
    {
        using var capture = new CaptureFile(string.Concat(Enumerable.Repeat(line + "\n", 4000)) + Quote);
        using var feed = capture.Open(Abc, maxBadLines: 1);
        var slots = new InputEvent[256];
        if (line != OtherQuote)
            feed.Poll(slots);

        var before = GC.GetAllocatedBytesForCurrentThread();
        while (feed.Ended == StopReason.None)
            feed.Poll(slots);

        // The first line of an unconfigured symbol is reported, which allocates; the other 3,999 are not.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, line == OtherQuote ? 1024 : 0);
    }

    private static InputEvent[] Read(
        ImmutableArray<InstrumentConfig> instruments, params string[] lines)
    {
        using var capture = new CaptureFile(Lines(lines));
        using var feed = capture.Open(instruments);
        var (events, ended) = CaptureFile.ReadAll(feed, window: 2);
        Assert.Empty(capture.BadLines);
        Assert.Equal(StopReason.SourceEnd, ended);
        return events;
    }

    private static void AssertBad(
        uint line,
        string reason,
        ImmutableArray<InstrumentConfig> instruments,
        params string[] lines)
    {
        using var capture = new CaptureFile(Lines(lines));
        using var feed = capture.Open(instruments);

        var (events, ended) = CaptureFile.ReadAll(feed);

        Assert.Equal(StopReason.BadInput, ended);
        Assert.Equal((int)line - 1, events.Length);
        var bad = Assert.Single(capture.BadLines);
        Assert.Equal((capture.Path, line), (bad.File, bad.Line));
        Assert.Contains(reason, bad.Reason, StringComparison.Ordinal);
    }

    private static string Lines(params string[] lines) => string.Concat(lines.Select(line => line + "\n"));

    private static string Describe(InputEvent slot)
    {
        if (slot.Header.Kind == EventKind.BookClear)
            return $"Clear {slot.Body<BookClearBody>().Reason} {slot.Body<BookClearBody>().LastUpdateId}";
        var body = slot.Body<BookLevelBody>();
        var text = new StringBuilder($"{body.Action} {body.Side} {body.Px.Mantissa} {body.Qty.Mantissa} ");
        text.Append($"{body.FirstUpdateId}-{body.LastUpdateId} {slot.Header.EventTimeNs}");
        return text.Append((slot.Header.Flags & RecordFlags.LastOfMessage) != 0 ? " last" : "").ToString();
    }

    private static ReadOnlySpan<byte> Bytes(ReadOnlySpan<InputEvent> events) => MemoryMarshal.AsBytes(events);
}
