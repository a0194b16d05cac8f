using System.Collections.Concurrent;
using System.Text.Json;
using HftSandbox.Core.Configuration;
using HftSandbox.Trader.Commands;
using HftSandbox.Trader.Config;
using HftSandbox.Trader.Inspect;

namespace HftSandbox.Trader.Sources;

/// <summary>The way of the configurations that a source brings: they are rare and larger than a slot, so they cross
/// beside the ring, and a slot of kind Config says when each takes effect. No more of them wait than the ring has
/// slots.</summary>
/// <param name="run">The run's configuration: what is not a file's to say stays as it is here.</param>
/// <param name="simVenue">The simulated venue of the configuration file, for what comes from a run without one.</param>
/// <param name="options">What the command line says stays, too.</param>
internal sealed class ConfigLane(RunConfiguration run, SimVenueConfig simVenue, RecordOptions options)
{
    private const int ShownCharactersMax = 160;

    private static readonly Dictionary<string, string> Nothing = [];

    private readonly ConcurrentQueue<RunConfiguration> _waiting = new();

    /// <summary>What is wrong with the last one that was refused: where, and why.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Reads one and checks it as a reload does: whole, and the registry stays. The feed's thread.</summary>
    /// <param name="json">A run's configuration, as a Config record holds it.</param>
    /// <returns>What it makes of the run; null = it is refused.</returns>
    public RunConfiguration? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var said = RunConfiguration.FromJson(json);
            return HoldsNull(said) ? Refuse("configuration: an element of a list is null") : Changed(said);
        }
        catch (JsonException problem)
        {
            return Refuse($"configuration{Shown(problem.Path?[1..])}: {Shown(problem.Message.Split(" Path: ")[0])}");
        }
    }

    /// <summary>Puts one behind the others, before its slot is published. The feed's thread.</summary>
    /// <param name="configuration">As <see cref="Read"/> returned it.</param>
    public void Add(RunConfiguration configuration) => _waiting.Enqueue(configuration);

    /// <summary>The next one, when its slot has come. The engine's thread.</summary>
    public RunConfiguration Take() => _waiting.TryDequeue(out var next)
        ? next
        : throw new InvalidOperationException("a slot of kind Config came without a configuration");

    private RunConfiguration? Changed(RunConfiguration said)
    {
        var file = ConfigDocument.Of(said with { SimVenue = said.SimVenue ?? simVenue });
        var read = ConfigLoader.Parse("configuration", file, Nothing, Nothing);
        if (read.Config is null)
        {
            var errors = read.Problems.Where(problem => problem.IsError);
            return Refuse($"configuration: as a file would say it, {string.Join("; ", errors.Select(Described))}");
        }

        var changed = RunPlan.Changed(run, read.Config, options);
        return RunPlan.RegistryChanges(run, changed) is [var change, ..]
            ? Refuse($"configuration: {change}: a store keeps its symbols and scales")
            : changed with { Generator = run.Generator };
    }

    /// <summary>The document has one line that nobody sees: its places say nothing.</summary>
    private static string Described(ConfigProblem problem) =>
        (problem with { File = "", Line = 0 }).ToString().TrimStart(':', ' ');

    private static bool HoldsNull(RunConfiguration said) =>
        said.Instruments.Any(one => one is null)
        || said.Strategies.Any(one => one is null)
        || (said.SimVenue is { } venue && venue.EntryLatency.Concat(venue.ResponseLatency).Any(one => one is null));

    private static string Shown(string? text)
    {
        var shown = TerminalText.Escape(text ?? "");
        return shown.Length <= ShownCharactersMax ? shown : $"{shown[..ShownCharactersMax]}…";
    }

    private RunConfiguration? Refuse(string fault)
    {
        Fault = fault;
        return null;
    }
}
