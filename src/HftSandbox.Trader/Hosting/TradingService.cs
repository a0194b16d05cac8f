using HftSandbox.Events;
using Microsoft.Extensions.Hosting;

namespace HftSandbox.Trader.Hosting;

/// <summary>Runs the pipeline inside the host: a signal asks the run to stop cleanly, the end of the run stops the
/// host.</summary>
internal sealed class TradingService(Pipeline pipeline, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var signal = stoppingToken.Register(() => pipeline.RequestStop(StopReason.Signal));
        await Task.Factory.StartNew(
            pipeline.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        lifetime.StopApplication();
    }
}
