using System.Diagnostics;

namespace HftSandbox.Trader.Recovery;

/// <summary>Makes recorded time pass again. One thread.</summary>
/// <param name="speed">1 = real time, 2 = twice as fast.</param>
internal sealed class Pace(double speed)
{
    private readonly Stopwatch _elapsed = new();
    private long _firstNs;

    /// <summary>Waits until a recorded time has come; the first one comes at once, one that went back as
    /// well.</summary>
    /// <param name="timeNs">Recorded time.</param>
    public void WaitFor(long timeNs)
    {
        if (!_elapsed.IsRunning)
        {
            _firstNs = timeNs;
            _elapsed.Start();
        }

        var dueMs = ((timeNs - _firstNs) / speed / 1e6) - _elapsed.Elapsed.TotalMilliseconds;
        if (dueMs >= 1)
            Thread.Sleep(TimeSpan.FromMilliseconds(dueMs));
    }
}
