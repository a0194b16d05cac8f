using System.Runtime.InteropServices;
using HftSandbox.Adapters;
using HftSandbox.Adapters.Lobster;
using HftSandbox.Events;
using HftSandbox.Tests.Adapters.Binance;

namespace HftSandbox.Tests.Adapters.Lobster;

/// <summary>All numbers are made up.</summary>
public sealed class LobsterFeedTests : IDisposable
{
    private const string Messages = """
        Time,Type,OrderId,Size,Price,Direction
        34200.5,1,11,30,2000000,1
        34200.5,1,12,20,2000100,1
        34200.75,4,12,20,2000100,1
        34201,2,11,10,2000000,1
        34202,5,0,7,2000500,-1
        34203,7,0,0,-1,-1
        34204,3,11,20,2000000,1

        """;

    private const string Rows = """
        AskPrice,AskSize,BidPrice,BidSize
        2001000,5,2000000,30
        2001000,5,2000100,20
        2001000,5,2000000,30
        2001000,5,2000000,20
        2001000,5,2000000,20
        2001000,5,2000000,20
        2001000,5,-9999999999,0

        """;

    private readonly LobsterFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Each_message_becomes_its_inputs_and_a_trade_comes_before_what_it_takes()
    {
        using var feed = _files.Open(Messages);

        var (events, ended) = CaptureFile.ReadAll(feed);

        Assert.Equal(StopReason.SourceEnd, ended);
        Assert.Empty(_files.BadLines);
        Assert.Equal(
            [
                "2 clear Session", "2 Add Buy 2000000 30 of 11;", "3 Add Buy 2000100 20 of 12;",
                "4 trade 2000100 20 by Sell", "4 Execute Buy 2000100 20 of 12;",
                "5 Reduce Buy 2000000 10 of 11;", "6 trade 2000500 7 by Buy;", "7 Advance None 0 0 of 0;",
                "8 Remove Buy 2000000 20 of 11;",
            ],
            events.Select(Text));
    }

    [Fact]
    public void With_the_book_rows_it_sets_what_comes_into_view_and_removes_what_goes_out_of_sight()
    {
        using var feed = _files.Open(Messages, Rows);

        var (events, ended) = CaptureFile.ReadAll(feed);

        Assert.Equal(StopReason.SourceEnd, ended);
        Assert.Equal(
            [
                "2 clear Snapshot", "2 Set Buy 2000000 30 of 0", "2 Set Sell 2001000 5 of 0;",
                "3 Add Buy 2000100 20 of 12", "3 Set Buy 2000000 0 of 0;",
                "4 trade 2000100 20 by Sell", "4 Execute Buy 2000100 20 of 12", "4 Set Buy 2000000 30 of 0;",
                "5 Reduce Buy 2000000 10 of 11;", "6 trade 2000500 7 by Buy;", "7 Advance None 0 0 of 0;",
                "8 Remove Buy 2000000 20 of 11;",
            ],
            events.Select(Text));
    }

    [Theory]
    [InlineData("2012-06-21", 1340251200L)]
    [InlineData("2012-01-03", 1325566800L)]
    [InlineData("2024-03-08", 1709874000L)]
    [InlineData("2024-03-11", 1710129600L)]
    [InlineData("2024-11-01", 1730433600L)]
    [InlineData("2024-11-04", 1730696400L)]
    public void Times_count_from_midnight_in_new_york(string date, long midnightSeconds)
    {
        using var feed = _files.Open(
            "34200.000000001,1,1,1,10000,1\n", name: $"AMZN_{date}_34200000_57600000_message_1.csv");

        var header = CaptureFile.ReadAll(feed).Events[0].Header;

        Assert.Equal(((midnightSeconds + 34_200) * 1_000_000_000) + 1, header.EventTimeNs);
        Assert.Equal((header.EventTimeNs, 1u, 1u), (header.ReceiveTimeNs, header.InstrumentId, header.FeedPosition));
    }

