namespace HftSandbox.Runtime.Storage.Simulated;

/// <summary>A file of a <see cref="SimulatedDisk"/>: the durable pages, and every version that a page had since the
/// last sync. Page arrays never change once they are here, so that states can share them.</summary>
internal sealed class DiskFile
{
    public const int PageBytes = 4096;

    private static readonly byte[] ZeroPage = new byte[PageBytes];

    private readonly List<byte[]> _durable = [];
    private readonly SortedDictionary<int, List<byte[]>> _dirty = [];
    private long _durableLength;

    /// <summary>Bytes, as the running system sees them.</summary>
    public long Length { get; private set; }

    /// <summary>A file that is durable as a whole.</summary>
    /// <param name="bytes">Its content.</param>
    public static DiskFile Of(ReadOnlySpan<byte> bytes)
    {
        var file = new DiskFile();
        file.Write(0, bytes);
        file.Sync();
        return file;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var (page, at) = ((int)(offset / PageBytes), (int)(offset % PageBytes));
            var count = Math.Min(bytes.Length, PageBytes - at);
            var version = (byte[])Current(page).Clone();
            bytes[..count].CopyTo(version.AsSpan(at));
            AddVersion(page, version);
            offset += count;
            bytes = bytes[count..];
            Length = Math.Max(Length, offset);
        }
    }

    public int Read(long offset, Span<byte> buffer)
    {
        var total = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        for (var done = 0; done < total;)
        {
            var (page, at) = ((int)((offset + done) / PageBytes), (int)((offset + done) % PageBytes));
            var count = Math.Min(total - done, PageBytes - at);
            Current(page).AsSpan(at, count).CopyTo(buffer[done..]);
            done += count;
        }

        return total;
    }

    public void Truncate(long length)
    {
        // What lies behind the cut reads as zeros if the file grows again.
        for (var page = (int)(length / PageBytes); page * (long)PageBytes < Length; page++)
        {
            var kept = (int)Math.Clamp(length - (page * (long)PageBytes), 0, PageBytes);
            var version = new byte[PageBytes];
            Current(page).AsSpan(0, kept).CopyTo(version);
            AddVersion(page, version);
        }

        Length = length;
    }

    public void Sync()
    {
        foreach (var (page, versions) in _dirty)
        {
            while (_durable.Count <= page)
                _durable.Add(ZeroPage);
            _durable[page] = versions[^1];
        }

        _dirty.Clear();
        _durableLength = Length;
    }

    /// <summary>What is known of the file now.</summary>
    public FrozenFile Freeze() => new(
        [.. _durable], _durableLength, [.. _dirty.Select(dirty => new DirtyPage(dirty.Key, [.. dirty.Value]))], Length);

    private byte[] Current(int page) => _dirty.TryGetValue(page, out var versions)
        ? versions[^1]
        : page < _durable.Count ? _durable[page] : ZeroPage;

    private void AddVersion(int page, byte[] version)
    {
        if (!_dirty.TryGetValue(page, out var versions))
            _dirty.Add(page, versions = []);
        versions.Add(version);
    }
}

/// <summary>A page that is not durable, with every version it had since the last sync, oldest first.</summary>
internal sealed record DirtyPage(int Page, byte[][] Versions);

/// <summary>A file at a moment.</summary>
internal sealed record FrozenFile(byte[][] Durable, long DurableLength, DirtyPage[] Dirty, long Length)
{
    private const int SectorBytes = 512;

    public bool LengthChanged => Length != DurableLength;

    /// <summary>The content as the running system sees it.</summary>
    public byte[] Current() => Content(Length, (dirty, _) => dirty.Versions[^1]);

    /// <summary>One of the contents that power loss can leave.</summary>
    /// <param name="newLength">Whether the changed length got to the disk.</param>
    /// <param name="choose">For a dirty page and what was durable in its place: what the disk holds.</param>
    public byte[] Content(bool newLength, Func<DirtyPage, byte[], byte[]> choose) =>
        Content(newLength ? Length : DurableLength, choose);

    /// <summary>A page of which some sectors are of one version and the others of another.</summary>
    /// <param name="older">One version.</param>
    /// <param name="newer">The other.</param>
    /// <param name="newSectors">Bit i: sector i is the newer one's.</param>
    public static byte[] Torn(byte[] older, byte[] newer, int newSectors)
    {
        var page = (byte[])older.Clone();
        for (var sector = 0; sector < DiskFile.PageBytes / SectorBytes; sector++)
        {
            if ((newSectors >> sector & 1) != 0)
                newer.AsSpan(sector * SectorBytes, SectorBytes).CopyTo(page.AsSpan(sector * SectorBytes));
        }

        return page;
    }

    private byte[] Content(long length, Func<DirtyPage, byte[], byte[]> choose)
    {
        var content = new byte[length];
        for (var page = 0; page < Durable.Length; page++)
            Put(content, page, Durable[page]);
        foreach (var dirty in Dirty)
        {
            var before = dirty.Page < Durable.Length ? Durable[dirty.Page] : new byte[DiskFile.PageBytes];
            Put(content, dirty.Page, choose(dirty, before));
        }

        return content;
    }

    private static void Put(byte[] content, int page, byte[] bytes)
    {
        var start = page * (long)DiskFile.PageBytes;
        var count = (int)Math.Clamp(content.Length - start, 0, DiskFile.PageBytes);
        if (count > 0)
            bytes.AsSpan(0, count).CopyTo(content.AsSpan((int)start));
    }
}
