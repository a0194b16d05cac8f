namespace HftSandbox.Runtime.Storage.Simulated;

/// <summary>A disk with a page cache, as power loss sees it. A write goes to the cache; until the file is synced the
/// disk may hold any version that a page had since, torn between versions at 512 bytes; a changed length may or may not
/// have got there; names are in the directory only for sure once that is synced, each rename all or nothing. Nothing
/// here is random: <see cref="State"/> is what the disk knows at a moment, and <see cref="DiskState.Crash"/> one of the
/// disks that power loss can make of it. Not thread-safe.</summary>
public sealed class SimulatedDisk : IStorage
{
    private const int PermissionDenied = 13;
    private const int FileExists = 17;

    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);
    private readonly HashSet<string> _locked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DiskFile> _durableNames = new(StringComparer.Ordinal);
    private readonly List<NameChange> _nameChanges = [];
    private Dictionary<string, DiskFile> _names = new(StringComparer.Ordinal);

    /// <summary>Called before every call that changes or syncs something.</summary>
    public Action? BeforeChange { get; set; }

    /// <summary>What the disk knows now: what is durable, and what may be lost.</summary>
    public DiskState State => new(
        [.. _directories],
        new Dictionary<string, DiskFile>(_durableNames, StringComparer.Ordinal),
        [.. _nameChanges],
        Files().ToDictionary(file => file, file => file.Freeze()));

    /// <summary>Goes on with another disk's content, all of it durable; locks are released.</summary>
    /// <param name="image">The content.</param>
    public void Load(MemoryStorage image)
    {
        _locked.Clear();
        _nameChanges.Clear();
        _durableNames.Clear();
        foreach (var path in image.Paths)
        {
            _directories.Add(Path.GetDirectoryName(path)!);
            _durableNames[path] = DiskFile.Of(image.BytesOf(path).Span);
        }

        _names = new Dictionary<string, DiskFile>(_durableNames, StringComparer.Ordinal);
    }

    /// <summary>The content as the running system sees it.</summary>
    public MemoryStorage View()
    {
        var image = new MemoryStorage();
        foreach (var (path, file) in _names)
            image.Put(path, file.Freeze().Current());
        return image;
    }

    /// <inheritdoc/>
    public IStorageFile Create(string path)
    {
        BeforeChange?.Invoke();
        if (_names.ContainsKey(path))
            throw new StorageException("creat", path, FileExists);
        if (!_directories.Contains(Path.GetDirectoryName(path)!))
            throw new StorageException("creat", path, StorageException.NotFound);
        var file = new DiskFile();
        Change(new NameChange(path, file, null));
        return new SimulatedFile(this, path, file, writable: true);
    }

    /// <inheritdoc/>
    public IStorageFile Open(string path, bool writable = false) =>
        new SimulatedFile(this, path, Find("open", path), writable);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory) => [.. _names.Keys
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
        BeforeChange?.Invoke();
        Change(new NameChange(to, Find("rename", from), from));
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        BeforeChange?.Invoke();
        Find("unlink", path);
        Change(new NameChange(null, null, path));
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
        BeforeChange?.Invoke();
        foreach (var change in _nameChanges.Where(change => change.IsIn(path)))
            change.ApplyTo(_durableNames);
        _nameChanges.RemoveAll(change => change.IsIn(path));
    }

    /// <inheritdoc/>
    public long FreeBytes(string path) => long.MaxValue;

    /// <inheritdoc/>
    public IStorageFile? TryLock(string path)
    {
        if (!_locked.Add(path))
            return null;
        if (!_names.ContainsKey(path))
            Create(path).Dispose();
        return new SimulatedFile(this, path, _names[path], writable: true, () => _locked.Remove(path));
    }

    private IEnumerable<DiskFile> Files() => _names.Values
        .Concat(_durableNames.Values)
        .Concat(_nameChanges.Select(change => change.File).OfType<DiskFile>())
        .Distinct();

    private void Change(NameChange change)
    {
        change.ApplyTo(_names);
        _nameChanges.Add(change);
    }

    private DiskFile Find(string call, string path) =>
        _names.GetValueOrDefault(path) ?? throw new StorageException(call, path, StorageException.NotFound);

    private sealed class SimulatedFile(
        SimulatedDisk disk, string path, DiskFile file, bool writable, Action? onDispose = null) : IStorageFile
    {
        public string Path => path;

        public long Length => file.Length;

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            RequireWritable("pwrite");
            disk.BeforeChange?.Invoke();
            file.Write(offset, bytes);
        }

        public int Read(long offset, Span<byte> buffer) => file.Read(offset, buffer);

        public void Truncate(long length)
        {
            RequireWritable("ftruncate");
            disk.BeforeChange?.Invoke();
            file.Truncate(length);
        }

        public void SyncData()
        {
            disk.BeforeChange?.Invoke();
            file.Sync();
        }

        public void Dispose() => onDispose?.Invoke();

        private void RequireWritable(string call)
        {
            if (!writable)
                throw new StorageException(call, path, PermissionDenied);
        }
    }
}

/// <summary>A change of names that the directory may not hold yet: <paramref name="Path"/> becomes the file, and
/// <paramref name="Gone"/> is gone, both or neither.</summary>
/// <param name="Path">The name that the file gets; null = none.</param>
/// <param name="File">The file; null = none.</param>
/// <param name="Gone">The name that is gone; null = none.</param>
internal sealed record NameChange(string? Path, DiskFile? File, string? Gone)
{
    public bool IsIn(string directory) => System.IO.Path.GetDirectoryName(Path ?? Gone) == directory;

    public void ApplyTo(Dictionary<string, DiskFile> names)
    {
        if (Gone is not null)
            names.Remove(Gone);
        if (Path is not null)
            names[Path] = File!;
    }
}
