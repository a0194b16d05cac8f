using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HftSandbox.Trader.Hosting;

/// <summary>Says how far the run is, on stderr: JSON lines every 50 ms while something moves, or a diagnostic every few
/// seconds. Each line is true when it is written.</summary>
internal sealed class ProgressService(Pipeline pipeline, bool json, ILogger<ProgressService> logger) : BackgroundService
{
    private static readonly TimeSpan JsonInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan TextInterval = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (json)
            await WriteJson(pipeline.Progress);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var last = default(PipelineProgress);
        using var timer = new PeriodicTimer(json ? JsonInterval : TextInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var progress = pipeline.Progress;
                if (progress == last)
                    continue;

                last = progress;
                await Report(progress);
            }
        }
        catch (OperationCanceledException)
        {
            // The host is stopping: the normal end of this service.
        }
    }

    private static Task WriteJson(PipelineProgress progress) => Console.Error.WriteLineAsync(
        $"{{\"publishedSequence\":{progress.Published},\"appendedSequence\":{progress.Appended}," +
        $"\"durableSequence\":{progress.Durable}}}");

    private Task Report(PipelineProgress progress)
    {
        if (json)
            return WriteJson(progress);

        logger.Progress(progress.Published, progress.Orders, progress.Durable);
        return Task.CompletedTask;
    }
}
