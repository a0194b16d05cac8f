using System.Runtime.CompilerServices;
using HftSandbox.Events;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>Watches how much room is left on the disk, so that trading stops while there is still room to say so. The
/// mark is never more than a quarter of what is free at the start: a small disk can be filled too. The writer's thread,
/// except the property.</summary>
internal sealed class SpaceWatch
{
    private const long BytesBetween = 1 << 20;
    private const long NsBetween = 100_000_000;
    private const int ShareOfFree = 4;

    private readonly IStorage _storage;
    private readonly string _directory;
    private readonly long _markBytes;
    private long _bytesSince;
    private long _lastNs;
    private volatile bool _isLow;

    /// <summary>Looks for the first time.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="directory">Where the log is.</param>
    /// <param name="lowWaterBytes">The mark; 0 = nobody watches.</param>
    public SpaceWatch(IStorage storage, string directory, long lowWaterBytes)
    {
        _storage = storage;
        _directory = directory;
        _markBytes = lowWaterBytes == 0
            ? 0
            : Math.Min(lowWaterBytes, storage.FreeBytes(directory) / ShareOfFree);
    }

    /// <summary>Whether less was left than the mark. Once true it stays so. Any thread.</summary>
    public bool IsLow => _isLow;

    /// <summary>Once per duty cycle.</summary>
    /// <param name="bytes">Bytes written in it.</param>
    /// <param name="nowNs">The monotonic clock.</param>
    [HotPath]
    public void OnWritten(int bytes, long nowNs)
    {
        _bytesSince += bytes;
        if (_bytesSince >= BytesBetween || (_bytesSince > 0 && nowNs - _lastNs >= NsBetween))
            Look(nowNs);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Look(long nowNs)
    {
        (_bytesSince, _lastNs) = (0, nowNs);
        _isLow |= _markBytes > 0 && _storage.FreeBytes(_directory) < _markBytes;
    }
}
