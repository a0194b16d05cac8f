namespace HftSandbox.Runtime.Storage;

/// <summary>A storage whose unreadable places read as zeros: for saving what is left, never for deciding what a log
/// holds. One thread.</summary>
/// <param name="inner">The storage whose reads may fail.</param>
internal sealed class TolerantStorage(IStorage inner) : IStorage
{
    private const int SectorBytes = 512;

    /// <summary>Bytes that could not be read, however often they were tried.</summary>
    public long UnreadableBytes => _unreadable.Count * (long)SectorBytes;

    private readonly HashSet<(string Path, long Offset)> _unreadable = [];

    /// <inheritdoc/>
    public IStorageFile Create(string path) => inner.Create(path);

    /// <inheritdoc/>
    public IStorageFile Open(string path, bool writable = false) => new TolerantFile(this, inner.Open(path, writable));

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory) => inner.List(directory);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => inner.DirectoryExists(path);

    /// <inheritdoc/>
    public void CreateDirectory(string path) => inner.CreateDirectory(path);

    /// <inheritdoc/>
    public void Rename(string from, string to) => inner.Rename(from, to);

    /// <inheritdoc/>
    public void Delete(string path) => inner.Delete(path);

    /// <inheritdoc/>
    public void SyncDirectory(string path) => inner.SyncDirectory(path);

    /// <inheritdoc/>
    public long FreeBytes(string path) => inner.FreeBytes(path);

    /// <inheritdoc/>
    public IStorageFile? TryLock(string path) => inner.TryLock(path);

    private sealed class TolerantFile(TolerantStorage owner, IStorageFile inner) : IStorageFile
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public void Write(long offset, ReadOnlySpan<byte> bytes) => inner.Write(offset, bytes);

        public int Read(long offset, Span<byte> buffer)
        {
            try
            {
                return inner.Read(offset, buffer);
            }
            catch (StorageException failure) when (failure.Errno == StorageException.InputOutputError)
            {
                return ReadSectors(offset, buffer);
            }
        }

        public void Truncate(long length) => inner.Truncate(length);

        public void SyncData() => inner.SyncData();

        public void Dispose() => inner.Dispose();

        private int ReadSectors(long offset, Span<byte> buffer)
        {
            var total = (int)Math.Clamp(inner.Length - offset, 0, buffer.Length);
            for (var done = 0; done < total;)
            {
                var sector = (offset + done) / SectorBytes * SectorBytes;
                var piece = buffer.Slice(done, (int)Math.Min(sector + SectorBytes - (offset + done), total - done));
                ReadSector(sector, offset + done, piece);
                done += piece.Length;
            }

            return total;
        }

        private void ReadSector(long sector, long offset, Span<byte> piece)
        {
            try
            {
                inner.Read(offset, piece);
            }
            catch (StorageException failure) when (failure.Errno == StorageException.InputOutputError)
            {
                piece.Clear();
                owner._unreadable.Add((Path, sector));
            }
        }
    }
}
