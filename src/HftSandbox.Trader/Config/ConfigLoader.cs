using System.Security.Cryptography;
using HftSandbox.Events;

namespace HftSandbox.Trader.Config;

/// <summary>Reads a configuration whole: every problem is found in one pass, and a configuration comes out only if
/// there is no error. Precedence: flags, then environment, then file, then built-in.</summary>
public static class ConfigLoader
{
    /// <summary>Loads a configuration.</summary>
    /// <param name="path">The JSON file; null = none, only what is built in.</param>
    /// <param name="environment">Environment variables; those named <c>TRADER__RISK__MAXORDERQTY</c> count.</param>
    /// <param name="overrides">Flags by key: <c>risk.maxOrderQty</c>. As in the environment, an integer is a mantissa
    /// and anything with a point (or in quotes) a decimal.</param>
    public static ConfigResult Load(
        string? path, IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, string> overrides)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(overrides);
        if (path is null)
            return Parse("built-in", null, environment, overrides);
        try
        {
            return Parse(path, ReadFile(path), environment, overrides);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ConfigResult(null, [Error(path, e.Message)], IsUnreadable: true, "");
        }
    }

    /// <summary>Reads a configuration that is in memory.</summary>
    /// <param name="file">Its name, for the problems.</param>
    /// <param name="json">The document; null = only what is built in.</param>
    /// <param name="environment">As in <see cref="Load"/>.</param>
    /// <param name="overrides">As in <see cref="Load"/>.</param>
    internal static ConfigResult Parse(
        string file,
        byte[]? json,
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyDictionary<string, string> overrides)
    {
        var problems = new List<ConfigProblem>();
        var hash = json is null ? "" : Convert.ToHexStringLower(SHA256.HashData(json));
        if (json?.Length > Limits.ConfigurationBytesMax)
        {
            problems.Add(Error(file, $"is longer than {Limits.ConfigurationBytesMax} bytes"));
            return new ConfigResult(null, [.. problems], IsUnreadable: false, hash);
        }

        var nodes = json is null ? [] : JsonNodes.Read(json, file, problems);
        var layers = new ConfigLayers(file, nodes, environment, overrides, problems);
        var isWhole = problems.TrueForAll(problem => problem.Key.Length != 0);
        KeyCheck.Run(layers);
        var config = isWhole ? Read(layers) : null;
        var hasError = problems.Exists(problem => problem.IsError);
        if (config is not null && !hasError)
            ConfigWarnings.Run(layers, config);
        return new ConfigResult(
            hasError ? null : config,
            [.. problems.Distinct().OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)],
            IsUnreadable: false,
            hash);
    }

    /// <summary>The sections, each in terms of those before; null if there is nothing to relate the rest to.</summary>
    private static TraderConfig? Read(ConfigLayers layers)
    {
        var reader = new ConfigReader(layers);
        var instruments = RegistrySection.Read(layers, reader);
        if (instruments.IsEmpty)
            return null;
        var risk = RiskSection.Read(layers, reader, instruments);
        var order = OrderSection.Read(layers, reader, instruments);
        return new TraderConfig
        {
            Instruments = RiskSection.WithLimits(layers, reader, instruments, risk.Limits),
            Risk = risk,
            Order = order,
            Features = OrderSection.Features(reader),
            Strategies = RiskSection.WithLimits(
                layers, reader, OrderSection.Strategies(layers, reader, instruments, order.Symbol), instruments),
            SimVenue = VenueSection.Read(layers, reader),
            Generator = GeneratorSection.Read(layers, reader, instruments, order),
            Seed = (ulong)reader.Integer("mdg:seed"),
        };
    }

    /// <summary>At most one byte more than allowed: enough to see that it is too long.</summary>
    private static byte[] ReadFile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[Limits.ConfigurationBytesMax + 1];
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    private static ConfigProblem Error(string file, string message) =>
        new(file, 0, 0, "", message, null, IsError: true);
}
