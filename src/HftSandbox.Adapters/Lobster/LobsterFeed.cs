using System.Collections.Immutable;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Adapters.Lobster;

/// <summary>A LOBSTER message file, plain or gzip, with or without a header line: the changes of one stock's order
/// book, order by order. A message is given whole or not at all; its receive time is its event time. Allocates nothing
/// per line after construction.</summary>
/// <remarks>
/// Types: 1 becomes Add, 2 Reduce, 3 Remove, 4 the printed Trade and then Execute, 5 (a hidden order) only the Trade.
/// A 7 (halt, quoting, resumption) becomes Advance: the book stays as it was, and no input says that trading stopped.
/// <para>A message file begins within the day and shows only the levels it was made for, so it names orders that it
/// never showed. They are given as they are; the book, which cannot take them, marks itself as a gap. A level-1 file
/// says nothing of what lies behind the best price: with it goes the level-1 book file, one row per message. Then the
/// book is exactly the best level of each side. The first row is given as a snapshot; where a message empties the best
/// level, the next best is set from the row; where it betters the best, the old best goes out of sight and is
/// removed. A message that does not lead to its row is malformed, and the book starts anew with the next one.</para>
/// </remarks>
public sealed class LobsterFeed : IFeed
{
    private const int InputsMax = 4;

    private readonly CaptureLines _lines;
    private readonly LineReader? _rows;
    private readonly long _midnightNs;
    private readonly uint _instrumentId;
    private readonly LobsterScale _scale;
    private readonly LineFault _fault = new();
    private readonly InputEvent[] _staged = new InputEvent[InputsMax];
    private TopOfBook _top;
    private bool _hasBook;
    private bool _isReadAgain;
    private long _lastReceiveTimeNs;
    private int _given;
    private int _count;

