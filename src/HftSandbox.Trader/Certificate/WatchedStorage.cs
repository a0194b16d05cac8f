using HftSandbox.Runtime.Storage;

namespace HftSandbox.Trader.Certificate;

/// <summary>A disk under observation: counts what changes it, and cannot read one place of it. One thread.</summary>
/// <param name="disk">The disk.</param>
internal sealed class WatchedStorage(IStorage disk) : IStorage
{
    private string _badPath = "";
    private long _badStart;
    private long _badEnd;

    /// <summary>Calls so far that changed a byte, a length or a name.</summary>
    public int Changes { get; private set; }

    /// <summary>Makes every read fail that covers a byte of a place; the place before can be read again.</summary>
    /// <param name="path">The file; empty = everything can be read.</param>
    /// <param name="offset">Where.</param>
    /// <param name="length">How many bytes.</param>
    public void FailReadsOf(string path, long offset = 0, long length = 0) =>
        (_badPath, _badStart, _badEnd) = (path, offset, offset + length);

    /// <inheritdoc/>
    public IStorageFile Create(string path)
    {
        Changes++;
        return new WatchedFile(this, disk.Create(path));
    }

    /// <inheritdoc/>
    public IStorageFile Open(string path, bool writable = false) => new WatchedFile(this, disk.Open(path, writable));

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory) => disk.List(directory);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => disk.DirectoryExists(path);

    /// <inheritdoc/>
    public void CreateDirectory(string path)
    {
        Changes++;
        disk.CreateDirectory(path);
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        Changes++;
        disk.Rename(from, to);
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        Changes++;
        disk.Delete(path);
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path) => disk.SyncDirectory(path);

    /// <inheritdoc/>
    public long FreeBytes(string path) => disk.FreeBytes(path);

    /// <inheritdoc/>
    public IStorageFile? TryLock(string path) => disk.TryLock(path);

    private void RequireReadable(string path, long offset, long length)
    {
        if (path == _badPath && offset < _badEnd && offset + length > _badStart)
            throw new StorageException("pread", path, StorageException.InputOutputError, offset);
    }

    private sealed class WatchedFile(WatchedStorage owner, IStorageFile file) : IStorageFile
    {
        public string Path => file.Path;

        public long Length => file.Length;

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            owner.Changes++;
            file.Write(offset, bytes);
        }

        public int Read(long offset, Span<byte> buffer)
        {
            owner.RequireReadable(file.Path, offset, buffer.Length);
            return file.Read(offset, buffer);
        }

        public void Truncate(long length)
        {
            owner.Changes++;
            file.Truncate(length);
        }

        public void SyncData() => file.SyncData();

        public void Dispose() => file.Dispose();
    }
}
