using System.Buffers;
using System.Text;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.MarketData;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.MarketData;

public sealed class OrderBookTests
{
    [Fact]
    public void A_book_is_live_from_the_end_of_its_snapshot_on()
    {
        var rig = BookRig.Quiet();
        var book = rig.Engine.Book(Rig.First);

        Assert.Equal(BookState.Unseeded, book.State);
        rig.Clear(BookClearReason.Snapshot, 10, isLast: false);
        Assert.Equal(BookState.Building, book.State);
        rig.Set(Side.Buy, 99, 5, 10, 10);
        Assert.Equal(BookState.Live, book.State);
        Assert.Equal(10u, book.LastUpdateId);
    }

    [Fact]
    public void A_jump_of_update_ids_is_one_anomaly_and_the_next_snapshot_heals_it()
    {
        var rig = BookRig.Quiet();
        var book = rig.Engine.Book(Rig.First);
        rig.Snapshot(99, 101, id: 10);

        Assert.Null(rig.Set(Side.Buy, 98, 1, 11, 12).Anomaly());
        Assert.Equal((AnomalyCode.BookGap, 13, 14), rig.Set(Side.Buy, 98, 2, 14, 15).Anomaly());
        Assert.Null(rig.Set(Side.Buy, 98, 3, 20, 21).Anomaly());
        Assert.Equal(BookState.Gap, book.State);

        rig.Snapshot(99, 101, id: 30);
        Assert.Equal(BookState.Live, book.State);
        Assert.Null(rig.Set(Side.Buy, 98, 4, 31, 31).Anomaly());
        Assert.Equal(new Qty(4), book.QtyAt(Side.Buy, new Px(98)));
    }

    [Fact]
    public void What_a_snapshot_already_holds_is_dropped_and_what_reaches_beyond_it_is_applied()
    {
        var rig = BookRig.Quiet();
        var book = rig.Engine.Book(Rig.First);
        rig.Snapshot(99, 101, id: 10, qty: 5);

        rig.Set(Side.Buy, 99, 1, 8, 10);
        Assert.Equal(new Qty(5), book.QtyAt(Side.Buy, new Px(99)));
        Assert.Null(rig.Set(Side.Buy, 99, 2, 9, 12).Anomaly());
        Assert.Equal(new Qty(2), book.QtyAt(Side.Buy, new Px(99)));
    }

    [Fact]
    public void Updates_that_came_before_their_snapshot_are_applied_on_top_of_it()
    {
        var rig = BookRig.Quiet();
        var book = rig.Engine.Book(Rig.First);
        rig.Set(Side.Buy, 97, 1, 9, 10);
        rig.Set(Side.Buy, 98, 2, 11, 12, isLast: false);
        rig.Set(Side.Sell, 101, 0, 11, 12);
        rig.Set(Side.Sell, 103, 4, 13, 13);

        rig.Snapshot(99, 101, id: 11);

        Assert.Equal((BookState.Live, 13UL), (book.State, book.LastUpdateId));
        Assert.Equal([99L, 98L], Prices(book, Side.Buy));
        Assert.Equal([103L], Prices(book, Side.Sell));
    }

    [Fact]
    public void A_snapshot_that_is_too_old_for_what_came_before_it_leaves_a_gap_until_one_connects()
    {
        var rig = BookRig.Quiet();
        var book = rig.Engine.Book(Rig.First);
        rig.Set(Side.Buy, 98, 2, 21, 22);

        rig.Snapshot(99, 101, id: 11);
        Assert.Equal(BookState.Gap, book.State);
        rig.Snapshot(99, 101, id: 20);

        Assert.Equal(BookState.Live, book.State);
        Assert.Equal([99L, 98L], Prices(book, Side.Buy));
    }

    [Fact]
    public void A_feed_that_says_it_lost_something_marks_its_book_and_without_an_instrument_every_live_one()
    {
        var rig = BookRig.Quiet();
        rig.Snapshot(99, 101);

        Assert.Null(rig.Gap(Rig.Second).Anomaly());
        Assert.Equal(BookState.Live, rig.Engine.Book(Rig.First).State);
        Assert.Equal((AnomalyCode.BookGap, 7, 9), rig.Gap(0).Anomaly());
        Assert.Equal(BookState.Gap, rig.Engine.Book(Rig.First).State);
    }

