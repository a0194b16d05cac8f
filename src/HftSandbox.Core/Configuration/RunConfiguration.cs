using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using HftSandbox.Events;

namespace HftSandbox.Core.Configuration;

/// <summary>Everything that can influence a derived event, and nothing that cannot. Its canonical JSON is the tail of
/// RunStarted; the engine is built from that alone, when it runs and when it replays. All amounts are mantissas at the
/// instrument's scales.</summary>
public sealed record RunConfiguration
{
    /// <summary>Version of the engine that runs.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>Seed of every generator.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What the inputs are read from.</summary>
    public required SourceIdentity Source { get; init; }

    /// <summary>The venue model: <c>stub</c>, <c>sim</c>, <c>outside</c>.</summary>
    public required string Venue { get; init; }

    /// <summary>How the simulated venue behaves; null with the others.</summary>
    public SimVenueConfig? SimVenue { get; init; }

    /// <summary>The registry; an instrument's id is its position here, from 1.</summary>
    public required ImmutableArray<InstrumentConfig> Instruments { get; init; }

    /// <summary>Risk limits.</summary>
    public required RiskConfig Risk { get; init; }

    /// <summary>The configured order of the <c>template</c> strategy, and the first ClOrdId.</summary>
    public required OrderTemplateConfig Order { get; init; }

    /// <summary>Switches of the original program.</summary>
    public required FeaturesConfig Features { get; init; }

    /// <summary>The strategies that run, in the order in which they are called.</summary>
    public required ImmutableArray<StrategyConfig> Strategies { get; init; }

    /// <summary>The synthetic market data.</summary>
    public required GeneratorConfig Generator { get; init; }

    /// <summary>The canonical JSON: UTF-8, no white space, members in the order of their declaration.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, RunConfigurationJson.Default.RunConfiguration);

    /// <summary>Reads the canonical JSON back.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <exception cref="JsonException">It is not a run configuration.</exception>
    public static RunConfiguration FromJson(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, RunConfigurationJson.Default.RunConfiguration)
        ?? throw new JsonException("the run configuration is null");
}

/// <summary>What the inputs are read from; a restart resumes inside the same one.</summary>
/// <param name="Kind">The <c>--source</c> name: <c>sim</c>, <c>binance-ws</c>, <c>lobster</c>.</param>
/// <param name="Name">File name without directory; empty for <c>sim</c>.</param>
/// <param name="SizeBytes">Bytes of the file; 0 for <c>sim</c>.</param>
public sealed record SourceIdentity(string Kind, string Name, long SizeBytes);

/// <summary>The simulated venue.</summary>
public sealed record SimVenueConfig
{
    /// <summary>How long a request takes to the venue; at least one bin.</summary>
    public ImmutableArray<LatencyBin> EntryLatency { get; init; } = [new LatencyBin(0, 1)];

    /// <summary>How long an answer takes back; at least one bin.</summary>
    public ImmutableArray<LatencyBin> ResponseLatency { get; init; } = [new LatencyBin(0, 1)];

    /// <summary>Where cancels at a price happen.</summary>
    public QueueModel Queue { get; init; } = QueueModel.Pessimistic;

    /// <summary>What happens to an order that would meet one of our own.</summary>
    public SelfTradePrevention SelfTrades { get; init; } = SelfTradePrevention.CancelNewest;
}

/// <summary>One bin of a histogram of latencies; one bin alone is a constant.</summary>
/// <param name="LatencyNs">Nanoseconds, 0 or more.</param>
/// <param name="Weight">How often, relative to the others; 1 to 10^9.</param>
public sealed record LatencyBin(long LatencyNs, long Weight);

/// <summary>Whose cancels shorten the queue ahead of an order.</summary>
public enum QueueModel : byte
{
    /// <summary>Cancels happen behind it as long as that can be.</summary>
    Pessimistic,

    /// <summary>Cancels happen everywhere at the price in proportion to the quantity.</summary>
    Proportional,
}

/// <summary>What is done about orders of ours that would trade with each other.</summary>
public enum SelfTradePrevention : byte
{
    /// <summary>They pass each other.</summary>
    None,

