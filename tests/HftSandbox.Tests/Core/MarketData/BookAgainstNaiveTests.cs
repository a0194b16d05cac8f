using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using HftSandbox.Core.MarketData;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.MarketData;

/// <summary>The book and a naive one take the same random inputs. A larger run:
/// <c>HFTSANDBOX_BOOK_OPERATIONS=10000000 HFTSANDBOX_BOOK_SEED=1 HftSandbox.Tests -class "*BookAgainstNaiveTests"
/// -showLiveOutput</c>.</summary>
public sealed class BookAgainstNaiveTests
{
    private const int Levels = 20;
    private const int Orders = 24;
    private const int Backlog = 12;
    private const int RestoreEvery = 5_003;

    [Fact]
    public void A_book_and_a_naive_book_agree_after_every_operation()
    {
        var operations = TestSize.Of("HFTSANDBOX_BOOK_OPERATIONS", 200_000);
        var seed = TestSize.Of("HFTSANDBOX_BOOK_SEED", 1);
        var watch = Stopwatch.StartNew();
        var script = new BookScript(seed);
        var naive = new NaiveBook(Levels, Orders, Backlog);
        var book = new OrderBook(Levels, Orders, Backlog);
        var states = new SortedDictionary<BookState, int>();
        var marks = new SortedDictionary<AnomalyCode, int>();

        for (var operation = 1; operation <= operations; operation++)
        {
            var input = script.Next();
            var where = new Place(seed, operation, input);
            var wasBuilding = book.State == BookState.Building;
            var isWhole = operation % 16 == 0;
            var before = isWhole ? naive.TotalQty : 0;
            var mark = Play(input, book, naive);

            Check(naive.Mark == mark.Code, where);
            AssertSame(naive, book, where);
            if (isWhole)
                AssertSameWhole(naive, book, where);
            if (isWhole && input.Kind == EventKind.BookLevel && !wasBuilding)
                Check(naive.TotalQty - before == Change(book), where);
            if (operation % RestoreEvery == 0)
                book = Restored(book);
            Count(states, book.State);
            Count(marks, mark.Code);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"seed {seed}, {operations} operations, {watch.ElapsedMilliseconds} ms: "
            + string.Join(", ", states.Select(entry => $"{entry.Value} {entry.Key}")) + "; "
            + string.Join(", ", marks.Select(entry => $"{entry.Value} {entry.Key}")));
        Assert.Equal(Enum.GetValues<BookState>(), states.Keys);
        Assert.Equal(
            [AnomalyCode.None, AnomalyCode.CapacityExceeded, AnomalyCode.CrossedBook, AnomalyCode.BookGap], marks.Keys);
        Assert.True(states[BookState.Live] > operations / 10);
    }

    private static BookMark Play(BookInput input, OrderBook book, NaiveBook naive)
    {
        switch (input.Kind)
        {
            case EventKind.BookLevel:
                naive.OnLevel(input.Level, input.IsLast);
                return book.OnLevel(input.Level, input.IsLast, 1);
            case EventKind.BookClear:
                naive.OnClear(input.Clear, input.IsLast);
                return book.OnClear(input.Clear, input.IsLast, 1);
            default:
                naive.OnFeedGap();
                return book.OnFeedGap(default);
        }
    }

    private static void AssertSame(NaiveBook naive, OrderBook book, in Place where)
    {
        Check(naive.State == book.State && naive.LastId == book.LastUpdateId, where);
        Check(naive.Bids.Count == book.LevelCount(Side.Buy) && naive.Asks.Count == book.LevelCount(Side.Sell), where);
        var hasBid = book.TryBest(Side.Buy, out var bid);
        var hasAsk = book.TryBest(Side.Sell, out var ask);
        if (hasBid)
            Check(IsSame(naive.BestBid, bid), where);
        if (hasAsk)
            Check(IsSame(naive.BestAsk, ask), where);
        Check(book.TryTwiceMid(out var mid) == (hasBid && hasAsk), where);
        Check(book.TrySpread(out var spread) == (hasBid && hasAsk), where);
        Check(mid - spread == (hasBid && hasAsk ? 2 * bid.Px.Mantissa : 0), where);
    }

    private static long Change(OrderBook book) =>
        book.LastChange.After.Mantissa - book.LastChange.Before.Mantissa;

    private static bool IsSame(KeyValuePair<long, NaiveLevel> naive, BookLevel level) =>
        naive.Key == level.Px.Mantissa && naive.Value.Qty == level.Qty.Mantissa;

    private static void AssertSameWhole(NaiveBook naive, OrderBook book, in Place where)
    {
        AssertSameSide([.. naive.Bids], book, Side.Buy, where);
        AssertSameSide([.. naive.Asks], book, Side.Sell, where);
        Check(naive.OrderCount == book.OrderCount, where);
        long bids = naive.Bids.Take(5).Sum(level => level.Value.Qty);
        long asks = naive.Asks.Take(5).Sum(level => level.Value.Qty);
        Check(book.Depth(Side.Buy, 5) == bids && book.Depth(Side.Sell, 5) == asks, where);
        Check(book.ImbalanceE4(5) == (bids + asks == 0 ? 0 : (bids - asks) * 10_000 / (bids + asks)), where);
    }

    private static void AssertSameSide(
        KeyValuePair<long, NaiveLevel>[] naive, OrderBook book, Side side, in Place where)
    {
        for (var rank = 0; rank < naive.Length; rank++)
        {
            var (px, expected) = naive[rank];
            ref readonly var level = ref book.LevelAt(side, rank);
            Check(level.Px.Mantissa == px && level.Qty.Mantissa == expected.Qty, where);
            Check(level.OrderCount == expected.Count && book.QtyAt(side, level.Px) == level.Qty, where);
            foreach (var (id, qty) in expected.Orders)
            {
                Check(book.TryOrder(id, out var order) && order.Qty.Mantissa == qty && order.Px == level.Px, where);
                Check(order.Side == side, where);
            }
        }
    }

    private static OrderBook Restored(OrderBook book)
    {
        var state = StateOf(book);
        var restored = new OrderBook(Levels, Orders, Backlog);
        restored.ReadState(JsonElement.Parse(state));
        Assert.Equal(state, StateOf(restored));
        return restored;
    }

    private static byte[] StateOf(OrderBook book)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            book.WriteState(json, 1);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Count<TWhat>(SortedDictionary<TWhat, int> seen, TWhat what)
        where TWhat : notnull => seen[what] = seen.GetValueOrDefault(what) + 1;

    private static void Check(bool holds, in Place where)
    {
        if (!holds)
            Assert.Fail(where.ToString());
    }

    private readonly record struct Place(int Seed, int Operation, BookInput Input);
}
