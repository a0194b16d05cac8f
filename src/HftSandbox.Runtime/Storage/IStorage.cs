namespace HftSandbox.Runtime.Storage;

/// <summary>The file system, reduced to the calls that durability rests on. The program records through one
/// implementation; the simulated ones show what happens when a call fails or the power does. Every failure is a
/// <see cref="StorageException"/> that names the call, the path, the offset and errno; nothing is retried here except a
/// call interrupted before it did anything. Thread-safe.</summary>
public interface IStorage
{
    /// <summary>Creates a file for reading and writing, mode 0600; fails if it exists.</summary>
    /// <param name="path">Path.</param>
    IStorageFile Create(string path);

    /// <summary>Opens an existing file for reading and, if asked, writing.</summary>
    /// <param name="path">Path.</param>
    /// <param name="writable">Whether it will be written, cut or synced.</param>
    IStorageFile Open(string path, bool writable = false);

    /// <summary>Names (without directory) of the regular files in a directory, in ordinal order.</summary>
    /// <param name="directory">Path.</param>
    IReadOnlyList<string> List(string directory);

    /// <summary>Whether a path names an existing directory. An answer other than yes or no is an exception.</summary>
    /// <param name="path">Path.</param>
    bool DirectoryExists(string path);

    /// <summary>Creates a directory and its parents, mode 0700; an existing one is left as it is.</summary>
    /// <param name="path">Path.</param>
    void CreateDirectory(string path);

    /// <summary>Renames a file within a directory, replacing the target (POSIX <c>rename</c>).</summary>
    /// <param name="from">Path.</param>
    /// <param name="to">Path.</param>
    void Rename(string from, string to);

    /// <summary>Deletes a file.</summary>
    /// <param name="path">Path.</param>
    void Delete(string path);

    /// <summary>Makes names in a directory durable (<c>fsync</c> on the directory).</summary>
    /// <param name="path">Path.</param>
    void SyncDirectory(string path);

    /// <summary>Bytes that an unprivileged user can still write on the file system of a path.</summary>
    /// <param name="path">An existing path.</param>
    long FreeBytes(string path);

    /// <summary>Takes the exclusive lock of a lock file, creating it if needed (<c>flock(LOCK_EX|LOCK_NB)</c>,
    /// close-on-exec); null if another process holds it. Disposing releases it; the file stays.</summary>
    /// <param name="path">Path.</param>
    IStorageFile? TryLock(string path);
}

/// <summary>An open file. Not thread-safe, except that <see cref="SyncData"/> may run beside
/// <see cref="Write"/>.</summary>
public interface IStorageFile : IDisposable
{
    /// <summary>The path it was opened with.</summary>
    string Path { get; }

    /// <summary>Bytes in the file.</summary>
    long Length { get; }

    /// <summary>Writes all bytes at an offset (<c>pwrite</c>, continued after a short write).</summary>
    /// <param name="offset">Bytes from the start.</param>
    /// <param name="bytes">What to write.</param>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Reads at an offset until the buffer is full or the file ends; returns the bytes read.</summary>
    /// <param name="offset">Bytes from the start.</param>
    /// <param name="buffer">Where to.</param>
    int Read(long offset, Span<byte> buffer);

    /// <summary>Cuts or extends the file.</summary>
    /// <param name="length">New length in bytes.</param>
    void Truncate(long length);

    /// <summary>Makes what was written before the call durable (<c>fdatasync</c>). After a failure nothing is known
    /// about any byte written since the last success: never call it again.</summary>
    void SyncData();
}