    /// <summary>The newer order stops before the price of the older, and what is left of it is canceled.</summary>
    CancelNewest,
}

/// <summary>One instrument.</summary>
public sealed record InstrumentConfig
{
    /// <summary>Its name, unique.</summary>
    public required string Name { get; init; }

    /// <summary>Name of its venue.</summary>
    public required string Venue { get; init; }

    /// <summary>Quote currency; null = as the name says.</summary>
    public string? Quote { get; init; }

    /// <summary>Decimal digits of a price, 0–18.</summary>
    public required int PriceScale { get; init; }

    /// <summary>Decimal digits of a quantity, 0–18.</summary>
    public required int QuantityScale { get; init; }

    /// <summary>Decimal digits of an amount, 0–18.</summary>
    public required int NotionalScale { get; init; }

    /// <summary>Decimal digits of a fee, 0–18.</summary>
    public required int FeeScale { get; init; }

    /// <summary>Prices are multiples of it; at least 1.</summary>
    public long TickSize { get; init; } = 1;

    /// <summary>Quantities are multiples of it; at least 1.</summary>
    public long LotSize { get; init; } = 1;

    /// <summary>Least order quantity; 0 = none.</summary>
    public long MinQty { get; init; }

    /// <summary>Least order notional; 0 = none.</summary>
    public long MinNotional { get; init; }

    /// <summary>Units of base per contract; at least 1.</summary>
    public long Multiplier { get; init; } = 1;

    /// <summary>Whether prices of 0 and below are valid.</summary>
    public bool AllowNegativePrice { get; init; }

    /// <summary>Fee rate of a resting order, × 10^-8 (1 basis point = 10,000); negative = rebate.</summary>
    public long MakerFeeRateE8 { get; init; }

    /// <summary>Fee rate of a taking order, × 10^-8 (1 basis point = 10,000); negative = rebate.</summary>
    public long TakerFeeRateE8 { get; init; }

    /// <summary>Limits that replace the global ones for this instrument; null = the global ones.</summary>
    public LimitsConfig? Limits { get; init; }
}

/// <summary>Limits of one scope: of an instrument, or of a strategy's own orders and positions; 0 = off. Amounts of an
/// instrument are at its NotionalScale, those of a strategy at the greatest of its currency.</summary>
public sealed record LimitsConfig
{
    /// <summary>Greatest order quantity.</summary>
    public required long MaxOrderQty { get; init; }

    /// <summary>Greatest order notional.</summary>
    public required long MaxOrderNotional { get; init; }

    /// <summary>Greatest worst-case position on either side.</summary>
    public required long MaxPosition { get; init; }

    /// <summary>Greatest distance of a limit price from the reference, in basis points.</summary>
    public required long MaxPriceDeviationBps { get; init; }

    /// <summary>Orders forwarded within the window.</summary>
    public int OrderRateLimit { get; init; }

    /// <summary>Identical orders in a row.</summary>
    public int MaxRepeats { get; init; }

    /// <summary>Orders open at once.</summary>
    public int MaxOpenOrders { get; init; }

    /// <summary>Greatest gross exposure.</summary>
    public long MaxGrossExposure { get; init; }

    /// <summary>Greatest loss since the session began.</summary>
    public long MaxDailyLoss { get; init; }
}

/// <summary>Risk limits.</summary>
public sealed record RiskConfig
{
    /// <summary>The operator's number for this set.</summary>
    public required long Version { get; init; }

    /// <summary>Denies every order and cancels the resting ones.</summary>
    public required bool KillSwitch { get; init; }

    /// <summary>Orders forwarded within a window, over all instruments; 0 = off.</summary>
    public required int OrderRateLimit { get; init; }

    /// <summary>Length of the sliding window.</summary>
    public required long OrderRateWindowNs { get; init; }

    /// <summary>Age beyond which a trade or quote is no reference price; 0 = unbounded.</summary>
    public required long ReferenceMaxAgeNs { get; init; }

    /// <summary>Identical orders in a row, of every strategy; 0 = off.</summary>
    public int MaxRepeats { get; init; }

    /// <summary>Orders open at once, over all instruments; 0 = off.</summary>
    public int MaxOpenOrders { get; init; }

