using HftSandbox.Core.MarketData;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.MarketData;

/// <summary>A level of <see cref="NaiveBook"/>: orders in a list, and what no order accounts for.</summary>
internal sealed class NaiveLevel
{
    public List<(ulong Id, long Qty)> Orders { get; } = [];

    public long Unknown { get; set; }

    public uint Count { get; set; }

    public long Qty => Unknown + Orders.Sum(order => order.Qty);
}

/// <summary>The rules of a book once more, with sorted lists: slow, obvious, and nothing shared with the
/// book under test but the words.</summary>
internal sealed class NaiveBook(int levelsMax, int ordersMax, int backlogMax)
{
    private readonly Queue<BookLevelBody> _waiting = new();
    private readonly Dictionary<ulong, (Side Side, long Px)> _orders = [];
    private bool _midMessage;
    private bool _drop;

    /// <summary>Highest first.</summary>
    public SortedList<long, NaiveLevel> Bids { get; } =
        new(Comparer<long>.Create((one, other) => other.CompareTo(one)));

    /// <summary>Lowest first.</summary>
    public SortedList<long, NaiveLevel> Asks { get; } = [];

    public KeyValuePair<long, NaiveLevel> BestBid => new(Bids.GetKeyAtIndex(0), Bids.GetValueAtIndex(0));

    public KeyValuePair<long, NaiveLevel> BestAsk => new(Asks.GetKeyAtIndex(0), Asks.GetValueAtIndex(0));

    public BookState State { get; private set; }

    public ulong LastId { get; private set; }

    public AnomalyCode Mark { get; private set; }

    public int OrderCount => _orders.Count;

    public long TotalQty => Bids.Values.Concat(Asks.Values).Sum(level => level.Qty);

    public SortedList<long, NaiveLevel> Side(Side side) =>
        side == HftSandbox.Events.Side.Buy ? Bids : Asks;

    public void OnClear(BookClearBody clear, bool isLast)
    {
        Mark = AnomalyCode.None;
        Bids.Clear();
        Asks.Clear();
        _orders.Clear();
        LastId = clear.LastUpdateId;
        _drop = false;
        State = BookState.Building;
        if (clear.Reason == BookClearReason.Gap)
            Bad(BookState.Gap, AnomalyCode.BookGap);
        _midMessage = !isLast;
        if (isLast)
            EndOfMessage();
    }

    public void OnFeedGap()
    {
        Mark = AnomalyCode.None;
        Bad(BookState.Gap, AnomalyCode.BookGap);
    }

    public void OnLevel(BookLevelBody update, bool isLast)
    {
        Mark = AnomalyCode.None;
        if (!_midMessage)
            CheckIds(update);
        if (!_drop)
        {
            if (State != BookState.Live && State != BookState.Building && update.LastUpdateId > 0)
                _waiting.Enqueue(update);
            while (_waiting.Count > backlogMax)
                _waiting.Dequeue();
            Apply(update);
        }

        _midMessage = !isLast;
        if (isLast && !_drop)
            EndOfMessage();
    }

    private void CheckIds(BookLevelBody update)
    {
        _drop = false;
        if (update.LastUpdateId == 0)
            return;
        if (update.LastUpdateId <= LastId)
        {
            _drop = true;
            return;
        }

        if (LastId > 0 && update.FirstUpdateId > LastId + 1)
            Bad(BookState.Gap, AnomalyCode.BookGap);
        LastId = update.LastUpdateId;
    }

    private void EndOfMessage()
    {
        if (State == BookState.Building)
        {
            State = BookState.Live;
            foreach (var message in _waiting.GroupBy(update => update.LastUpdateId).ToList())
            {
                CheckIds(message.First());
                if (!_drop)
                    message.ToList().ForEach(Apply);
            }

            _drop = false;
            if (State == BookState.Live)
                _waiting.Clear();
        }

        if (State == BookState.Live && Bids.Count > 0 && Asks.Count > 0 && BestBid.Key >= BestAsk.Key)
            Bad(BookState.Crossed, AnomalyCode.CrossedBook);
    }

    private void Apply(BookLevelBody update)
    {
        if (update.Action == BookAction.Advance)
            return;
        var levels = Side(update.Side);
        var done = update.Action switch
        {
            BookAction.Set => Set(levels, update),
            BookAction.Add => Add(levels, update),
            _ => Take(update),
        };
        if (!done)
            Bad(BookState.Gap, AnomalyCode.BookGap);
    }

    private bool Set(SortedList<long, NaiveLevel> levels, BookLevelBody update)
    {
        var px = update.Px.Mantissa;
        var qty = update.Qty.Mantissa;
        if (qty < 0)
            return false;
        if (!levels.ContainsKey(px) && (qty == 0 || IsFull(levels.Count, levelsMax)))
            return true;
        if (!levels.TryGetValue(px, out var level))
            levels[px] = level = new NaiveLevel();
        if (level.Orders.Sum(order => order.Qty) > qty)
        {
            level.Orders.ForEach(order => _orders.Remove(order.Id));
            level.Orders.Clear();
        }

        level.Unknown = qty - level.Orders.Sum(order => order.Qty);
        level.Count = update.OrderCount;
        if (qty == 0)
            levels.Remove(px);
        return true;
    }

    private bool Add(SortedList<long, NaiveLevel> levels, BookLevelBody update)
    {
        var id = update.VenueOrderId;
        if (id == 0 || update.Qty.Mantissa <= 0 || _orders.ContainsKey(id))
            return false;
        if (IsFull(_orders.Count, ordersMax))
            return true;
        if (!levels.ContainsKey(update.Px.Mantissa) && IsFull(levels.Count, levelsMax))
            return true;
        if (!levels.TryGetValue(update.Px.Mantissa, out var level))
            levels[update.Px.Mantissa] = level = new NaiveLevel();
        level.Orders.Add((id, update.Qty.Mantissa));
        level.Count++;
        _orders[id] = (update.Side, update.Px.Mantissa);
        return true;
    }

    private bool Take(BookLevelBody update)
    {
        var isKnown = _orders.TryGetValue(update.VenueOrderId, out var place);
        if (!isKnown)
            place = (update.Side, update.Px.Mantissa);
        if (!Side(place.Side).TryGetValue(place.Px, out var level))
            return false;
        if (!(isKnown ? TakeKnown(level, update) : TakeUnknown(level, update.Qty.Mantissa)))
            return false;
        if (level.Qty == 0)
            Side(place.Side).Remove(place.Px);
        return true;
    }

    private static bool TakeUnknown(NaiveLevel level, long qty)
    {
        if (qty <= 0 || level.Unknown < qty)
            return false;
        level.Unknown -= qty;
        return true;
    }

    private bool TakeKnown(NaiveLevel level, BookLevelBody update)
    {
        var index = level.Orders.FindIndex(order => order.Id == update.VenueOrderId);
        var (id, rest) = level.Orders[index];
        var qty = update.Action == BookAction.Remove ? rest : update.Qty.Mantissa;
        if (qty <= 0 || qty > rest)
            return false;
        level.Orders[index] = (id, rest - qty);
        if (qty < rest)
            return true;
        level.Orders.RemoveAt(index);
        level.Count -= level.Count > 0 ? 1u : 0;
        _orders.Remove(id);
        return true;
    }

    private bool IsFull(int count, int max)
    {
        if (count == max)
            Bad(BookState.Overflown, AnomalyCode.CapacityExceeded);
        return count == max;
    }

    private void Bad(BookState state, AnomalyCode code)
    {
        if (State is BookState.Live or BookState.Building)
            (State, Mark) = (state, code);
    }
}
