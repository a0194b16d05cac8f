using HftSandbox.Events;

namespace HftSandbox.Tests.Core.MarketData;

/// <summary>One input of a book.</summary>
internal readonly record struct BookInput(EventKind Kind, BookLevelBody Level, BookClearBody Clear, bool IsLast);

/// <summary>Random inputs of a book, in eras between two BookClears: by level, by order or mixed, with update ids or
/// without. Most are sound; jumps and repetitions of ids, unknown orders, crossed prices and more levels and orders
/// than there is room for come among them.</summary>
internal sealed class BookScript(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<BookLevelBody> _orders = [];
    private ulong _nextOrderId = 1;
    private ulong _updateId = 1000;
    private ulong _firstId = 1000;
    private int _leftInMessage;
    private int _levelShare = 50;
    private bool _hasIds = true;

    public BookInput Next()
    {
        if (_leftInMessage == 0)
        {
            var rare = _random.Next(3000);
            if (rare == 0)
                return new BookInput(EventKind.FeedGap, default, default, true);
            if (rare < 40)
                return Clear();
            BeginMessage();
        }

        _leftInMessage--;
        return new BookInput(EventKind.BookLevel, Level(), default, _leftInMessage == 0);
    }

    private bool OneIn(int chances) => _random.Next(chances) == 0;

    private void BeginMessage()
    {
        _leftInMessage = _random.Next(1, 5);
        _firstId = _updateId + (OneIn(1000) ? 2u : 1u) - (OneIn(200) ? 1u : 0u);
        _updateId = OneIn(200) ? _updateId - 2 : _firstId + (ulong)_random.Next(4);
    }

    private BookInput Clear()
    {
        _orders.Clear();
        _leftInMessage = _random.Next(8);
        _hasIds = !OneIn(4);
        _levelShare = _random.Next(3) switch { 0 => 0, 1 => 100, _ => 30 };
        _firstId = _updateId - (OneIn(4) ? (ulong)_random.Next(12) : 0);
        var clear = new BookClearBody
        {
            LastUpdateId = _hasIds ? _firstId : 0,
            Reason = OneIn(20) ? BookClearReason.Gap : OneIn(9) ? BookClearReason.Session : BookClearReason.Snapshot,
        };
        return new BookInput(EventKind.BookClear, default, clear, _leftInMessage == 0);
    }

    private BookLevelBody Level()
    {
        var level = OneIn(20) ? new BookLevelBody { Action = BookAction.Advance }
            : _random.Next(100) < _levelShare ? Set()
            : _orders.Count == 0 || _random.Next(100) < 52 ? Add()
            : TakeOff();
        if (OneIn(5000))
            level.Qty = new Qty(-1);
        level.FirstUpdateId = _hasIds ? _firstId : 0;
        level.LastUpdateId = _hasIds ? _updateId : 0;
        return level;
    }

    private BookLevelBody Set()
    {
        var level = AnyPlace();
        level.Action = BookAction.Set;
        level.Qty = new Qty(OneIn(3) ? 0 : _random.Next(1, 40));
        level.OrderCount = (uint)_random.Next(3);
        return level;
    }

    private BookLevelBody Add()
    {
        var level = AnyPlace();
        level.Action = BookAction.Add;
        level.Qty = new Qty(_random.Next(1, 40));
        level.VenueOrderId = OneIn(3000) ? 0 : OneIn(3000) ? _nextOrderId - 1 : _nextOrderId++;
        _orders.Add(level);
        return level;
    }

    private BookLevelBody TakeOff()
    {
        var index = _random.Next(_orders.Count);
        var order = _orders[index];
        var qty = OneIn(3) ? _random.Next(1, (int)order.Qty.Mantissa + 1) : order.Qty.Mantissa;
        _orders[index] = order with { Qty = new Qty(order.Qty.Mantissa - qty) };
        if (qty == order.Qty.Mantissa)
            _orders.RemoveAt(index);
        order.Action = qty < order.Qty.Mantissa ? BookAction.Reduce : OneIn(2) ? BookAction.Execute : BookAction.Remove;
        order.Qty = new Qty(OneIn(3000) ? qty + 50 : qty);
        return order;
    }

    /// <summary>Bids at 100 and below, asks at 100 and above: they meet seldom.</summary>
    private BookLevelBody AnyPlace()
    {
        var isBid = OneIn(2);
        var distance = _random.Next(OneIn(10) ? 30 : 12) + (OneIn(25) ? 0 : 1);
        return new BookLevelBody
        {
            Side = isBid ? Side.Buy : Side.Sell,
            Px = new Px(isBid ? 100 - distance : 100 + distance),
        };
    }
}
