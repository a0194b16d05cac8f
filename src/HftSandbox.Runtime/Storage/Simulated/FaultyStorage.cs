namespace HftSandbox.Runtime.Storage.Simulated;

/// <summary>What a call to the storage is about.</summary>
public enum StorageCall
{
    /// <summary><see cref="IStorage.Create"/>.</summary>
    Create,

    /// <summary><see cref="IStorage.Open"/>.</summary>
    Open,

    /// <summary><see cref="IStorage.List"/>.</summary>
    List,

    /// <summary><see cref="IStorage.DirectoryExists"/>.</summary>
    DirectoryExists,

    /// <summary><see cref="IStorage.CreateDirectory"/>.</summary>
    CreateDirectory,

    /// <summary><see cref="IStorage.Rename"/>.</summary>
    Rename,

    /// <summary><see cref="IStorage.Delete"/>.</summary>
    Delete,

    /// <summary><see cref="IStorage.SyncDirectory"/>.</summary>
    SyncDirectory,

    /// <summary><see cref="IStorage.FreeBytes"/>.</summary>
    FreeBytes,

    /// <summary><see cref="IStorage.TryLock"/>.</summary>
    Lock,

    /// <summary><see cref="IStorageFile.Length"/>.</summary>
    Length,

    /// <summary><see cref="IStorageFile.Write"/>.</summary>
    Write,

    /// <summary><see cref="IStorageFile.Read"/>.</summary>
    Read,

    /// <summary><see cref="IStorageFile.Truncate"/>.</summary>
    Truncate,

    /// <summary><see cref="IStorageFile.SyncData"/>.</summary>
    SyncData,
}

/// <summary>One call that happened, failed or not.</summary>
/// <param name="Call">What it was about.</param>
/// <param name="Path">The path.</param>
/// <param name="Offset">Where in the file; -1 = not about a place.</param>
/// <param name="Length">Bytes of a write or read, else 0.</param>
/// <param name="Failed">Whether a fault met it.</param>
public sealed record StorageCallRecord(StorageCall Call, string Path, long Offset, int Length, bool Failed);

/// <summary>Makes calls fail: those of a kind from the <paramref name="Nth"/> on (counted from 1),
/// <paramref name="Times"/> of them. One that comes after them succeeds.</summary>
/// <param name="Call">The kind.</param>
/// <param name="Nth">The first that fails.</param>
/// <param name="Errno">The error number; <see cref="Lies"/> = the call says that it succeeded and does nothing.</param>
/// <param name="Times">How many fail in a row.</param>
/// <param name="BytesBefore">Write only: bytes that reach the file before it fails.</param>
public sealed record StorageFault(StorageCall Call, int Nth, int Errno, int Times = 1, int BytesBefore = 0)
{
    /// <summary>In place of an error number: a sync that returns and has not synced. Shows something only over a disk
    /// that loses what was not synced.</summary>
    public const int Lies = 0;

    /// <summary>Every sync of a kind lies.</summary>
    /// <param name="sync"><see cref="StorageCall.SyncData"/> or <see cref="StorageCall.SyncDirectory"/>.</param>
    public static StorageFault Lying(StorageCall sync) => new(sync, 1, Lies, Times: int.MaxValue);
}

/// <summary>A storage that records every call and fails where a fault says so. Calls interrupted by a signal fail like
/// any other: whoever repeats them does so below this seam. Thread-safe.</summary>
/// <param name="inner">The storage that does the work.</param>
/// <param name="faults">What fails; the first that matches a call counts.</param>
public sealed class FaultyStorage(IStorage inner, params StorageFault[] faults) : IStorage
{
    private readonly Lock _gate = new();
    private readonly List<StorageCallRecord> _calls = [];
    private readonly int[] _counts = new int[Enum.GetValues<StorageCall>().Length];

    /// <summary>Called before every call that will not fail; may wait, so that a test can hold a call.</summary>
    public Action<StorageCall, string>? Before { get; set; }

    /// <summary>Called after every call that succeeded.</summary>
    public Action<StorageCall, string>? After { get; set; }

    /// <summary>Everything that happened so far.</summary>
    public IReadOnlyList<StorageCallRecord> Calls
    {
        get
        {
            lock (_gate)
                return [.. _calls];
        }
    }

