using System.Diagnostics;

namespace HftSandbox.Runtime.Agents;

/// <summary>Time. A test seam. Thread-safe.</summary>
public interface IClock
{
    /// <summary>Wall clock, nanoseconds since 1970-01-01 UTC.</summary>
    long WallNs { get; }

    /// <summary>Nanoseconds since some moment; never decreasing.</summary>
    long MonotonicNs { get; }
}

/// <summary>The clocks of this machine.</summary>
public sealed class SystemClock : IClock
{
    private const int NsPerTick = 100;

    private static readonly double NsPerTimestamp = 1e9 / Stopwatch.Frequency;

    /// <inheritdoc/>
    public long WallNs => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * NsPerTick;

    /// <inheritdoc/>
    public long MonotonicNs => Stopwatch.Frequency == 1_000_000_000
        ? Stopwatch.GetTimestamp()
        : (long)(Stopwatch.GetTimestamp() * NsPerTimestamp);
}
