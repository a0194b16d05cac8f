using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HftSandbox.Runtime.Storage;

/// <summary>The file system through libc. Not through the BCL, because .NET on Linux may return normally from a sync
/// that failed. errno is read at once after each call. A call that was interrupted before it did anything is
/// repeated; a sync is not: after it failed, for whatever reason, the state of the data is unknown.</summary>
public sealed unsafe partial class PosixStorage : IStorage
{
    private const int OpenReadWrite = 0x2;
    private const int OpenCreate = 0x40;
    private const int OpenExclusive = 0x80;
    private const int OpenCloseOnExec = 0x80000;
    private const int LockExclusiveNonBlocking = 2 | 4;
    private const int SeekEnd = 2;
    private const uint OwnerOnlyFile = 0x180;
    private const uint OwnerOnlyDirectory = 0x1C0;

    private const int WouldBlock = 11;
    private const int FileExists = 17;
    private const int NotADirectory = 20;

    /// <summary>The storage of this machine.</summary>
    /// <exception cref="PlatformNotSupportedException">Not 64-bit Linux.</exception>
    public PosixStorage()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
            throw new PlatformNotSupportedException("the WAL is written and read on 64-bit Linux only");
    }

    /// <inheritdoc/>
    public IStorageFile Create(string path) =>
        new PosixFile(path, OpenHandle("creat", path, OpenReadWrite | OpenCreate | OpenExclusive));

    /// <inheritdoc/>
    public IStorageFile Open(string path, bool writable = false) =>
        new PosixFile(path, OpenHandle("open", path, writable ? OpenReadWrite : 0));

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory)
    {
        var stream = Libc.OpenDirectory(directory);
        if (stream == null)
            throw Failure("readdir", directory);
        try
        {
            var names = ReadNames(directory, stream);
            names.Sort(StringComparer.Ordinal);
            return names;
        }
        finally
        {
            _ = Libc.CloseDirectory(stream);
        }
    }

    /// <inheritdoc/>
    public bool DirectoryExists(string path)
    {
        var stream = Libc.OpenDirectory(path);
        if (stream != null)
        {
            _ = Libc.CloseDirectory(stream);
            return true;
        }

        return Marshal.GetLastPInvokeError() is StorageException.NotFound or NotADirectory
            ? false
            : throw Failure("readdir", path);
    }

    /// <inheritdoc/>
    public void CreateDirectory(string path)
    {
        if (DirectoryExists(path))
            return;
        var parent = Path.GetDirectoryName(Path.GetFullPath(path).TrimEnd('/'));
        if (!string.IsNullOrEmpty(parent))
            CreateDirectory(parent);
        if (Libc.MakeDirectory(path, OwnerOnlyDirectory) < 0 && !IsBenignExistence(path))
            throw Failure("mkdir", path);
        if (!string.IsNullOrEmpty(parent))
            SyncDirectory(parent);
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        if (Libc.Rename(from, to) < 0)
            throw Failure("rename", from);
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        if (Libc.Unlink(path) < 0)
            throw Failure("unlink", path);
    }

    /// <inheritdoc/>
    public void SyncDirectory(string path)
    {
        using var handle = OpenHandle("open", path, 0);
        if (Libc.Sync(handle) < 0)
            throw Failure("fsync", path);
    }

    /// <inheritdoc/>
    public long FreeBytes(string path)
    {
        if (Libc.FileSystemOf(path, out var fileSystem) < 0)
            throw Failure("statvfs", path);
        return checked((long)(fileSystem.FragmentBytes * fileSystem.AvailableFragments));
    }

    /// <inheritdoc/>
    public IStorageFile? TryLock(string path)
    {
        var handle = OpenHandle("creat", path, OpenReadWrite | OpenCreate);
        while (Libc.Lock(handle, LockExclusiveNonBlocking) < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno == StorageException.Interrupted)
                continue;
            handle.Dispose();
            return errno == WouldBlock ? null : throw new StorageException("flock", path, errno);
        }

        return new PosixFile(path, handle);
    }

    private static List<string> ReadNames(string directory, void* stream)
    {
        var names = new List<string>();
        while (true)
        {
            // errno is set to 0 before the call: a null with errno 0 is the end, any other null is a failure.
            var entry = Libc.ReadDirectory(stream);
            if (entry == null)
                return Marshal.GetLastPInvokeError() == 0 ? names : throw Failure("readdir", directory);
            if (entry->Type is DirectoryEntry.RegularFile or DirectoryEntry.SymbolicLink or DirectoryEntry.UnknownType)
                names.Add(Marshal.PtrToStringUTF8((nint)(&entry->NameStart))!);
        }
    }

    // Another process may have made it between the question and the call.
    private bool IsBenignExistence(string path)
    {
        var errno = Marshal.GetLastPInvokeError();
        var benign = errno == FileExists && DirectoryExists(path);
        Marshal.SetLastPInvokeError(errno);
        return benign;
    }

    private static SafeFileHandle OpenHandle(string call, string path, int flags)
    {
        int descriptor;
        do
        {
            descriptor = Libc.Open(path, flags | OpenCloseOnExec, OwnerOnlyFile);
        }
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == StorageException.Interrupted);

        return descriptor < 0 ? throw Failure(call, path) : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static StorageException Failure(string call, string path, long offset = -1) =>
        new(call, path, Marshal.GetLastPInvokeError(), offset);

    private sealed class PosixFile(string path, SafeFileHandle handle) : IStorageFile
    {
        public string Path => path;

        public long Length
        {
            get
            {
                var length = Libc.Seek(handle, 0, SeekEnd);
                return length < 0 ? throw Failure("lseek", path) : length;
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                nint written;
                fixed (byte* start = bytes)
                    written = Libc.Write(handle, start, bytes.Length, offset);
                if (written < 0 && Marshal.GetLastPInvokeError() == StorageException.Interrupted)
                    continue;
                if (written < 0)
                    throw Failure("pwrite", path, offset);
                if (written == 0)
                    throw new StorageException("pwrite", path, StorageException.InputOutputError, offset);
                bytes = bytes[(int)written..];
                offset += written;
            }
        }

        public int Read(long offset, Span<byte> buffer)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                nint read;
                fixed (byte* start = buffer[total..])
                    read = Libc.Read(handle, start, buffer.Length - total, offset + total);
                if (read == 0)
                    break;
                if (read < 0 && Marshal.GetLastPInvokeError() == StorageException.Interrupted)
                    continue;
                if (read < 0)
                    throw Failure("pread", path, offset + total);
                total += (int)read;
            }

            return total;
        }

        public void Truncate(long length)
        {
            while (Libc.Truncate(handle, length) < 0)
            {
                if (Marshal.GetLastPInvokeError() != StorageException.Interrupted)
                    throw Failure("ftruncate", path, length);
            }
        }

        public void SyncData()
        {
            if (Libc.SyncData(handle) < 0)
                throw Failure("fdatasync", path);
        }

        public void Dispose() => handle.Dispose();
    }

    // struct dirent of 64-bit Linux.
    [StructLayout(LayoutKind.Explicit)]
    private struct DirectoryEntry
    {
        public const byte UnknownType = 0;
        public const byte RegularFile = 8;
        public const byte SymbolicLink = 10;

        [FieldOffset(18)] public byte Type;
        [FieldOffset(19)] public byte NameStart;
    }

    // The part of struct statvfs that is the same on every 64-bit Linux, in a buffer larger than any of them.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileSystemStatus
    {
        [FieldOffset(8)] public ulong FragmentBytes;
        [FieldOffset(32)] public ulong AvailableFragments;
    }

    private static partial class Libc
    {
        private const string Name = "libc";

        [LibraryImport(Name, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Open(string path, int flags, uint mode);

        [LibraryImport(Name, EntryPoint = "pwrite", SetLastError = true)]
        public static partial nint Write(SafeFileHandle file, byte* bytes, nint count, long offset);

        [LibraryImport(Name, EntryPoint = "pread", SetLastError = true)]
        public static partial nint Read(SafeFileHandle file, byte* bytes, nint count, long offset);

        [LibraryImport(Name, EntryPoint = "lseek", SetLastError = true)]
        public static partial long Seek(SafeFileHandle file, long offset, int whence);

        [LibraryImport(Name, EntryPoint = "ftruncate", SetLastError = true)]
        public static partial int Truncate(SafeFileHandle file, long length);

        [LibraryImport(Name, EntryPoint = "fdatasync", SetLastError = true)]
        public static partial int SyncData(SafeFileHandle file);

        [LibraryImport(Name, EntryPoint = "fsync", SetLastError = true)]
        public static partial int Sync(SafeFileHandle file);

        [LibraryImport(Name, EntryPoint = "flock", SetLastError = true)]
        public static partial int Lock(SafeFileHandle file, int operation);

        [LibraryImport(Name, EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Rename(string from, string to);

        [LibraryImport(Name, EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Unlink(string path);

        [LibraryImport(Name, EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int MakeDirectory(string path, uint mode);

        [LibraryImport(Name, EntryPoint = "statvfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial int FileSystemOf(string path, out FileSystemStatus status);

        [LibraryImport(Name, EntryPoint = "opendir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        public static partial void* OpenDirectory(string path);

        [LibraryImport(Name, EntryPoint = "readdir", SetLastError = true)]
        public static partial DirectoryEntry* ReadDirectory(void* stream);

        [LibraryImport(Name, EntryPoint = "closedir", SetLastError = true)]
        public static partial int CloseDirectory(void* stream);
    }
}