    /// <summary>Greatest gross exposure of every currency, at its greatest NotionalScale; 0 = off.</summary>
    public long MaxGrossExposure { get; init; }

    /// <summary>Greatest loss of every currency since the session began, at its greatest NotionalScale; 0 =
    /// off.</summary>
    public long MaxDailyLoss { get; init; }

    /// <summary>When a session ends and the next begins: nanoseconds of the day, UTC.</summary>
    public long SessionRollNs { get; init; }

    /// <summary>The limits of every instrument that has none of its own.</summary>
    public required LimitsConfig Limits { get; init; }
}

/// <summary>The order that the <c>template</c> strategy sends.</summary>
public sealed record OrderTemplateConfig
{
    /// <summary>First ClOrdId of a new store.</summary>
    public required ulong FirstClOrdId { get; init; }

    /// <summary>Strategy it is booked to.</summary>
    public required ushort StrategyId { get; init; }

    /// <summary>Name of its instrument.</summary>
    public required string Symbol { get; init; }

    /// <summary>Side.</summary>
    public required Side Side { get; init; }

    /// <summary>Order type.</summary>
    public required OrdType Type { get; init; }

    /// <summary>Time in force.</summary>
    public required TimeInForce TimeInForce { get; init; }

    /// <summary>Limit price; ignored on a market order.</summary>
    public required long Price { get; init; }

    /// <summary>Quantity.</summary>
    public required long Qty { get; init; }

    /// <summary>Least time between two callbacks in which a strategy asks for something; 0 = none.</summary>
    public long IntervalNs { get; init; }
}

/// <summary>Switches of the original program.</summary>
/// <param name="EnableOrderFlow">Whether strategies are called.</param>
/// <param name="EnableFills">Whether the stub venue fills what it acknowledges.</param>
public sealed record FeaturesConfig(bool EnableOrderFlow, bool EnableFills);

/// <summary>One strategy that runs.</summary>
/// <param name="Name">A shipped strategy.</param>
/// <param name="Symbol">The instrument it acts on.</param>
/// <param name="Limits">Limits of its own orders and positions; null = none.</param>
/// <param name="Parameters">Its parameters by name, all of them; null = it has none.</param>
public sealed record StrategyConfig(
    string Name,
    string Symbol,
    LimitsConfig? Limits = null,
    ImmutableSortedDictionary<string, long>? Parameters = null)
{
    /// <summary>The value of a parameter.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InvalidOperationException">It has none: whoever makes a configuration fills in all of
    /// them.</exception>
    public long Parameter(string name) => Parameters is not null && Parameters.TryGetValue(name, out long value)
        ? value
        : throw new InvalidOperationException($"strategy {Name} lacks the parameter {name}");

    /// <summary>The value of a parameter, or another one where it is 0.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="otherwise">The other one.</param>
    public long QuantityOr(string name, long otherwise) => Parameter(name) is not 0 and var value ? value : otherwise;
}

/// <summary>The synthetic market data.</summary>
public sealed record GeneratorConfig
{
    /// <summary><c>walk</c>: a random walk with spread and sizes. <c>constant</c>: the original's fixed quote or
    /// trade.</summary>
    public required string Model { get; init; }

    /// <summary>What the constant model emits: <c>quote</c> or <c>trade</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Virtual time between two ticks.</summary>
    public required long TickIntervalNs { get; init; }

    /// <summary>The generated instruments, in turn.</summary>
    public required ImmutableArray<GeneratedInstrument> Instruments { get; init; }
}

/// <summary>Where one generated instrument starts.</summary>
/// <param name="Symbol">Its name.</param>
/// <param name="BasePx">First bid.</param>
/// <param name="BaseQty">Constant model: the size. Walk: sizes are 1–100 times this.</param>
/// <param name="Spread">Constant model: ask − bid. Walk: the spread is 1–3 times this.</param>
public sealed record GeneratedInstrument(string Symbol, long BasePx, long BaseQty, long Spread);

/// <summary>Serialisation of <see cref="RunConfiguration"/>, generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RunConfiguration))]
public sealed partial class RunConfigurationJson : JsonSerializerContext;
