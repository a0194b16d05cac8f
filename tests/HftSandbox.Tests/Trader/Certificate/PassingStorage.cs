using HftSandbox.Runtime.Storage;

namespace HftSandbox.Tests.Trader.Certificate;

/// <summary>A storage that passes everything on; a planted bug overrides what it breaks.</summary>
internal abstract class PassingStorage(IStorage inner) : IStorage
{
    public IStorageFile Create(string path) => new PassingFile(this, inner.Create(path));

    public IStorageFile Open(string path, bool writable = false) => new PassingFile(this, inner.Open(path, writable));

    public IReadOnlyList<string> List(string directory) => inner.List(directory);

    public bool DirectoryExists(string path) => inner.DirectoryExists(path);

    public void CreateDirectory(string path) => inner.CreateDirectory(path);

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void Delete(string path) => inner.Delete(path);

    public void SyncDirectory(string path) => inner.SyncDirectory(path);

    public long FreeBytes(string path) => inner.FreeBytes(path);

    public IStorageFile? TryLock(string path) => inner.TryLock(path);

    protected virtual void SyncData(IStorageFile file) => file.SyncData();

    private sealed class PassingFile(PassingStorage owner, IStorageFile inner) : IStorageFile
    {
        public string Path => inner.Path;

        public long Length => inner.Length;

        public void Write(long offset, ReadOnlySpan<byte> bytes) => inner.Write(offset, bytes);

        public int Read(long offset, Span<byte> buffer) => inner.Read(offset, buffer);

        public void Truncate(long length) => inner.Truncate(length);

        public void SyncData() => owner.SyncData(inner);

        public void Dispose() => inner.Dispose();
    }
}