    [Theory]
    [InlineData(100, BookState.Live)]
    [InlineData(101, BookState.Crossed)]
    [InlineData(102, BookState.Crossed)]
    public void A_bid_that_reaches_the_ask_at_the_end_of_a_message_is_a_crossed_book(long bid, BookState expected)
    {
        var rig = BookRig.Quiet();
        var book = rig.Engine.Book(Rig.First);
        rig.Snapshot(99, 101);

        Assert.Null(rig.Set(Side.Buy, bid, 1, isLast: false).Anomaly());
        var anomaly = rig.Set(Side.Buy, 90, 1).Anomaly();

        Assert.Equal(expected, book.State);
        Assert.Equal(expected == BookState.Live ? null : (AnomalyCode.CrossedBook, 101, bid), anomaly);
        rig.Set(Side.Buy, bid, 0);
        Assert.Equal(expected, book.State);
        rig.Snapshot(99, 101);
        Assert.Equal(BookState.Live, book.State);
    }

    [Fact]
    public void Bid_and_ask_may_meet_within_a_message()
    {
        var rig = BookRig.Quiet();
        rig.Snapshot(99, 101);

        rig.Set(Side.Buy, 101, 1, isLast: false);
        var anomaly = rig.Set(Side.Sell, 101, 0).Anomaly();

        Assert.Null(anomaly);
        Assert.Equal(BookState.Live, rig.Engine.Book(Rig.First).State);
    }

    [Fact]
    public void A_book_nobody_speaks_of_becomes_stale_once_and_fresh_with_its_next_update()
    {
        var rig = BookRig.Quiet(referenceMaxAgeNs: 3_000);
        var book = rig.Engine.Book(Rig.First);
        rig.Snapshot(99, 101);

        rig.NowNs += 2_000;
        Assert.Null(rig.Quote(99, 101).Anomaly());
        Assert.False(book.IsStale(rig.NowNs, 3_000));
        Assert.Equal((AnomalyCode.StaleBook, 3_000, 4_000), rig.Quote(99, 101).Anomaly());
        Assert.True(book.IsStale(rig.NowNs, 3_000));
        Assert.Null(rig.Quote(99, 101).Anomaly());

        Assert.Null(rig.Level(BookAction.Advance, Side.None, 0, 0).Anomaly());
        Assert.False(book.IsStale(rig.NowNs, 3_000));
        rig.NowNs += 3_000;
        Assert.Equal(AnomalyCode.StaleBook, rig.Set(Side.Buy, 98, 1).Anomaly()?.Code);
    }

    [Fact]
    public void Orders_add_up_to_levels_and_an_order_that_was_never_shown_takes_from_the_rest()
    {
        var rig = BookRig.Quiet();
        var book = rig.Engine.Book(Rig.First);
        rig.Snapshot(99, 101, qty: 5);

        rig.Level(BookAction.Add, Side.Buy, 99, 7, order: 1);
        rig.Level(BookAction.Add, Side.Buy, 99, 2, order: 2);
        rig.Level(BookAction.Reduce, Side.Buy, 99, 3, order: 1);
        rig.Level(BookAction.Execute, Side.Buy, 99, 4, order: 77);
        Assert.Equal(new Qty(7), book.QtyAt(Side.Buy, new Px(99)));
        Assert.Equal(new Qty(4), book.LastChange.Decrease);
        Assert.True(book.TryOrder(1, out var order) && order.Qty == new Qty(4));

        rig.Level(BookAction.Remove, Side.Buy, 99, 0, order: 1);
        Assert.Equal(new BookChange(Side.Buy, new Px(99), new Qty(7), new Qty(3)), book.LastChange);
        Assert.Equal(BookState.Live, book.State);
        Assert.Equal((AnomalyCode.BookGap, 0, 78), rig.Level(BookAction.Execute, Side.Buy, 99, 2, 78).Anomaly());
    }