    /// <summary>Opens a message file and goes to where it is to be read on.</summary>
    /// <param name="file">Path; the name says symbol and date, as LOBSTER gives it.</param>
    /// <param name="bookFile">Path of the level-1 book file that belongs to it; null = none.</param>
    /// <param name="instruments">The registry: an instrument's name is the symbol.</param>
    /// <param name="onBadLine">Told of every bad line, on the thread that polls.</param>
    /// <param name="resume">Where to go on; the lines before are read again without being given.</param>
    /// <param name="maxBadLines">Bad lines, counted from there, with which it still goes on.</param>
    /// <exception cref="CaptureException">A file cannot be read, or is not the one that was read before.</exception>
    public LobsterFeed(
        string file,
        string? bookFile,
        ImmutableArray<InstrumentConfig> instruments,
        Action<BadLine> onBadLine,
        FeedResume resume = default,
        uint maxBadLines = 0)
    {
        var name = LobsterFileName.Parse(file) ?? throw new CaptureException(
            file, 0, "the name is not that of a message file, TICKER_YYYY-MM-DD_START_END_message_LEVEL.csv");
        var instrument = instruments.FirstOrDefault(instrument => instrument.Name == name.Ticker)
            ?? throw new CaptureException(file, 0, $"symbol {name.Ticker} is not configured");
        if (bookFile is not null && name.Level != 1)
            throw new CaptureException(file, 0, $"a book file goes with level 1, and this is level {name.Level}");
        _midnightNs = name.MidnightNs;
        _instrumentId = (uint)instruments.IndexOf(instrument) + 1;
        _scale = new LobsterScale(instrument);
        _lines = new CaptureLines(file, onBadLine, maxBadLines);
        try
        {
            _rows = bookFile is null ? null : new LineReader(bookFile, Limits.LineBytesMax);
            GoTo(resume);
        }
        catch (CaptureException)
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public SourceId Source => SourceId.Lobster;

    /// <inheritdoc/>
    public StopReason Ended => _lines.Ended;

    /// <inheritdoc/>
    [HotPath]
    public int Poll(Span<InputEvent> free)
    {
        var filled = 0;
        while (filled < free.Length && (_given < _count || StageNext()))
        {
            var count = Math.Min(_count - _given, free.Length - filled);
            _staged.AsSpan(_given, count).CopyTo(free[filled..]);
            _given += count;
            filled += count;
        }

        return filled;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _rows?.Dispose();
    }

    /// <summary>Reads on until there are inputs to give; false when it has ended.</summary>
    [HotPath]
    private bool StageNext()
    {
        while (Ended == StopReason.None)
        {
            _given = _count = 0;
            var status = _lines.Read(out var line);
            if (status == LineStatus.End || (_lines.Line == 1 && LobsterColumns.IsHeader(line)))
                continue;
            if (TryRow(out var row) && status == LineStatus.Line && Stage(line, row))
                return true;
            OnBadLine(status);
        }

        return false;
    }

    /// <summary>The book row of the line, wherever the line leads.</summary>
    [HotPath]
    private bool TryRow(out ReadOnlySpan<byte> row)
    {
        row = default;
        if (_rows is null)
            return true;
        var status = _rows.Read(out row);
        if (_rows.Line == 1 && LobsterColumns.IsHeader(row))
            status = _rows.Read(out row);
        if (status != LineStatus.Line)
            _fault.Set("the book file has no row for it", default);
        return status == LineStatus.Line;
    }

    [HotPath]
    private bool Stage(ReadOnlySpan<byte> line, ReadOnlySpan<byte> row)
    {
        if (!LobsterMessage.TryParse(line, _scale, _fault, out var message))
            return false;
        if (_rows is null)
            StageMessageAlone(message);
        else if (!TopOfBook.TryParse(row, _scale, _fault, out var top) || !TryStageWithRow(message, top))
            return false;
        Complete(_midnightNs + message.TimeNs);
        return true;
    }

    [HotPath]
    private void StageMessageAlone(in LobsterMessage message)
    {
        StageTrade(message);
        if (!_hasBook)
            StageClear(BookClearReason.Session);
        _hasBook = true;
        StageOrder(message);
    }

    [HotPath]
    private bool TryStageWithRow(in LobsterMessage message, in TopOfBook row)
    {
        StageTrade(message);
        if (!_hasBook)
        {
            StageClear(BookClearReason.Snapshot);
            StageReveal(default, row, Side.Buy);
            StageReveal(default, row, Side.Sell);
        }
        else
        {
            StageOrder(message);
            if (!_top.TryMove(message, out var outOfSight)
                || !StageReveal(_top, row, Side.Buy) || !StageReveal(_top, row, Side.Sell))
            {
                _fault.Set("the message does not lead from the last book row to its own", default);
                return false;
            }

            if (!outOfSight.IsEmpty)
                StageLevel(BookAction.Set, message.Side, outOfSight.Px, default, 0);
        }

        _top = row;
        _hasBook = true;
        return true;
    }

    /// <summary>Sets the level that came into view behind an emptied one; false = the row says something else than the
    /// messages.</summary>
    [HotPath]
    private bool StageReveal(in TopOfBook top, in TopOfBook row, Side side)
    {
        var (shown, next) = (top.Of(side), row.Of(side));
        if (shown == next || (shown.IsEmpty && next.IsEmpty))
            return true;
        if (shown.IsEmpty)
            StageLevel(BookAction.Set, side, next.Px, next.Qty, 0);
        return shown.IsEmpty;
    }

    [HotPath]
    private void StageClear(BookClearReason reason)
    {
        ref var clear = ref _staged[_count++].Start<BookClearBody>(EventKind.BookClear, SourceId.Lobster);
        clear.Reason = reason;
    }

    /// <summary>Whoever executes against a buy order sells.</summary>
    [HotPath]
    private void StageTrade(in LobsterMessage message)
    {
        if (message.Type is not (LobsterType.Execution or LobsterType.HiddenExecution))
            return;
        ref var trade = ref _staged[_count++].Start<TradeBody>(EventKind.Trade, SourceId.Lobster);
        trade.Px = message.Px;
        trade.Qty = message.Qty;
        trade.AggressorSide = message.Side == Side.Buy ? Side.Sell : Side.Buy;
    }

    [HotPath]
    private void StageOrder(in LobsterMessage message)
    {
        var action = message.Type switch
        {
            LobsterType.Submission => BookAction.Add,
            LobsterType.Cancellation => BookAction.Reduce,
            LobsterType.Deletion => BookAction.Remove,
            LobsterType.Execution => BookAction.Execute,
            LobsterType.Halt => BookAction.Advance,
            _ => BookAction.None,
        };
        if (action != BookAction.None)
            StageLevel(action, message.Side, message.Px, message.Qty, message.OrderId);
    }

    [HotPath]
    private void StageLevel(BookAction action, Side side, Px px, Qty qty, ulong orderId)
    {
        ref var level = ref _staged[_count++].Start<BookLevelBody>(EventKind.BookLevel, SourceId.Lobster);
        level.Action = action;
        level.Side = side;
        level.Px = px;
        level.Qty = qty;
        level.VenueOrderId = orderId;
    }

    [HotPath]
    private void Complete(long eventTimeNs)
    {
        _lastReceiveTimeNs = Math.Max(_lastReceiveTimeNs, eventTimeNs);
        for (var i = 0; i < _count; i++)
        {
            ref var header = ref _staged[i].Header;
            header.EventTimeNs = eventTimeNs;
            header.ReceiveTimeNs = _lastReceiveTimeNs;
            header.InstrumentId = _instrumentId;
            header.FeedPosition = _lines.Line;
            if (i != _count - 1)
                header.Flags &= ~RecordFlags.LastOfMessage;
        }
    }

    /// <summary>What a bad line did to the book is unknown: with rows, the next row tells the whole of it.</summary>
    private void OnBadLine(LineStatus status)
    {
        _count = 0;
        _hasBook &= _rows is null;
        if (_isReadAgain)
            return;
        if (status == LineStatus.TooLong)
            _lines.RefuseLength();
        else
            _lines.Refuse(_fault.ToString());
    }

    /// <summary>What a line stands for depends on the lines before it, so they are read again.</summary>
    private void GoTo(FeedResume resume)
    {
        _isReadAgain = true;
        while (_lines.Line < resume.Position && StageNext())
        {
        }

        _isReadAgain = false;
        if (_lines.Line != resume.Position || _count < resume.InputsAtPosition)
            throw _lines.IsAnother(resume);
        _given = (int)resume.InputsAtPosition;
        _lastReceiveTimeNs = Math.Max(_lastReceiveTimeNs, resume.LastReceiveTimeNs);
    }
}
