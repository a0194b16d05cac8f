using Microsoft.Extensions.Logging;

namespace HftSandbox.Trader.Hosting;

/// <summary>Says how far the run is, on stderr: JSON lines every 50 ms while something moves, or a diagnostic every few
/// seconds. Each line is true when it is written.</summary>
internal sealed class ProgressService(Pipeline pipeline, bool json, ILogger<ProgressService> logger)
    : PeriodicService(json ? JsonInterval : TextInterval)
{
    private static readonly TimeSpan JsonInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan TextInterval = TimeSpan.FromSeconds(5);

    private PipelineProgress _last;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (json)
            await WriteJson(pipeline.Progress);
    }

    /// <inheritdoc/>
    protected override Task Tick()
    {
        var progress = pipeline.Progress;
        if (progress == _last)
            return Task.CompletedTask;

        _last = progress;
        if (json)
            return WriteJson(progress);

        logger.Progress(progress.Published, progress.Orders, progress.Durable);
        return Task.CompletedTask;
    }

    private static Task WriteJson(PipelineProgress progress) => Console.Error.WriteLineAsync(
        $"{{\"publishedSequence\":{progress.Published},\"appendedSequence\":{progress.Appended}," +
        $"\"durableSequence\":{progress.Durable}}}");
}
