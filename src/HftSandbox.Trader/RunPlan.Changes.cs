using HftSandbox.Core.Configuration;
using HftSandbox.Trader.Commands;
using HftSandbox.Trader.Config;

namespace HftSandbox.Trader;

/// <content>How the configuration of a run may change.</content>
internal sealed partial record RunPlan
{
    /// <summary>What a changed configuration file makes of a run: what the command line said stays.</summary>
    /// <param name="old">The run's configuration.</param>
    /// <param name="config">The changed file's.</param>
    /// <param name="options">What was asked for at the start.</param>
    public static RunConfiguration Changed(RunConfiguration old, TraderConfig config, RecordOptions options)
    {
        var strategies = options.Strategy is null ? config.Strategies : old.Strategies;
        return WithFlags(config.ToRunConfiguration(old.Source, old.Venue, old.Seed, strategies), options);
    }

    /// <summary>What differs between two registries, one line each; empty if nothing does.</summary>
    /// <param name="old">The store's.</param>
    /// <param name="changed">The new one.</param>
    public static IReadOnlyList<string> RegistryChanges(RunConfiguration old, RunConfiguration changed)
    {
        var changes = new List<string>();
        for (var i = 0; i < Math.Max(old.Instruments.Length, changed.Instruments.Length); i++)
        {
            var before = i < old.Instruments.Length ? Identity(old.Instruments[i]) : "nothing";
            var after = i < changed.Instruments.Length ? Identity(changed.Instruments[i]) : "nothing";
            if (before != after)
                changes.Add($"symbol {i + 1} was {before} in this store and would become {after}");
        }

        return changes;
    }

    /// <summary>What a store never changes about an instrument, in words.</summary>
    /// <param name="instrument">The instrument.</param>
    public static string Identity(InstrumentConfig instrument) =>
        $"{instrument.Name} (scales {instrument.PriceScale}/{instrument.QuantityScale}/" +
        $"{instrument.NotionalScale}/{instrument.FeeScale}, multiplier {instrument.Multiplier})";

    /// <summary>What a run begins with that goes on inside a source which brings configurations: what was in force
    /// there, so that it ends as one that was never interrupted. What the command line says stays, and a kill switch
    /// that was set meanwhile holds: whoever sets one must not be passed over.</summary>
    private static RunConfiguration Resumed(
        RunConfiguration inForce, RunConfiguration asked, RecordOptions options) => inForce with
        {
            EngineVersion = asked.EngineVersion,
            Seed = asked.Seed,
            Venue = asked.Venue,
            SimVenue = asked.Venue == inForce.Venue ? inForce.SimVenue : asked.SimVenue,
            Risk = inForce.Risk with { KillSwitch = inForce.Risk.KillSwitch || asked.Risk.KillSwitch },
            Order = inForce.Order with { IntervalNs = asked.Order.IntervalNs },
            Strategies = options.Strategy is null ? inForce.Strategies : asked.Strategies,
            Generator = asked.Generator,
        };

    private static bool BringsConfigurations(SourceIdentity source) => source.Kind is "events" or "wal";

    private static RunConfiguration WithFlags(RunConfiguration configuration, RecordOptions options)
    {
        if (options.OrderIntervalNs > 0)
        {
            configuration = configuration with
            {
                Order = configuration.Order with { IntervalNs = options.OrderIntervalNs },
                Generator = configuration.Generator with { TickIntervalNs = options.OrderIntervalNs },
            };
        }

        return options.Constant is not { } tick
            ? configuration
            : configuration with
            {
                Generator = configuration.Generator with
                {
                    Model = "constant",
                    Kind = tick.Kind,
                    Instruments = [new(configuration.Order.Symbol, tick.BasePx, tick.BaseQty, tick.Spread)],
                },
            };
    }

    private static void RefuseChangedRegistry(RunConfiguration previous, RunConfiguration configuration)
    {
        if (RegistryChanges(previous, configuration) is [var change, ..])
        {
            throw new CommandFailure(
                ExitCode.Configuration,
                $"{change}: a store keeps its symbols and scales; use another directory, or the old configuration");
        }
    }
}
