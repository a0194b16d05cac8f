using HftSandbox.Trader.Config;
using Microsoft.Extensions.Logging;

namespace HftSandbox.Trader.Hosting;

/// <summary>Polls the configuration file; a valid change goes to the engine as an event, an invalid one is reported and
/// the old configuration stays.</summary>
internal sealed class ConfigReloadService(
    Pipeline pipeline,
    ConfigWatcher watcher,
    string path,
    TimeSpan interval,
    ILogger<ConfigReloadService> logger) : PeriodicService(interval)
{
    /// <inheritdoc/>
    protected override Task Tick()
    {
        if (watcher.Poll() is { } changed)
            Apply(changed);
        return Task.CompletedTask;
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
