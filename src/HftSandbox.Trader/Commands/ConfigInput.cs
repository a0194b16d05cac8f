using System.Collections;
using HftSandbox.Trader.Config;
using Microsoft.Extensions.Logging;

namespace HftSandbox.Trader.Commands;

/// <summary>The configuration a run begins with, and the watch over its file: flags over environment over file over
/// built-in.</summary>
internal sealed class ConfigInput
{
    private readonly RecordOptions _options;
    private readonly ConfigResult _initial;

    private ConfigInput(RecordOptions options, ConfigResult initial)
    {
        _options = options;
        _initial = initial;
    }

    /// <summary>The configuration.</summary>
    public TraderConfig Config => _initial.Config!;

    /// <summary>The environment.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } =
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");

    /// <summary>Loads it; warnings go to the diagnostics.</summary>
    /// <param name="options">The file and the flags.</param>
    /// <param name="logger">Diagnostics.</param>
    /// <exception cref="CommandFailure">It is not valid, one line per problem, or could not be read.</exception>
    public static ConfigInput Load(RecordOptions options, ILogger logger)
    {
        var result = ConfigLoader.Load(options.ConfigPath, Environment, options.ConfigOverrides);
        foreach (var warning in result.Problems.Where(problem => !problem.IsError))
            logger.ConfigWarning(warning.ToString());

        return result.Config is not null
            ? new ConfigInput(options, result)
            : throw new CommandFailure(
                result.IsUnreadable ? ExitCode.Read : ExitCode.Configuration,
                string.Join("\ntrader: ", result.Problems.Where(problem => problem.IsError)));
    }

    /// <summary>Watches the file from the content that was loaded.</summary>
    /// <param name="path">The file.</param>
    public ConfigWatcher Watch(string path) => new(path, Environment, _options.ConfigOverrides, _initial);
}
