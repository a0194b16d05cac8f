namespace HftSandbox.Runtime.Storage.Simulated;

/// <summary>A disk in memory that never fails and keeps every byte: stores of a few megabytes can be damaged and
/// examined a million times. There is one directory per path that was created. Not thread-safe, except as
/// <see cref="IStorageFile"/> says.</summary>
public sealed class MemoryStorage : IStorage
{
    private const int PermissionDenied = 13;
    private const int FileExists = 17;

    private readonly Dictionary<string, Content> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);
    private readonly HashSet<string> _locked = new(StringComparer.Ordinal);

    /// <summary>The paths of all files, in ordinal order.</summary>
    public IEnumerable<string> Paths => _files.Keys.Order(StringComparer.Ordinal);

    /// <summary>Forgets everything, locks included.</summary>
    public void Clear()
    {
        _files.Clear();
        _directories.Clear();
        _locked.Clear();
    }

    /// <summary>Lays down a file; its directory exists after this. The bytes are shared until somebody writes to the
    /// file.</summary>
    /// <param name="path">Path.</param>
    /// <param name="bytes">Content; must not change while the file exists.</param>
    public void Put(string path, ReadOnlyMemory<byte> bytes)
    {
        _directories.Add(Path.GetDirectoryName(path)!);
        _files[path] = new Content(bytes);
    }

    /// <summary>The bytes of a file; valid until somebody writes to it.</summary>
    /// <param name="path">Path.</param>
    /// <exception cref="StorageException">There is no such file.</exception>
    public ReadOnlyMemory<byte> BytesOf(string path) => Find("open", path).Bytes;

    /// <inheritdoc/>
    public IStorageFile Create(string path)
    {
        if (_files.ContainsKey(path))
            throw new StorageException("creat", path, FileExists);
        if (!_directories.Contains(Path.GetDirectoryName(path)!))
            throw new StorageException("creat", path, StorageException.NotFound);
        var content = new Content(default);
        _files.Add(path, content);
        return new MemoryFile(path, content, writable: true);
    }

    /// <inheritdoc/>
    public IStorageFile Open(string path, bool writable = false) =>
        new MemoryFile(path, Find("open", path), writable);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory) => [.. _files.Keys
        .Where(path => Path.GetDirectoryName(path) == directory)
        .Select(path => Path.GetFileName(path))
        .Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => _directories.Contains(path);

    /// <inheritdoc/>
    public void CreateDirectory(string path) => _directories.Add(path);

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        _files[to] = Find("rename", from);
        _files.Remove(from);
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        if (!_files.Remove(path))
            throw new StorageException("unlink", path, StorageException.NotFound);
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
    }

    /// <inheritdoc/>
    public long FreeBytes(string path) => long.MaxValue;

    /// <inheritdoc/>
    public IStorageFile? TryLock(string path)
    {
        if (!_locked.Add(path))
            return null;
        if (!_files.ContainsKey(path))
            Create(path).Dispose();
        return new MemoryFile(path, _files[path], writable: true, () => _locked.Remove(path));
    }

    private Content Find(string call, string path) =>
        _files.GetValueOrDefault(path) ?? throw new StorageException(call, path, StorageException.NotFound);

    private sealed class Content(ReadOnlyMemory<byte> bytes)
    {
        private byte[] _own = [];
        private bool _isOwn;

        public ReadOnlyMemory<byte> Bytes { get; private set; } = bytes;

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
            var end = checked((int)(offset + source.Length));
            Own(Math.Max(end, Bytes.Length));
            source.CopyTo(_own.AsSpan((int)offset));
        }

        public void Resize(long length)
        {
            var before = Bytes.Length;
            Own(checked((int)length));
            // A content that was shared until now has an array of just this length.
            if (length < Math.Min(before, _own.Length))
                _own.AsSpan((int)length, Math.Min(before, _own.Length) - (int)length).Clear();
        }

        // What lies behind the content in the own array is always zero.
        private void Own(int length)
        {
            if (!_isOwn || _own.Length < length)
            {
                var grown = new byte[Math.Max(length, _isOwn ? _own.Length * 2 : length)];
                Bytes.Span[..Math.Min(Bytes.Length, grown.Length)].CopyTo(grown);
                (_own, _isOwn) = (grown, true);
            }

            Bytes = _own.AsMemory(0, length);
        }
    }

    private sealed class MemoryFile(string path, Content content, bool writable, Action? onDispose = null)
        : IStorageFile
    {
        public string Path => path;

        public long Length => content.Bytes.Length;

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            RequireWritable("pwrite");
            content.Write(offset, bytes);
        }

        public int Read(long offset, Span<byte> buffer)
        {
            var bytes = content.Bytes.Span;
            if (offset >= bytes.Length)
                return 0;
            var read = Math.Min(buffer.Length, bytes.Length - (int)offset);
            bytes.Slice((int)offset, read).CopyTo(buffer);
            return read;
        }

        public void Truncate(long length)
        {
            RequireWritable("ftruncate");
            content.Resize(length);
        }

        public void SyncData()
        {
        }

        public void Dispose() => onDispose?.Invoke();

        private void RequireWritable(string call)
        {
            if (!writable)
                throw new StorageException(call, path, PermissionDenied);
        }
    }
}
