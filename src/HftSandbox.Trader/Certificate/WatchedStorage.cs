using HftSandbox.Runtime.Storage;

namespace HftSandbox.Trader.Certificate;

/// <summary>A disk under observation: counts what changes it, and cannot read one place of it. One thread.</summary>
/// <param name="disk">The disk.</param>
internal sealed class WatchedStorage(IStorage disk) : PassingStorage(disk)
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
    public override IStorageFile Create(string path)
    {
        Changes++;
        return base.Create(path);
    }

    /// <inheritdoc/>
    public override void CreateDirectory(string path)
    {
        Changes++;
        base.CreateDirectory(path);
    }

    /// <inheritdoc/>
    public override void Rename(string from, string to)
    {
        Changes++;
        base.Rename(from, to);
    }

    /// <inheritdoc/>
    public override void Delete(string path)
    {
        Changes++;
        base.Delete(path);
    }

    /// <inheritdoc/>
    protected override void Write(IStorageFile file, long offset, ReadOnlySpan<byte> bytes)
    {
        Changes++;
        base.Write(file, offset, bytes);
    }

    /// <inheritdoc/>
    protected override int Read(IStorageFile file, long offset, Span<byte> buffer)
    {
        if (file.Path == _badPath && offset < _badEnd && offset + buffer.Length > _badStart)
            throw new StorageException("pread", file.Path, StorageException.InputOutputError, offset);
        return base.Read(file, offset, buffer);
    }

    /// <inheritdoc/>
    protected override void Truncate(IStorageFile file, long length)
    {
        Changes++;
        base.Truncate(file, length);
    }
}
