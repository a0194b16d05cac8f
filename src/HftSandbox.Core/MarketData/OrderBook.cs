using HftSandbox.Events;

namespace HftSandbox.Core.MarketData;

/// <summary>The book of one instrument, by level and, where the feed gives orders, by order. Both are applied to the
/// same levels: an order moves the quantity of its level, and a level that is set forgets the orders that no longer
/// fit it. Every array is allocated with the registry. Of a message that touches the book, a book input is the
/// last.</summary>
/// <remarks>
/// Update ids, where the feed has them, follow Binance's rule for a local book: after a snapshot of id L, messages
/// whose last id is not beyond L are dropped, the next begins at L + 1 or before, and each further one where the one
/// before ended, plus 1. A jump is a gap. Whatever is found wrong is marked once, and healed by the next BookClear
/// with reason Snapshot or Session. A reduction, execution or removal of an order that is not known takes from the
/// part of its level that no known order accounts for; where there is no such part, something is missing: a gap.
/// </remarks>
public sealed partial class OrderBook
{
    private readonly BookSide _bids;
    private readonly BookSide _asks;
    private readonly BookOrders _orders;
    private readonly BookBacklog _backlog;
    private bool _inMessage;
    private bool _dropsMessage;
    private bool _isStale;
    private BookMark _mark;
    private BookChange _lastChange;

    internal OrderBook(int levelsPerSide, int orders, int backlog)
    {
        _bids = new BookSide(Side.Buy, levelsPerSide);
        _asks = new BookSide(Side.Sell, levelsPerSide);
        _orders = new BookOrders(orders);
        _backlog = new BookBacklog(backlog);
    }

    /// <summary>A BookClear: the book is empty, and whole again when its message ends.</summary>
    [HotPath]
    internal BookMark OnClear(in BookClearBody clear, bool isLast, long nowNs)
    {
        Begin();
        ClearLevels();
        LastUpdateId = clear.LastUpdateId;
        _dropsMessage = false;
        State = BookState.Building;
        if (clear.Reason == BookClearReason.Gap)
            Mark(BookState.Gap, AnomalyCode.BookGap, 0, (long)clear.LastUpdateId);
        return End(isLast, nowNs);
    }

    /// <summary>A BookLevel: one level or one order changes.</summary>
    [HotPath]
    internal BookMark OnLevel(in BookLevelBody level, bool isLast, long nowNs)
    {
        Begin();
        if (!_inMessage)
            BeginMessage(level);
        if (!_dropsMessage)
        {
            if (State is not (BookState.Live or BookState.Building) && level.LastUpdateId != 0)
                _backlog.Add(level);
            Apply(level);
        }

        return End(isLast, nowNs);
    }

    /// <summary>A FeedGap: the feed says itself that something is missing.</summary>
    [HotPath]
    internal BookMark OnFeedGap(in FeedGapBody gap)
    {
        Begin();
        Mark(BookState.Gap, AnomalyCode.BookGap, (long)gap.ExpectedId, (long)gap.ReceivedId);
        return _mark;
    }

    /// <summary>Notes that a live book has become stale.</summary>
    [HotPath]
    internal BookMark Watch(long nowNs, long maxAgeNs)
    {
        if (State != BookState.Live || _isStale || !IsStale(nowNs, maxAgeNs))
            return default;
        _isStale = true;
        return new BookMark(AnomalyCode.StaleBook, maxAgeNs, nowNs - LastUpdateNs);
    }

    internal void Clear()
    {
        ClearLevels();
        _backlog.Clear();
        State = BookState.Unseeded;
        LastUpdateId = 0;
        LastUpdateNs = 0;
        _inMessage = _dropsMessage = _isStale = false;
        Begin();
    }

    [HotPath]
    private void Begin()
    {
        _mark = default;
        _lastChange = default;
    }

    [HotPath]
    private BookMark End(bool isLast, long nowNs)
    {
        if (!_dropsMessage)
        {
            LastUpdateNs = nowNs;
            _isStale = false;
            if (isLast)
                EndMessage();
        }

        _inMessage = !isLast;
        return _mark;
    }

    /// <summary>Holds the update ids of a message against those of the one before.</summary>
    [HotPath]
    private void BeginMessage(in BookLevelBody level)
    {
        _dropsMessage = level.LastUpdateId != 0 && level.LastUpdateId <= LastUpdateId;
        if (_dropsMessage || level.LastUpdateId == 0)
            return;
        if (LastUpdateId != 0 && level.FirstUpdateId > LastUpdateId + 1)
            Mark(BookState.Gap, AnomalyCode.BookGap, (long)(LastUpdateId + 1), (long)level.FirstUpdateId);
        LastUpdateId = level.LastUpdateId;
    }

    [HotPath]
    private void EndMessage()
    {
        if (State == BookState.Building)
        {
            State = BookState.Live;
            ApplyBacklog();
        }

        if (State == BookState.Live && _bids.Count > 0 && _asks.Count > 0
            && _bids.Best.Px.Mantissa >= _asks.Best.Px.Mantissa)
            Mark(BookState.Crossed, AnomalyCode.CrossedBook, _asks.Best.Px.Mantissa, _bids.Best.Px.Mantissa);
    }

    /// <summary>What came before the snapshot and goes beyond it. It is kept for the next one if it does not
    /// connect.</summary>
    [HotPath]
    private void ApplyBacklog()
    {
        ulong message = 0;
        for (int index = 0; index < _backlog.Count; index++)
        {
            ref readonly BookLevelBody update = ref _backlog[index];
            if (update.LastUpdateId != message)
                BeginMessage(update);
            message = update.LastUpdateId;
            if (!_dropsMessage)
                Apply(update);
        }

        _dropsMessage = false;
        if (State == BookState.Live)
            _backlog.Clear();
    }

    [HotPath]
    private void ClearLevels()
    {
        _bids.Clear();
        _asks.Clear();
        _orders.Clear();
    }

    /// <summary>Marks a book that was good so far: the first thing found wrong counts, until it is healed.</summary>
    [HotPath]
    private void Mark(BookState state, AnomalyCode code, long expected, long actual)
    {
        if (State is not (BookState.Live or BookState.Building))
            return;
        State = state;
        _mark = new BookMark(code, expected, actual);
    }
}