    /// <summary>How many calls of a kind happened so far, failed ones included.</summary>
    /// <param name="call">The kind.</param>
    public int Count(StorageCall call)
    {
        lock (_gate)
            return _counts[(int)call];
    }

    /// <inheritdoc/>
    public IStorageFile Create(string path) =>
        Run(StorageCall.Create, "creat", path, () => new FaultyFile(this, inner.Create(path)));

    /// <inheritdoc/>
    public IStorageFile Open(string path, bool writable = false) =>
        Run(StorageCall.Open, "open", path, () => new FaultyFile(this, inner.Open(path, writable)));

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory) =>
        Run(StorageCall.List, "readdir", directory, () => inner.List(directory));

    /// <inheritdoc/>
    public bool DirectoryExists(string path) =>
        Run(StorageCall.DirectoryExists, "readdir", path, () => inner.DirectoryExists(path));

    /// <inheritdoc/>
    public void CreateDirectory(string path) =>
        Run(StorageCall.CreateDirectory, "mkdir", path, () => inner.CreateDirectory(path));

    /// <inheritdoc/>
    public void Rename(string from, string to) => Run(StorageCall.Rename, "rename", from, () => inner.Rename(from, to));

    /// <inheritdoc/>
    public void Delete(string path) => Run(StorageCall.Delete, "unlink", path, () => inner.Delete(path));

    /// <inheritdoc/>
    public void SyncDirectory(string path) =>
        Run(StorageCall.SyncDirectory, "fsync", path, () => inner.SyncDirectory(path));

    /// <inheritdoc/>
    public long FreeBytes(string path) => Run(StorageCall.FreeBytes, "statvfs", path, () => inner.FreeBytes(path));

    /// <inheritdoc/>
    public IStorageFile? TryLock(string path) =>
        Run(StorageCall.Lock, "flock", path, () => inner.TryLock(path) is { } file ? new FaultyFile(this, file) : null);

    private T Run<T>(StorageCall call, string name, string path, Func<T> action)
    {
        if (Record(call, path, -1, 0) is { } fault)
            throw new StorageException(name, path, fault.Errno);
        Before?.Invoke(call, path);
        var result = action();
        After?.Invoke(call, path);
        return result;
    }

    private void Run(StorageCall call, string name, string path, Action action)
    {
        if (Record(call, path, -1, 0) is { } fault)
        {
            if (fault.Errno == StorageFault.Lies)
                return;
            throw new StorageException(name, path, fault.Errno);
        }

        Before?.Invoke(call, path);
        action();
        After?.Invoke(call, path);
    }

    private StorageFault? Record(StorageCall call, string path, long offset, int length)
    {
        lock (_gate)
        {
            var number = ++_counts[(int)call];
            var fault = Array.Find(faults, f => f.Call == call && number >= f.Nth && number - f.Nth < f.Times);
            _calls.Add(new StorageCallRecord(call, path, offset, length, fault is not null));
            return fault;
        }
    }

    private sealed class FaultyFile(FaultyStorage owner, IStorageFile inner) : IStorageFile
    {
        public string Path => inner.Path;

        public long Length => owner.Run(StorageCall.Length, "lseek", Path, () => inner.Length);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (owner.Record(StorageCall.Write, Path, offset, bytes.Length) is { } fault)
            {
                var written = Math.Min(fault.BytesBefore, bytes.Length);
                inner.Write(offset, bytes[..written]);
                throw new StorageException("pwrite", Path, fault.Errno, offset + written);
            }

            owner.Before?.Invoke(StorageCall.Write, Path);
            inner.Write(offset, bytes);
            owner.After?.Invoke(StorageCall.Write, Path);
        }

        public int Read(long offset, Span<byte> buffer)
        {
            if (owner.Record(StorageCall.Read, Path, offset, buffer.Length) is { } fault)
                throw new StorageException("pread", Path, fault.Errno, offset);
            owner.Before?.Invoke(StorageCall.Read, Path);
            var read = inner.Read(offset, buffer);
            owner.After?.Invoke(StorageCall.Read, Path);
            return read;
        }

        public void Truncate(long length) =>
            owner.Run(StorageCall.Truncate, "ftruncate", Path, () => inner.Truncate(length));

        public void SyncData() => owner.Run(StorageCall.SyncData, "fdatasync", Path, inner.SyncData);

        public void Dispose() => inner.Dispose();
    }
}
