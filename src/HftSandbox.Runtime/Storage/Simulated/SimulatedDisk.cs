namespace HftSandbox.Runtime.Storage.Simulated;

/// <summary>A disk in memory with a page cache whose power can be cut. Programs see every write and every name at once;
/// only <see cref="IStorageFile.SyncData"/> makes a file's bytes and length durable, and only
/// <see cref="SyncDirectory"/> names. Until then a power loss may take any of it and leave the rest, in any order:
/// pages lost, kept or torn between sectors of 512 bytes, a length kept without its bytes (they are zeros then), a
/// creation, renaming or deletion undone. A rename is atomic, and the changes of one name keep their order. Directories
/// themselves are durable at once. Thread-safe.</summary>
public sealed class SimulatedDisk : IStorage
{
    private const int PermissionDenied = 13;
    private const int FileExists = 17;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, CachedFile> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CachedFile> _durableNames = new(StringComparer.Ordinal);
    private readonly List<NameChange> _changes = [];
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);
    private readonly HashSet<string> _locked = new(StringComparer.Ordinal);

    /// <summary>An empty disk.</summary>
    public SimulatedDisk()
    {
    }

    /// <summary>A disk on which everything that another one holds is durable.</summary>
    /// <param name="image">The other one; its files must not be written to any more.</param>
    public SimulatedDisk(MemoryStorage image)
    {
        foreach (var path in image.Paths)
        {
            var file = new CachedFile(image.BytesOf(path));
            _names.Add(path, file);
            _durableNames.Add(path, file);
            _directories.Add(Path.GetDirectoryName(path)!);
        }
    }

    /// <summary>What is durable now and what is not.</summary>
    public DiskMoment Moment()
    {
        lock (_gate)
            return new DiskMoment(_directories, _durableNames, _changes);
    }

    /// <summary>Cuts the power now. This disk itself goes on as if nothing had happened.</summary>
    /// <param name="choice">What of the changes that were not synced reaches the disk.</param>
    /// <returns>What is left.</returns>
    public MemoryStorage Crash(CrashChoice choice)
    {
        var left = new MemoryStorage();
        Moment().CutPower(choice, left);
        return left;
    }

    /// <inheritdoc/>
    public IStorageFile Create(string path)
    {
        lock (_gate)
        {
            if (_names.ContainsKey(path))
                throw new StorageException("creat", path, FileExists);
            if (!_directories.Contains(Path.GetDirectoryName(path)!))
                throw new StorageException("creat", path, StorageException.NotFound);
            var file = new CachedFile(default);
            Change(new NameChange(NameChangeKind.Created, path, path, file));
            return new OpenFile(this, path, file, writable: true);
        }
    }

    /// <inheritdoc/>
    public IStorageFile Open(string path, bool writable = false)
    {
        lock (_gate)
            return new OpenFile(this, path, Find("open", path), writable);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory)
    {
        lock (_gate)
        {
            return
            [
                .. _names.Keys.Where(path => Path.GetDirectoryName(path) == directory)
                    .Select(path => Path.GetFileName(path))
                    .Order(StringComparer.Ordinal),
            ];
        }
    }

    /// <inheritdoc/>
    public bool DirectoryExists(string path)
    {
        lock (_gate)
            return _directories.Contains(path);
    }

    /// <inheritdoc/>
    public void CreateDirectory(string path)
    {
        lock (_gate)
            _directories.Add(path);
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        lock (_gate)
            Change(new NameChange(NameChangeKind.Renamed, from, to, Find("rename", from)));
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        lock (_gate)
        {
            Find("unlink", path);
            Change(new NameChange(NameChangeKind.Deleted, path, path, null));
        }
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
        lock (_gate)
        {
            foreach (var change in _changes.Where(change => Path.GetDirectoryName(change.Path) == path))
                Apply(change, _durableNames);
            _changes.RemoveAll(change => Path.GetDirectoryName(change.Path) == path);
        }
    }

    /// <inheritdoc/>
    public long FreeBytes(string path) => long.MaxValue;

    /// <inheritdoc/>
    public IStorageFile? TryLock(string path)
    {
        lock (_gate)
        {
            if (!_locked.Add(path))
                return null;
            if (!_names.ContainsKey(path))
                Create(path).Dispose();
            return new OpenFile(this, path, _names[path], writable: true, () => _locked.Remove(path));
        }
    }

    internal static void Apply(NameChange change, Dictionary<string, CachedFile> names)
    {
        names.Remove(change.Path);
        if (change.File is not null)
            names[change.Target] = change.File;
    }

    private void Change(NameChange change)
    {
        Apply(change, _names);
        _changes.Add(change);
    }

    private CachedFile Find(string call, string path) =>
        _names.GetValueOrDefault(path) ?? throw new StorageException(call, path, StorageException.NotFound);

    private sealed class OpenFile(
        SimulatedDisk disk, string path, CachedFile file, bool writable, Action? onDispose = null) : IStorageFile
    {
        public string Path => path;

        public long Length
        {
            get
            {
                lock (disk._gate)
                    return file.Length;
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            RequireWritable("pwrite");
            lock (disk._gate)
                file.Write(offset, bytes);
        }

        public int Read(long offset, Span<byte> buffer)
        {
            lock (disk._gate)
                return file.Read(offset, buffer);
        }

        public void Truncate(long length)
        {
            RequireWritable("ftruncate");
            lock (disk._gate)
                file.Truncate(length);
        }

        public void SyncData()
        {
            lock (disk._gate)
                file.Sync();
        }

        public void Dispose()
        {
            lock (disk._gate)
                onDispose?.Invoke();
        }

        private void RequireWritable(string call)
        {
            if (!writable)
                throw new StorageException(call, path, PermissionDenied);
        }
    }
}
