namespace HftSandbox.Runtime.Storage.Simulated;

/// <summary>A file on a <see cref="SimulatedDisk"/>: what is durable, what programs see, and every form that a page or
/// the length had in between. A page is never changed once it was noted. One thread at a time.</summary>
internal sealed class CachedFile
{
    /// <summary>What is written to the disk in one piece, unless it tears.</summary>
    public const int PageBytes = 4096;

    private readonly SortedDictionary<int, List<byte[]>> _pages = [];
    private readonly List<int> _lengths = [];
    private ReadOnlyMemory<byte> _durable;
    private byte[] _bytes;

    /// <summary>A file that is durable as a whole.</summary>
    /// <param name="durable">Its bytes; must not change.</param>
    public CachedFile(ReadOnlyMemory<byte> durable)
    {
        _durable = durable;
        _bytes = [];
        Length = durable.Length;
    }

    /// <summary>Bytes that programs see.</summary>
    public int Length { get; private set; }

    // As long as nothing was written, programs see what is durable.
    private ReadOnlySpan<byte> Seen => _bytes.Length == 0 ? _durable.Span : _bytes.AsSpan(0, Length);

    /// <summary>Writes into the cache.</summary>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        var start = checked((int)offset);
        var end = checked(start + bytes.Length);
        Reserve(end);
        if (end > Length)
            SetLength(end);
        bytes.CopyTo(_bytes.AsSpan(start));
        NotePages(start, end);
    }

    /// <summary>Reads what programs see.</summary>
    public int Read(long offset, Span<byte> buffer)
    {
        if (offset >= Length)
            return 0;
        var seen = Seen[(int)offset..];
        seen = seen[..Math.Min(buffer.Length, seen.Length)];
        seen.CopyTo(buffer);
        return seen.Length;
    }

    /// <summary>Cuts or extends the file in the cache.</summary>
    public void Truncate(long length)
    {
        var before = Length;
        var after = checked((int)length);
        if (after == before)
            return;
        Reserve(Math.Max(before, after));
        SetLength(after);
        if (after >= before)
            return;
        _bytes.AsSpan(after, before - after).Clear();
        NotePages(after, before);
    }

    /// <summary>What programs see is durable from now on.</summary>
    public void Sync()
    {
        if (_pages.Count == 0 && _lengths.Count == 0)
            return;
        _durable = Seen.ToArray();
        _pages.Clear();
        _lengths.Clear();
    }

    /// <summary>What is durable and what is not, now.</summary>
    public FileMoment Moment() => new(
        _durable,
        [.. _lengths],
        [.. _pages.Select(page => new PageMoment(page.Key, _durable.Span, [.. page.Value]))]);

    private void SetLength(int length)
    {
        Length = length;
        _lengths.Add(length);
    }

    // What lies behind the length is always zero.
    private void Reserve(int length)
    {
        if (_bytes.Length >= length && _bytes.Length > 0)
            return;
        var grown = new byte[Math.Max(PageBytes, Math.Max(length, Math.Max(Length, _bytes.Length * 2)))];
        Seen.CopyTo(grown);
        _bytes = grown;
    }

    private void NotePages(int start, int end)
    {
        for (var index = start / PageBytes; index * PageBytes < end; index++)
        {
            if (!_pages.TryGetValue(index, out var forms))
                _pages.Add(index, forms = []);
            var page = new byte[PageBytes];
            var from = index * PageBytes;
            _bytes.AsSpan(from, Math.Min(PageBytes, _bytes.Length - from)).CopyTo(page);
            forms.Add(page);
        }
    }
}
