using HftSandbox.Events;

namespace HftSandbox.Adapters;

/// <summary>The lines of a file source, and what ends it: the end of the file, or more bad lines than it is allowed.
/// One thread.</summary>
/// <param name="file">Path; plain or gzip.</param>
/// <param name="onBadLine">Told of every bad line.</param>
/// <param name="maxBadLines">Bad lines with which the source still goes on.</param>
/// <exception cref="CaptureException">The file cannot be opened.</exception>
public sealed class CaptureLines(string file, Action<BadLine> onBadLine, uint maxBadLines) : IDisposable
{
    private readonly LineReader _reader = new(file, Limits.LineBytesMax);
    private uint _badLines;

    /// <summary>Number of the last line read, from 1.</summary>
    public uint Line => _reader.Line;

    /// <summary>As <see cref="IFeed.Ended"/> has it.</summary>
    public StopReason Ended { get; private set; }

    /// <summary>Reads the next line; at the end of the file the source has ended.</summary>
    /// <param name="line">The line, valid until the next call; empty unless there is one.</param>
    /// <exception cref="CaptureException">The file cannot be read on.</exception>
    [HotPath]
    public LineStatus Read(out ReadOnlySpan<byte> line)
    {
        var status = _reader.Read(out line);
        if (status == LineStatus.End)
            Ended = StopReason.SourceEnd;
        return status;
    }

    /// <summary>The last line is bad.</summary>
    /// <param name="reason">Why.</param>
    public void Refuse(string reason)
    {
        onBadLine(new BadLine(file, Line, reason));
        if (++_badLines > maxBadLines)
            Ended = StopReason.BadInput;
    }

    /// <summary>The last line is longer than a line may be.</summary>
    public void RefuseLength() => Refuse($"longer than {Limits.LineBytesMax} bytes");

    /// <summary>The file is not the one that was read before.</summary>
    /// <param name="resume">Where to go on.</param>
    public CaptureException IsAnother(FeedResume resume) => new(
        file, Line, $"line {resume.Position} does not hold the {resume.InputsAtPosition} inputs that the log has of "
        + "it: it is another file");

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();
}
