using System.Collections.Immutable;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Adapters.Binance;

/// <summary>A recorded Binance spot stream: lines of <c>receive-ns json</c>, plain or gzip, with bookTicker, trade and
/// depthUpdate messages of a combined stream and REST depth snapshots between them. A message is given whole or not at
/// all; a line that cannot be read is reported and counted. Allocates nothing per line after construction.</summary>
/// <remarks>A REST snapshot names no symbol. It belongs to the only symbol that the lines before it named, or, before
/// any, to the only configured one; otherwise its line is bad. A symbol that is not configured makes its first
/// line bad; its further lines are passed over.</remarks>
public sealed class BinanceCaptureFeed : IFeed
{
    private readonly CaptureLines _lines;
    private readonly BinanceMessageParser _parser;
    private readonly StreamSymbol _symbol;
    private readonly List<byte[]> _unconfigured = [];
    private long _lastReceiveTimeNs;
    private int _given;
    private int _staged;

    /// <summary>Opens a capture and goes to where it is to be read on.</summary>
    /// <param name="file">Path.</param>
    /// <param name="instruments">The registry: an instrument's name is its Binance symbol (<c>ETHUSDT</c>).</param>
    /// <param name="onBadLine">Told of every bad line, on the thread that polls.</param>
    /// <param name="resume">Where to go on; the lines before are passed over without being parsed.</param>
    /// <param name="maxBadLines">Bad lines, counted from there, with which it still goes on.</param>
    /// <exception cref="CaptureException">The file cannot be read, or is not the one that was read before.</exception>
    public BinanceCaptureFeed(
        string file,
        ImmutableArray<InstrumentConfig> instruments,
        Action<BadLine> onBadLine,
        FeedResume resume = default,
        uint maxBadLines = 0)
    {
        _parser = new BinanceMessageParser(instruments);
        _symbol = new StreamSymbol(instruments);
        _lastReceiveTimeNs = resume.LastReceiveTimeNs;
        _lines = new CaptureLines(file, onBadLine, maxBadLines);
        try
        {
            GoTo(resume);
        }
        catch (CaptureException)
        {
            _lines.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public SourceId Source => SourceId.BinanceWs;

    /// <inheritdoc/>
    public StopReason Ended => _lines.Ended;

    /// <inheritdoc/>
    [HotPath]
    public int Poll(Span<InputEvent> free)
    {
        var filled = 0;
        while (filled < free.Length && (_given < _staged || StageNext()))
        {
            var count = Math.Min(_staged - _given, free.Length - filled);
            _parser.Staged.Slice(_given, count).CopyTo(free[filled..]);
            _given += count;
            filled += count;
        }

        return filled;
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    /// <summary>Parses on until there are inputs to give; false when it has ended.</summary>
    [HotPath]
    private bool StageNext()
    {
        while (Ended == StopReason.None)
        {
            var status = _lines.Read(out var line);
            if (status == LineStatus.TooLong)
                _lines.RefuseLength();
            else if (status == LineStatus.Line && Stage(line))
                return true;
        }

        return false;
    }

    [HotPath]
    private bool Stage(ReadOnlySpan<byte> line)
    {
        _given = _staged = 0;
        _symbol.Note(line);
        switch (_parser.Parse(line, _lines.Line, _lastReceiveTimeNs, _symbol.Current))
        {
            case ParseStatus.Parsed:
                _staged = _parser.Staged.Length;
                _lastReceiveTimeNs = _parser.Staged[0].Header.ReceiveTimeNs;
                return true;
            case ParseStatus.Unconfigured when IsReported(_parser.Fault.Culprit):
                return false;
            case ParseStatus.Unconfigured:
                _unconfigured.Add(_parser.Fault.Culprit.ToArray());
                break;
        }

        _lines.Refuse(_parser.Fault.ToString());
        return false;
    }

    [HotPath]
    private bool IsReported(ReadOnlySpan<byte> symbol)
    {
        for (var i = 0; i < _unconfigured.Count; i++)
        {
            if (symbol.SequenceEqual(_unconfigured[i]))
                return true;
        }

        return false;
    }

    private void GoTo(FeedResume resume)
    {
        if (resume.Position == 0)
            return;
        var status = LineStatus.Line;
        ReadOnlySpan<byte> line = default;
        while (_lines.Line < resume.Position && status != LineStatus.End)
        {
            status = _lines.Read(out line);
            if (_lines.Line < resume.Position)
                _symbol.Note(line);
        }

        var wasRead = _lines.Line == resume.Position && status == LineStatus.Line && Stage(line);
        if (!wasRead || _staged < resume.InputsAtPosition)
            throw _lines.IsAnother(resume);
        _given = (int)resume.InputsAtPosition;
    }
}
