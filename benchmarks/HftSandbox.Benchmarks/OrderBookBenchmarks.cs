using BenchmarkDotNet.Attributes;
using HftSandbox.Core.MarketData;
using HftSandbox.Events;

namespace HftSandbox.Benchmarks;

/// <summary>Updates of a book of 1,000 levels a side, most of them near the best; times are per update, each of which
/// is a message of its own.</summary>
[MemoryDiagnoser]
public class OrderBookBenchmarks
{
    private const int Updates = 1 << 16;
    private const int Levels = 1000;

    private readonly OrderBook _byLevel = Seeded();
    private readonly OrderBook _byOrder = Seeded();
    private readonly BookLevelBody[] _sets = new BookLevelBody[Updates];
    private readonly BookLevelBody[] _orders = new BookLevelBody[Updates];

    /// <summary>Sets of which one in three removes its level; orders that come and, 64 updates later, go.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (var i = 0; i < Updates; i++)
        {
            _sets[i] = Place(random) with { Action = BookAction.Set, Qty = new Qty(random.Next(3) * 7) };
            var isOld = (i & 64) != 0;
            _orders[i] = isOld
                ? _orders[i - 64] with { Action = BookAction.Remove }
                : Place(random) with { Action = BookAction.Add, Qty = new Qty(9), VenueOrderId = (ulong)i + 1 };
        }
    }

    [Benchmark(OperationsPerInvoke = Updates)]
    public long ByLevel() => Apply(_byLevel, _sets);

    [Benchmark(OperationsPerInvoke = Updates)]
    public long ByOrder() => Apply(_byOrder, _orders);

    private static long Apply(OrderBook book, BookLevelBody[] updates)
    {
        for (var i = 0; i < updates.Length; i++)
            book.OnLevel(updates[i], isLast: true, nowNs: i);
        return book.LastUpdateNs;
    }

    private static BookLevelBody Place(Random random)
    {
        var distance = (int)Math.Min(Levels - 1, -10 * Math.Log(random.NextDouble()));
        return random.Next(2) == 0 ? At(Side.Buy, -distance) : At(Side.Sell, 1 + distance);
    }

    private static OrderBook Seeded()
    {
        var book = new OrderBook(Limits.BookLevelsMax, Limits.BookOrdersMax, Limits.BookBacklogMax);
        book.OnClear(new BookClearBody { Reason = BookClearReason.Session }, isLast: true, nowNs: 1);
        for (var distance = 0; distance < Levels; distance++)
        {
            book.OnLevel(At(Side.Buy, -distance) with { Action = BookAction.Set, Qty = new Qty(5) }, true, 1);
            book.OnLevel(At(Side.Sell, 1 + distance) with { Action = BookAction.Set, Qty = new Qty(5) }, true, 1);
        }

        return book;
    }

    private static BookLevelBody At(Side side, int ticks) => new() { Side = side, Px = new Px(1_000_000 + ticks) };
}
