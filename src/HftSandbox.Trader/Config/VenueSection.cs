using System.Collections.Immutable;
using HftSandbox.Core.Configuration;

namespace HftSandbox.Trader.Config;

/// <summary><c>venue</c>: the simulated venue.</summary>
internal static class VenueSection
{
    /// <summary>The simulated venue; a histogram wins over a constant.</summary>
    public static SimVenueConfig Read(ConfigLayers layers, ConfigReader reader) => new()
    {
        EntryLatency = Latency(layers, reader, "entry"),
        ResponseLatency = Latency(layers, reader, "response"),
        Queue = (QueueModel)(reader.Choice("venue:queue") - 1),
        SelfTrades = (SelfTradePrevention)(reader.Choice("venue:stp") - 1),
    };

    private static ImmutableArray<LatencyBin> Latency(ConfigLayers layers, ConfigReader reader, string name)
    {
        var constantNs = reader.DurationNs($"venue:{name}Latency");
        var histogram = $"venue:{name}Histogram";
        ImmutableArray<LatencyBin> bins =
        [
            .. layers.Elements(histogram).Select(element => new LatencyBin(
                reader.DurationNs($"{histogram}:{element}:latency"), reader.Integer($"{histogram}:{element}:weight"))),
        ];
        return bins.IsEmpty ? [new LatencyBin(constantNs, 1)] : bins;
    }
}
