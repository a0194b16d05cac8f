using System.ComponentModel;

namespace HftSandbox.Runtime.Storage;

/// <summary>A call to the file system failed.</summary>
/// <param name="call">The call: <c>open</c>, <c>creat</c> (an open that may create), <c>lseek</c>, <c>pwrite</c>,
/// <c>pread</c>, <c>fdatasync</c>, <c>fsync</c>, <c>ftruncate</c>, <c>rename</c>, <c>unlink</c>, <c>mkdir</c>,
/// <c>readdir</c>, <c>statvfs</c>, <c>flock</c>.</param>
/// <param name="path">What it was about.</param>
/// <param name="errno">The platform's error number.</param>
/// <param name="offset">Where in the file; -1 = not about a place.</param>
public sealed class StorageException(string call, string path, int errno, long offset = -1)
    : IOException(Describe(call, path, errno, offset))
{
    /// <summary>EINTR.</summary>
    public const int Interrupted = 4;

    /// <summary>EIO.</summary>
    public const int InputOutputError = 5;

    /// <summary>ENOENT.</summary>
    public const int NotFound = 2;

    /// <summary>ENOSPC.</summary>
    public const int NoSpace = 28;

    /// <summary>EDQUOT.</summary>
    public const int QuotaExceeded = 122;

    /// <summary>The call.</summary>
    public string Call { get; } = call;

    /// <summary>What it was about.</summary>
    public string Path { get; } = path;

    /// <summary>The platform's error number.</summary>
    public int Errno { get; } = errno;

    /// <summary>Where in the file; -1 = not about a place.</summary>
    public long Offset { get; } = offset;

    /// <summary>Whether the device or a quota is full.</summary>
    public bool IsNoSpace => Errno is NoSpace or QuotaExceeded;

    /// <summary>Whether the call was one that writes or makes durable (exit 4), not one that reads (exit 5).</summary>
    public bool IsWrite => Call is "creat" or "pwrite" or "fdatasync" or "fsync" or "ftruncate" or "rename"
        or "unlink" or "mkdir";

    private static string Describe(string call, string path, int errno, long offset)
    {
        var place = offset < 0 ? "" : $" at offset {offset}";
        return $"{call} {path}{place}: {new Win32Exception(errno).Message} (errno {errno})";
    }
}
