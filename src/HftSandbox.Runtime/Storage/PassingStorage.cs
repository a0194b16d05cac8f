namespace HftSandbox.Runtime.Storage;

/// <summary>A storage that passes every call on to another one; whoever derives from it overrides what is to be
/// different.</summary>
/// <param name="inner">The storage that does the work.</param>
public abstract class PassingStorage(IStorage inner) : IStorage
{
    /// <inheritdoc/>
    public virtual IStorageFile Create(string path) => new PassingFile(this, inner.Create(path));

    /// <inheritdoc/>
    public IStorageFile Open(string path, bool writable = false) => new PassingFile(this, inner.Open(path, writable));

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory) => inner.List(directory);

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => inner.DirectoryExists(path);

    /// <inheritdoc/>
    public virtual void CreateDirectory(string path) => inner.CreateDirectory(path);

    /// <inheritdoc/>
    public virtual void Rename(string from, string to) => inner.Rename(from, to);

    /// <inheritdoc/>
    public virtual void Delete(string path) => inner.Delete(path);

    /// <inheritdoc/>
    public void SyncDirectory(string path) => inner.SyncDirectory(path);

    /// <inheritdoc/>
    public long FreeBytes(string path) => inner.FreeBytes(path);

    /// <inheritdoc/>
    public IStorageFile? TryLock(string path) => inner.TryLock(path);

    /// <summary><see cref="IStorageFile.Write"/> of a file.</summary>
    /// <param name="file">The inner storage's.</param>
    /// <param name="offset">Where.</param>
    /// <param name="bytes">What.</param>
    protected virtual void Write(IStorageFile file, long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

    /// <summary><see cref="IStorageFile.Read"/> of a file.</summary>
    /// <param name="file">The inner storage's.</param>
    /// <param name="offset">Where.</param>
    /// <param name="buffer">Where to.</param>
    /// <returns>Bytes read.</returns>
    protected virtual int Read(IStorageFile file, long offset, Span<byte> buffer) => file.Read(offset, buffer);

    /// <summary><see cref="IStorageFile.Truncate"/> of a file.</summary>
    /// <param name="file">The inner storage's.</param>
    /// <param name="length">Bytes.</param>
    protected virtual void Truncate(IStorageFile file, long length) => file.Truncate(length);

    /// <summary><see cref="IStorageFile.SyncData"/> of a file.</summary>
    /// <param name="file">The inner storage's.</param>
    protected virtual void SyncData(IStorageFile file) => file.SyncData();

    private sealed class PassingFile(PassingStorage owner, IStorageFile inner) : IStorageFile
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public void Write(long offset, ReadOnlySpan<byte> bytes) => owner.Write(inner, offset, bytes);

        public int Read(long offset, Span<byte> buffer) => owner.Read(inner, offset, buffer);

        public void Truncate(long length) => owner.Truncate(inner, length);

        public void SyncData() => owner.SyncData(inner);

        public void Dispose() => inner.Dispose();
    }
}
