using Microsoft.Extensions.Hosting;

namespace HftSandbox.Trader.Hosting;

/// <summary>Does something at an interval while the host runs; late is late, missed ticks are one.</summary>
internal abstract class PeriodicService(TimeSpan interval) : BackgroundService
{
    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval);
        // A disposed timer ends the wait; a canceled one throws, and reads the debug symbols for its stack trace.
        await using var stop = stoppingToken.UnsafeRegister(state => ((PeriodicTimer)state!).Dispose(), timer);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
            await Tick();
    }

    /// <summary>Called on a pool thread, one call at a time. What it throws ends the host.</summary>
    protected abstract Task Tick();
}