    [Fact]
    public void A_level_that_is_set_to_less_than_its_orders_forgets_them()
    {
        var rig = BookRig.Quiet();
        var book = rig.Engine.Book(Rig.First);
        rig.Snapshot(99, 101, qty: 5);
        rig.Level(BookAction.Add, Side.Buy, 99, 7, order: 1);

        rig.Set(Side.Buy, 99, 7);
        Assert.True(book.TryOrder(1, out _));
        rig.Set(Side.Buy, 99, 6);

        Assert.False(book.TryOrder(1, out _));
        Assert.Equal(0, book.OrderCount);
        Assert.Null(rig.Level(BookAction.Remove, Side.Buy, 99, 6, order: 1).Anomaly());
        Assert.Equal(0, book.LevelCount(Side.Buy));
    }

    [Fact]
    public void Statistics_are_exact_at_the_ends_of_64_bits()
    {
        var rig = BookRig.Quiet();
        var book = rig.Engine.Book(Rig.First);
        rig.Snapshot(long.MaxValue - 1, long.MaxValue, qty: long.MaxValue);
        rig.Set(Side.Buy, long.MinValue, long.MaxValue);

        Assert.True(book.TryTwiceMid(out var twiceMid) && book.TrySpread(out var spread) && spread == 1);
        Assert.Equal(((Int128)long.MaxValue * 2) - 1, twiceMid);
        Assert.Equal((Int128)long.MaxValue * 2, book.Depth(Side.Buy, 2));
        Assert.Equal((Int128)long.MaxValue, book.Depth(Side.Buy, 1));
        Assert.Equal((3_333, 0), (book.ImbalanceE4(2), book.ImbalanceE4(1)));
        Assert.Equal(
            (AnomalyCode.BookGap, 0, 1),
            rig.Level(BookAction.Add, Side.Buy, long.MinValue, 1, order: 1).Anomaly());
    }

    [Fact]
    public void An_update_of_no_side_or_of_no_known_action_is_a_gap()
    {
        var rig = BookRig.Quiet();

        rig.Snapshot(99, 101);
        Assert.Equal(AnomalyCode.BookGap, rig.Set(Side.None, 98, 1).Anomaly()?.Code);
        rig.Snapshot(99, 101);
        Assert.Equal(AnomalyCode.BookGap, rig.Level((BookAction)9, Side.Buy, 98, 1).Anomaly()?.Code);
    }

    [Fact]
    public void Without_trade_and_quote_the_reference_is_the_mid_of_a_live_and_fresh_book()
    {
        var market = new MarketView { ReferenceMaxAgeNs = 10 };
        market.Books.Load(1);
        var book = market.Books[1];
        book.OnClear(new BookClearBody { Reason = BookClearReason.Snapshot }, isLast: false, 100);
        book.OnLevel(Level(Side.Buy, 99), isLast: false, 100);
        Assert.False(market.TryReference(1, 100, out _));
        book.OnLevel(Level(Side.Sell, 102), isLast: true, 100);

        Assert.True(market.TryReference(1, 110, out var twicePx));
        Assert.Equal(201, twicePx);
        Assert.False(market.TryReference(1, 111, out _));
        market.OnQuote(1, new QuoteBody { BidPx = new Px(1), BidQty = new Qty(1) }, 105);
        Assert.False(market.TryReference(1, 105, out _));
        market.OnTrade(1, new TradeBody { Px = new Px(50), Qty = new Qty(1) }, 105);
        Assert.True(market.TryReference(1, 105, out twicePx) && twicePx == 100);
    }

    [Fact]
    public void A_crossed_book_gives_no_reference()
    {
        var market = new MarketView();
        market.Books.Load(1);
        market.Books[1].OnClear(new BookClearBody { Reason = BookClearReason.Session }, isLast: true, 1);
        market.Books[1].OnLevel(Level(Side.Buy, 99), isLast: true, 1);
        market.Books[1].OnLevel(Level(Side.Sell, 99), isLast: true, 1);

        Assert.False(market.TryReference(1, 1, out _));
    }

