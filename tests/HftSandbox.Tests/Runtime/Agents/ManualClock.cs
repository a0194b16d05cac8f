using HftSandbox.Runtime.Agents;

namespace HftSandbox.Tests.Runtime.Agents;

/// <summary>A clock that stands still until the test moves it.</summary>
public sealed class ManualClock : IClock
{
    private long _monotonicNs = 1_000_000_000;

    public long WallNs => 1_700_000_000_000_000_000 + MonotonicNs;

    public long MonotonicNs => Volatile.Read(ref _monotonicNs);

    public void Advance(long ns) => Interlocked.Add(ref _monotonicNs, ns);
}
