using System.Collections;
using HftSandbox.Trader.Config;
using Microsoft.Extensions.Logging;

namespace HftSandbox.Trader.Commands;

/// <summary>The configuration a command runs with: flags over environment over file over built-in.</summary>
internal static class ConfigInput
{
    /// <summary>Loads it; warnings go to the diagnostics.</summary>
    /// <param name="options">The file and the flags.</param>
    /// <param name="logger">Diagnostics.</param>
    /// <exception cref="CommandFailure">It is not valid; one line per problem.</exception>
    public static TraderConfig Load(RecordOptions options, ILogger logger)
    {
        var result = ConfigLoader.Load(options.ConfigPath, Environment(), options.ConfigOverrides);
        foreach (var warning in result.Problems.Where(problem => !problem.IsError))
        {
            logger.ConfigWarning(warning.ToString());
        }

        return result.Config ?? throw new CommandFailure(
            ExitCode.Configuration,
            string.Join("\ntrader: ", result.Problems.Where(problem => problem.IsError)));
    }

    /// <summary>Watches the file.</summary>
    /// <param name="options">The flags.</param>
    /// <param name="path">The file.</param>
    public static ConfigWatcher Watch(RecordOptions options, string path) => new(path, Environment(), options.ConfigOverrides);

    /// <summary>The environment.</summary>
    public static IReadOnlyDictionary<string, string> Environment() =>
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
}
