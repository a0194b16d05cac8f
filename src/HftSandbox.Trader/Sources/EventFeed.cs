using System.Collections.Immutable;
using HftSandbox.Adapters;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Trader.Sources;

/// <summary>A file of events, plain or gzip: one JSON object a line, as <c>inspect --json</c> prints them, in the order
/// in which they happened. A line is one input. What the engine derives, what belongs to the log and what belongs to
/// another run is passed over and counted.</summary>
internal sealed class EventFeed : IFeed
{
    private readonly CaptureLines _lines;
    private readonly EventLineParser _parser;
    private readonly ConfigLane _configurations;
    private readonly Action<SkippedRecords> _onSkipped;
    private readonly SkippedRecords _skipped = new();
    private long _lastReceiveTimeNs;

    /// <summary>Opens a file and goes to where it is to be read on.</summary>
    /// <param name="file">Path.</param>
    /// <param name="instruments">The registry.</param>
    /// <param name="configurations">Where the file's configurations go.</param>
    /// <param name="onBadLine">Told of every bad line, on the thread that polls.</param>
    /// <param name="onSkipped">Told at the end what was passed over.</param>
    /// <param name="resume">Where to go on; the lines before are passed over.</param>
    /// <param name="maxBadLines">Bad lines, counted from there, with which it still goes on.</param>
    /// <exception cref="CaptureException">The file cannot be read, or is not the one that was read before.</exception>
    public EventFeed(
        string file,
        ImmutableArray<InstrumentConfig> instruments,
        ConfigLane configurations,
        Action<BadLine> onBadLine,
        Action<SkippedRecords> onSkipped,
        FeedResume resume = default,
        uint maxBadLines = 0)
    {
        _onSkipped = onSkipped;
        _configurations = configurations;
        _parser = new EventLineParser(instruments, configurations);
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
    public SourceId Source => SourceId.Events;

    /// <inheritdoc/>
    public StopReason Ended => _lines.Ended;

    /// <inheritdoc/>
    [HotPath]
    public int Poll(Span<InputEvent> free)
    {
        var filled = 0;
        while (filled < free.Length && Ended == StopReason.None)
        {
            if (TryReadInput(ref free[filled]))
                filled++;
        }

        return filled;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _onSkipped(_skipped);
    }

    /// <summary>Reads one line; false if it holds no input, or there is none.</summary>
    [HotPath]
    private bool TryReadInput(ref InputEvent slot)
    {
        switch (_lines.Read(out var line))
        {
            case LineStatus.Line:
                return TryTake(line, ref slot);
            case LineStatus.TooLong:
                _lines.RefuseLength();
                return false;
            default:
                return false;
        }
    }

    [HotPath]
    private bool TryTake(ReadOnlySpan<byte> line, ref InputEvent slot)
    {
        switch (_parser.Parse(line, _lines.Line, _lastReceiveTimeNs, ref slot))
        {
            case EventLineStatus.Input:
                _lastReceiveTimeNs = slot.Header.ReceiveTimeNs;
                if (slot.Header.Kind == EventKind.Config)
                    _configurations.Add(_parser.Configuration!);
                return true;
            case EventLineStatus.Derived:
                _skipped.Derived++;
                break;
            case EventLineStatus.Run:
                _skipped.Runs++;
                break;
            case EventLineStatus.Control:
                _skipped.Control++;
                break;
            case EventLineStatus.Bad:
                _lines.Refuse(_parser.Fault);
                break;
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
            status = _lines.Read(out line);

        var wasRead = default(InputEvent);
        var isSame = status == LineStatus.Line
            && _parser.Parse(line, _lines.Line, _lastReceiveTimeNs, ref wasRead) == EventLineStatus.Input
            && wasRead.Header.ReceiveTimeNs == _lastReceiveTimeNs;
        if (!isSame)
            throw _lines.IsAnother(resume);
    }
}
