namespace HftSandbox.Runtime.Agents;

/// <summary>How a thread waits while there is nothing to do.</summary>
public enum WaitMode
{
    /// <summary>Burns its processor: nanoseconds until it goes on.</summary>
    Spin,

    /// <summary>Burns it, but lets other threads go first: microseconds.</summary>
    Yield,

    /// <summary>Spins for a moment, then sleeps: milliseconds, and almost no processor time.</summary>
    Park,
}

/// <summary>What a thread does between two looks at something that was empty. One thread. It pauses even when it
/// spins: a consumer that keeps looking takes the cache line away from the producer.</summary>
/// <param name="mode">How to wait.</param>
public sealed class IdleStrategy(WaitMode mode)
{
    private const int PauseIterations = 16;
    private const int Pauses = 64;
    private const int Yields = Pauses + 16;
    private const int ShortSleeps = Yields + 50;
    private const int ShortSleepMs = 1;
    private const int LongSleepMs = 15;

    private int _idleCycles;

    /// <summary>There was something to do: the next wait starts short again.</summary>
    public void Reset() => _idleCycles = 0;

    /// <summary>There was nothing to do: waits, the longer the more often it is called without
    /// <see cref="Reset"/>.</summary>
    public void Idle()
    {
        if (_idleCycles < ShortSleeps)
            _idleCycles++;
        if (mode == WaitMode.Spin || _idleCycles <= Pauses)
            Thread.SpinWait(PauseIterations);
        else if (mode == WaitMode.Yield || _idleCycles <= Yields)
            Thread.Yield();
        else
            Thread.Sleep(_idleCycles < ShortSleeps ? ShortSleepMs : LongSleepMs);
    }
}
