using HftSandbox.Trader.Config;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HftSandbox.Trader.Hosting;

/// <summary>Polls the configuration file; a valid change goes to the engine as an event, an invalid one is reported and
/// the old configuration stays.</summary>
internal sealed class ConfigReloadService(
    Pipeline pipeline,
    ConfigWatcher watcher,
    string path,
    TimeSpan interval,
    ILogger<ConfigReloadService> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (watcher.Poll() is { } changed)
                    Apply(changed);
            }
        }
        catch (OperationCanceledException)
        {
            // The host is stopping: the normal end of this service.
        }
    }

    private void Apply(ConfigResult changed)
    {
        foreach (var problem in changed.Problems.Where(problem => !problem.IsError))
            logger.ConfigWarning(problem.ToString());

        var refusals = changed.Problems.Where(problem => problem.IsError).Select(problem => problem.ToString())
            .Concat(changed.Config is null ? [] : pipeline.Reconfigure(changed.Config))
            .ToArray();
        foreach (var refusal in refusals)
            logger.ReloadRefused(refusal);

        if (refusals.Length == 0)
            logger.Reloaded(path);
    }
}