    [Theory]
    [InlineData("34200,1,1,1,10000", "not six columns")]
    [InlineData("34200,1,1,1,10000,1,1", "not six columns")]
    [InlineData("", "not six columns")]
    [InlineData("x,1,1,1,10000,1", "no time of day in seconds: x")]
    [InlineData("86400,1,1,1,10000,1", "no time of day in seconds: 86400")]
    [InlineData("34200,6,1,1,10000,1", "unknown type: 6")]
    [InlineData("34200,1,-1,1,10000,1", "no order id: -1")]
    [InlineData("34200,1,0,1,10000,1", "order id 0 of an order that is shown: 1")]
    [InlineData("34200,1,1,0,10000,1", "no size at the symbol's scale: 0")]
    [InlineData("34200,1,1,0.5,10000,1", "no size at the symbol's scale: 0.5")]
    [InlineData("34200,1,1,1,0,1", "no price at the symbol's scale: 0")]
    [InlineData("34200,1,1,1,99999999999999999999,1", "no price at the symbol's scale: 99999999999999999999")]
    [InlineData("34200,1,1,1,10000,0", "direction is not 1 or -1: 0")]
    public void A_malformed_line_is_named_with_its_number_and_reason(string line, string reason)
    {
        using var feed = _files.Open($"34200,1,1,1,10000,1\n{line}\n34200,1,2,1,10000,1\n");

        var (events, ended) = CaptureFile.ReadAll(feed);

        Assert.Equal((StopReason.BadInput, 2), (ended, events.Length));
        var bad = Assert.Single(_files.BadLines);
        Assert.Equal(2u, bad.Line);
        Assert.StartsWith(reason, bad.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_that_does_not_lead_to_its_row_is_malformed_and_the_book_starts_anew_behind_it()
    {
        var rows = Rows.Replace("2001000,5,2000000,20\n2001000,5,2000000,20\n2001000", "2001000,5,2000000,19\n"
            + "2001000,5,2000000,20\n2001000", StringComparison.Ordinal);
        using var feed = _files.Open(Messages, rows, maxBadLines: 1);

        var (events, ended) = CaptureFile.ReadAll(feed);

        Assert.Equal(StopReason.SourceEnd, ended);
        Assert.Equal(5u, Assert.Single(_files.BadLines).Line);
        Assert.Equal(
            ["6 trade 2000500 7 by Buy", "6 clear Snapshot", "6 Set Buy 2000000 20 of 0", "6 Set Sell 2001000 5 of 0;"],
            events.Select(Text).Where(text => text.StartsWith('6')));
    }

    [Fact]
    public void A_book_file_that_ends_early_makes_the_message_without_a_row_malformed()
    {
        using var feed = _files.Open(Messages, Rows[..Rows.IndexOf("2001000,5,2000000,20", StringComparison.Ordinal)]);

        var (_, ended) = CaptureFile.ReadAll(feed);

        Assert.Equal(StopReason.BadInput, ended);
        Assert.Equal((5u, "the book file has no row for it"), (_files.BadLines[0].Line, _files.BadLines[0].Reason));
    }

    [Theory]
    [InlineData("amzn.csv", null, "the name is not that of a message file")]
    [InlineData("AMZN_2012-06-31_1_2_message_1.csv", null, "the name is not that of a message file")]
    [InlineData("MSFT_2012-06-21_1_2_message_1.csv", null, "symbol MSFT is not configured")]
    [InlineData("AMZN_2012-06-21_1_2_message_5.csv", Rows, "a book file goes with level 1, and this is level 5")]
    public void A_file_that_cannot_be_meant_is_refused_by_its_name(string name, string? rows, string reason)
    {
        var refused = Assert.Throws<CaptureException>(() => _files.Open(Messages, rows, name: name));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 20_000)]
    [InlineData(6, 200_000_000)]
    public void Prices_are_taken_at_the_symbols_own_scale(int priceScale, long expected)
    {
        using var directory = new TempDirectory();
        var file = directory.Write(LobsterFiles.Messages, "34200,1,1,3,2000000,1\n34200,1,2,3,2000001,1\n");
        var instrument = LobsterFiles.Amzn with { PriceScale = priceScale, QuantityScale = 1 };
        using var feed = new LobsterFeed(file, null, [instrument], _files.BadLines.Add);

        var level = CaptureFile.ReadAll(feed).Events[1].Body<BookLevelBody>();

        Assert.Equal((new Px(expected), new Qty(30)), (level.Px, level.Qty));
        Assert.Equal(priceScale < 4 ? 1 : 0, _files.BadLines.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Rows)]
    public void Resumed_after_any_input_it_gives_exactly_the_rest(string? rows)
    {
        using var whole = _files.Open(Messages, rows);
        var events = CaptureFile.ReadAll(whole).Events;

        for (var stop = 1; stop <= events.Length; stop++)
        {
            var last = events[stop - 1].Header;
            var inputs = events.Take(stop).Count(slot => slot.Header.FeedPosition == last.FeedPosition);
            var resume = new FeedResume(last.FeedPosition, (uint)inputs, last.ReceiveTimeNs);
            using var feed = _files.Open(Messages, rows, resume);

            var rest = CaptureFile.ReadAll(feed, window: 2).Events;

            Assert.True(Same(events.AsSpan(stop), rest), $"stopped after {stop}");
        }
    }

    [Fact]
    public void Resumed_in_another_file_it_is_refused()
    {
        Assert.Throws<CaptureException>(() => _files.Open("34200,1,1,1,10000,1\n", resume: new FeedResume(2, 1, 0)));
        Assert.Throws<CaptureException>(() => _files.Open(Messages, resume: new FeedResume(3, 2, 0)));
    }

    [Fact]
    public void A_hidden_execution_on_the_first_line_is_printed_before_the_book_begins()
    {
        using var feed = _files.Open("34200,5,0,1,10000,-1\n34200,1,1,1,10000,1\n");

        var (events, _) = CaptureFile.ReadAll(feed);

        Assert.Equal(["1 trade 10000 1 by Buy", "1 clear Session;", "2 Add Buy 10000 1 of 1;"], events.Select(Text));
    }

    [Theory]
    [InlineData("34200.5,1,11,30,2000000,1", null)]
    [InlineData("34200.5,5,0,30,2000000,1", "2001000,5,2000000,30")]
    public void Lines_allocate_nothing_after_construction(string line, string? row)
    {
        var lines = string.Concat(Enumerable.Repeat(line + "\n", 4000));
        var rows = row is null ? null : string.Concat(Enumerable.Repeat(row + "\n", 4000));
        using var feed = _files.Open(lines, rows);
        var slots = new InputEvent[256];
        feed.Poll(slots);

        var before = GC.GetAllocatedBytesForCurrentThread();
        while (feed.Ended == StopReason.None)
            feed.Poll(slots);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>An input in short; a semicolon ends its message.</summary>
    private static string Text(InputEvent input)
    {
        var body = input.Header.Kind switch
        {
            EventKind.BookClear => $"clear {input.Body<BookClearBody>().Reason}",
            EventKind.Trade => Text(input.Body<TradeBody>()),
            _ => Text(input.Body<BookLevelBody>()),
        };
        var isLast = (input.Header.Flags & RecordFlags.LastOfMessage) != 0;
        return $"{input.Header.FeedPosition} {body}{(isLast ? ";" : "")}";
    }

    private static string Text(in TradeBody trade) =>
        $"trade {trade.Px.Mantissa} {trade.Qty.Mantissa} by {trade.AggressorSide}";

    private static string Text(in BookLevelBody level) =>
        $"{level.Action} {level.Side} {level.Px.Mantissa} {level.Qty.Mantissa} of {level.VenueOrderId}";

    private static bool Same(ReadOnlySpan<InputEvent> one, ReadOnlySpan<InputEvent> other) =>
        MemoryMarshal.AsBytes(one).SequenceEqual(MemoryMarshal.AsBytes(other));
}
