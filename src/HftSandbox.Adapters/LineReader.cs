using System.IO.Compression;
using HftSandbox.Events;

namespace HftSandbox.Adapters;

/// <summary>What <see cref="LineReader.Read"/> found.</summary>
public enum LineStatus : byte
{
    /// <summary>The file has ended.</summary>
    End,

    /// <summary>A line.</summary>
    Line,

    /// <summary>A line that is too long to be kept.</summary>
    TooLong,
}

/// <summary>The lines of a plain or gzip file, without their line feed, in a buffer of fixed size. A line feed at the
/// end of the file ends the last line and begins no further one.</summary>
public sealed class LineReader : IDisposable
{
    private const int ReadBytes = 128 << 10;
    private const byte LineFeed = (byte)'\n';

    private static readonly bool SeesTruncation = TrySeeTruncation();

    private readonly string _file;
    private readonly Stream _stream;
    private readonly byte[] _buffer;
    private int _start;
    private int _end;

    /// <summary>Opens a file; gzip is known by its first two bytes.</summary>
    /// <param name="file">Path.</param>
    /// <param name="lineBytesMax">Longest line in bytes.</param>
    /// <exception cref="CaptureException">It cannot be opened.</exception>
    public LineReader(string file, int lineBytesMax)
    {
        _file = file;
        _stream = Open(file);
        _buffer = new byte[lineBytesMax + 1];
    }

    /// <summary>Number of the last line read, from 1.</summary>
    public uint Line { get; private set; }

    /// <summary>Reads the next line.</summary>
    /// <param name="line">The line, valid until the next call; empty unless there is one.</param>
    /// <returns>Whether there is a line, or one too long to be kept (it is skipped and counted).</returns>
    /// <exception cref="CaptureException">The file cannot be read on.</exception>
    [HotPath]
    public LineStatus Read(out ReadOnlySpan<byte> line)
    {
        line = default;
        var searched = 0;
        while (true)
        {
            var unread = _buffer.AsSpan(_start, _end - _start);
            var length = unread[searched..].IndexOf(LineFeed);
            if (length >= 0)
            {
                line = unread[..(searched + length)];
                _start += line.Length + 1;
                Line = checked(Line + 1);
                return LineStatus.Line;
            }

            if (unread.Length == _buffer.Length)
                return SkipTooLong();
            searched = unread.Length;
            if (!Fill())
                return LastLine(out line);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private LineStatus LastLine(out ReadOnlySpan<byte> line)
    {
        line = _buffer.AsSpan(_start, _end - _start);
        _start = _end;
        if (line.IsEmpty)
            return LineStatus.End;
        Line = checked(Line + 1);
        return LineStatus.Line;
    }

    private LineStatus SkipTooLong()
    {
        Line = checked(Line + 1);
        do
        {
            _start = _end = 0;
            if (!Fill())
                return LineStatus.TooLong;
            _start = _buffer.AsSpan(0, _end).IndexOf(LineFeed) + 1;
        }
        while (_start == 0);
        return LineStatus.TooLong;
    }

    /// <summary>Reads on behind what is in the buffer, after moving that to its start; false at the end of the
    /// file.</summary>
    private bool Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        try
        {
            var read = _stream.Read(_buffer, _end, Math.Min(ReadBytes, _buffer.Length - _end));
            _end += read;
            return read > 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            var reason = e is InvalidDataException ? $"damaged or truncated gzip: {e.Message}" : e.Message;
            throw new CaptureException(_file, Line, reason, e);
        }
    }

    private static Stream Open(string file)
    {
        try
        {
            var stream = new FileStream(
                file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, ReadBytes, FileOptions.SequentialScan);
            Span<byte> magic = stackalloc byte[2];
            var isGzip = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1F, 0x8B];
            stream.Position = 0;
            if (isGzip && !SeesTruncation)
                throw new InvalidDataException("this process takes a truncated gzip for a whole one: unpack it first");
            return isGzip ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CaptureException(file, 0, e.Message, e);
        }
    }

    /// <summary>By default the runtime takes a gzip that ends early for one that is complete. It reads the switch once,
    /// at the first use of any decompressor: whether that was before is found out with a member without
    /// trailer.</summary>
    private static bool TrySeeTruncation()
    {
        AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);
        byte[] truncated = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0];
        using var gzip = new GZipStream(new MemoryStream(truncated), CompressionMode.Decompress);
        try
        {
            gzip.ReadByte();
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }
}
