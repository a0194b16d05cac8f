using System.Collections.Immutable;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;

namespace HftSandbox.Trader.Config;

/// <summary>A valid configuration, with every default filled in.</summary>
public sealed record TraderConfig
{
    /// <summary>The registry; an instrument's id is its position, from 1.</summary>
    public required ImmutableArray<InstrumentConfig> Instruments { get; init; }

    /// <summary>Limits.</summary>
    public required RiskConfig Risk { get; init; }

    /// <summary>The template order.</summary>
    public required OrderTemplateConfig Order { get; init; }

    /// <summary>Switches.</summary>
    public required FeaturesConfig Features { get; init; }

    /// <summary>The strategies that the configuration asks for.</summary>
    public required ImmutableArray<StrategyConfig> Strategies { get; init; }

    /// <summary>The simulated venue, for runs with it.</summary>
    public required SimVenueConfig SimVenue { get; init; }

    /// <summary>The synthetic market data.</summary>
    public required GeneratorConfig Generator { get; init; }

    /// <summary><c>mdg.seed</c>: the run's seed unless the command line gives one.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What a run with this configuration writes into its RunStarted or Config event.</summary>
    /// <param name="source">What the inputs are read from.</param>
    /// <param name="venue">The venue model.</param>
    /// <param name="seed">Seed of every generator.</param>
    /// <param name="strategies">The strategies that run.</param>
    public RunConfiguration ToRunConfiguration(
        SourceIdentity source, string venue, ulong seed, ImmutableArray<StrategyConfig> strategies)
    {
        return new RunConfiguration
        {
            EngineVersion = EngineVersion.Current,
            Seed = seed,
            Source = source,
            Venue = venue,
            SimVenue = venue == "sim" ? SimVenue : null,
            Instruments = Instruments,
            Risk = Risk,
            Order = Order,
            Features = Features,
            Strategies = strategies,
            Generator = Generator,
        };
    }
}