    [Fact]
    public void Another_source_begins_with_empty_books_and_the_same_one_goes_on_with_them()
    {
        var rig = BookRig.Quiet();
        rig.Snapshot(99, 101, id: 5);

        rig.Start(RunMode.Continue);
        Assert.Equal(BookState.Live, rig.Engine.Book(Rig.First).State);
        rig.Configuration = rig.Configuration with { Source = new SourceIdentity("lobster", "file", 1) };
        rig.Start(RunMode.Continue);

        Assert.Equal(BookState.Unseeded, rig.Engine.Book(Rig.First).State);
        Assert.Equal(0, rig.Engine.Book(Rig.First).LevelCount(Side.Buy));
        Assert.Contains("\"books\":[]", StateOf(rig.Engine), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_engine_restored_between_any_two_inputs_has_the_same_books(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var script = new BookScript(seed);
        var random = new Random(seed);
        var original = BookRig.Quiet(referenceMaxAgeNs: 4_000);
        for (int round = 0; round < 60; round++)
        {
            var state = StateOf(original.Engine);
            var restored = new Rig(original.Configuration) { NowNs = original.NowNs };
            restored.Engine.ReadState(Encoding.UTF8.GetBytes(state), original.Engine.LastSequence);
            Assert.Equal(state, StateOf(restored.Engine));

            for (int step = random.Next(1, 80); step > 0; step--)
            {
                var input = script.Next();
                original.NowNs += random.Next(60) == 0 ? 5_000 : 0;
                restored.NowNs = original.NowNs;
                Play(original, input);
                Play(restored, input);
            }

            Assert.Equal(original.Engine.Digest, restored.Engine.Digest);
            Assert.Equal(StateOf(original.Engine), StateOf(restored.Engine));
        }
    }

    [Fact]
    public void A_state_whose_levels_are_out_of_order_is_refused()
    {
        var rig = BookRig.Quiet();
        rig.Snapshot(99, 101);
        rig.Set(Side.Buy, 98, 1);
        var state = StateOf(rig.Engine);
        var swapped = state.Replace("[98,1,0],[99,5,0]", "[99,5,0],[98,1,0]", StringComparison.Ordinal);

        Assert.NotEqual(state, swapped);
        Assert.Throws<InvalidDataException>(
            () => new Rig().Engine.ReadState(Encoding.UTF8.GetBytes(swapped), rig.Engine.LastSequence));
    }

    [Fact]
    public void Half_a_million_book_inputs_allocate_nothing()
    {
        var rig = BookRig.Quiet(referenceMaxAgeNs: 1_000_000, output: new ForgettingOutput());
        var script = new BookScript(seed: 7);
        var inputs = new InputEvent[125_000];
        for (int index = 0; index < inputs.Length; index++)
            Fill(ref inputs[index], script.Next());

        long nowNs = Feed(rig.Engine, inputs, rig.NowNs);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 4; round++)
            nowNs = Feed(rig.Engine, inputs, nowNs);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static long Feed(TradingEngine engine, InputEvent[] inputs, long nowNs)
    {
        for (int index = 0; index < inputs.Length; index++)
        {
            inputs[index].Header.ReceiveTimeNs = ++nowNs;
            engine.OnInput(inputs[index].Header, inputs[index].Payload);
        }

        return nowNs;
    }

    private static void Fill(ref InputEvent slot, BookInput input)
    {
        if (input.Kind == EventKind.BookLevel)
            slot.Start<BookLevelBody>(input.Kind, SourceId.Sim) = input.Level;
        else if (input.Kind == EventKind.BookClear)
            slot.Start<BookClearBody>(input.Kind, SourceId.Sim) = input.Clear;
        else
            slot.Start<FeedGapBody>(input.Kind, SourceId.Sim) = default;
        slot.Header.InstrumentId = Rig.First;
        if (!input.IsLast)
            slot.Header.Flags &= ~RecordFlags.LastOfMessage;
    }

    private static void Play(Rig rig, BookInput input)
    {
        byte[] body = input.Kind switch
        {
            EventKind.BookLevel => Rig.Bytes(input.Level),
            EventKind.BookClear => Rig.Bytes(input.Clear),
            _ => Rig.Bytes(default(FeedGapBody)),
        };
        rig.Input(input.Kind, Rig.First, body, SourceId.Sim, last: input.IsLast);
    }

    private static BookLevelBody Level(Side side, long px) =>
        new() { Action = BookAction.Set, Side = side, Px = new Px(px), Qty = new Qty(1) };

    private static IEnumerable<long> Prices(OrderBook book, Side side) =>
        Enumerable.Range(0, book.LevelCount(side)).Select(rank => book.LevelAt(side, rank).Px.Mantissa);

    private static string StateOf(TradingEngine engine)
    {
        var buffer = new ArrayBufferWriter<byte>();
        engine.WriteState(buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
