using System.Globalization;
using System.Text;
using HftSandbox.Events;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>The exclusive right to write in a store: <c>flock</c> on <c>prefix.lock</c>, held until disposed or until
/// the process ends. The file keeps the store id (32 hex digits and a line feed) and is never deleted: a lock on a
/// deleted file excludes nobody.</summary>
public sealed class StoreLock : IDisposable
{
    private const int ContentBytes = 33;

    private readonly IStorage _storage;
    private readonly IStorageFile _file;
    private readonly string _directory;

    private StoreLock(IStorage storage, IStorageFile file, string directory)
    {
        _storage = storage;
        _file = file;
        _directory = directory;
    }

    /// <summary>Takes the lock.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="directory">The store's directory; it must exist.</param>
    /// <param name="prefix">The store's prefix.</param>
    /// <returns>The lock, or null if another process holds it.</returns>
    /// <exception cref="StorageException">The lock file could not be opened or locked.</exception>
    public static StoreLock? TryAcquire(IStorage storage, string directory, string prefix)
    {
        var file = storage.TryLock(Path.Join(directory, SegmentName.Lock(prefix)));
        return file is null ? null : new StoreLock(storage, file, directory);
    }

    /// <summary>Reads the store id without taking the lock.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="directory">The store's directory.</param>
    /// <param name="prefix">The store's prefix.</param>
    /// <returns>The id; the zero id if there is no lock file or it holds no id.</returns>
    /// <exception cref="StorageException">The lock file exists and could not be read.</exception>
    public static Id16 ReadStoreId(IStorage storage, string directory, string prefix)
    {
        try
        {
            using var file = storage.Open(Path.Join(directory, SegmentName.Lock(prefix)));
            return ReadFrom(file);
        }
        catch (StorageException exception) when (exception.Errno == StorageException.NotFound)
        {
            return default;
        }
    }

    /// <summary>Reads the store id.</summary>
    /// <returns>The id; the zero id if the file holds none.</returns>
    public Id16 ReadStoreId() => ReadFrom(_file);

    /// <summary>Writes the store id and makes it durable, name included. Done once, before the first segment
    /// exists.</summary>
    /// <param name="storeId">Not the zero id.</param>
    /// <exception cref="InvalidOperationException">The file holds another id.</exception>
    public void WriteStoreId(Id16 storeId)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(storeId.IsNone, true);
        var present = ReadStoreId();
        if (!present.IsNone && present != storeId)
            throw new InvalidOperationException($"{_file.Path} holds the store id {present}, not {storeId}");
        _file.Write(0, Encoding.ASCII.GetBytes($"{storeId}\n"));
        _file.Truncate(ContentBytes);
        _file.SyncData();
        _storage.SyncDirectory(_directory);
    }

    /// <summary>Releases the lock; the file stays.</summary>
    public void Dispose() => _file.Dispose();

    // Anything else than an id is no id: the write may have been cut short before a first segment existed.
    private static Id16 ReadFrom(IStorageFile file)
    {
        Span<byte> content = stackalloc byte[ContentBytes + 1];
        if (file.Read(0, content) != ContentBytes || content[ContentBytes - 1] != (byte)'\n')
            return default;
        const NumberStyles Hex = NumberStyles.AllowHexSpecifier;
        return ulong.TryParse(content[..16], Hex, CultureInfo.InvariantCulture, out var high)
            && ulong.TryParse(content.Slice(16, 16), Hex, CultureInfo.InvariantCulture, out var low)
            ? new Id16(high, low)
            : default;
    }
}
