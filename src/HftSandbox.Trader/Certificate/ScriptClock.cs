using HftSandbox.Adapters.Sim;
using HftSandbox.Runtime.Agents;

namespace HftSandbox.Trader.Certificate;

/// <summary>A clock that stands still until the script moves it. Thread-safe.</summary>
internal sealed class ScriptClock : IClock
{
    private long _elapsedNs;

    /// <inheritdoc/>
    public long WallNs => TickGenerator.StartTimeNs + MonotonicNs;

    /// <inheritdoc/>
    public long MonotonicNs => Volatile.Read(ref _elapsedNs);

    /// <summary>Moves it.</summary>
    /// <param name="ns">Nanoseconds.</param>
    public void Advance(long ns) => Interlocked.Add(ref _elapsedNs, ns);
}
