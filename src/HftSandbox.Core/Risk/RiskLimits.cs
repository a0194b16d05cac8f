using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Core.Risk;

/// <summary>The limits in force: one set per instrument, one per strategy, the global ones, and the hash that decisions
/// quote.</summary>
internal sealed class RiskLimits
{
    /// <summary>Nothing is limited.</summary>
    public static readonly LimitsConfig None = new()
    {
        MaxOrderQty = 0,
        MaxOrderNotional = 0,
        MaxPosition = 0,
        MaxPriceDeviationBps = 0,
    };

    private readonly LimitsConfig[] _byInstrument;
    private readonly LimitsConfig[] _byStrategy = new LimitsConfig[StrategyRows.Count];

    /// <exception cref="InvalidOperationException">A limit is negative, or a rate limit beyond what its window
    /// holds.</exception>
    public RiskLimits(RunConfiguration configuration, StrategyRows strategies)
    {
        RiskConfig risk = configuration.Risk;
        _byInstrument = [.. configuration.Instruments.Select(instrument => instrument.Limits ?? risk.Limits)];
        Array.Fill(_byStrategy, None);
        for (int index = 0; index < configuration.Strategies.Length; index++)
        {
            int row = strategies.Of((ushort)(configuration.Order.StrategyId + index));
            _byStrategy[row] = configuration.Strategies[index].Limits ?? None;
        }

        Global = GlobalOf(risk);
        foreach (LimitsConfig limits in _byInstrument.Concat(_byStrategy).Append(risk.Limits).Append(Global))
            RequireInRange(limits);
        if (risk.OrderRateWindowNs < 0 || risk.ReferenceMaxAgeNs < 0)
            throw new InvalidOperationException($"a risk limit is out of range: {risk}");

        KillSwitch = risk.KillSwitch;
        OrderRateWindowNs = risk.OrderRateWindowNs;
        Hash = HashOf(configuration);
    }

    public bool KillSwitch { get; }

    public long OrderRateWindowNs { get; }

    /// <summary>Those over all instruments and strategies.</summary>
    public LimitsConfig Global { get; }

    /// <summary>First 16 bytes of the SHA-256 of <c>{"instruments":[limits or null, …],"risk":{…},"strategies":[limits
    /// or null, …]}</c>.</summary>
    public Id16 Hash { get; }

    [HotPath]
    public LimitsConfig OfInstrument(uint instrumentId) => _byInstrument[instrumentId - 1];

    [HotPath]
    public LimitsConfig OfStrategy(int row) => _byStrategy[row];

    /// <summary>Those over all instruments and strategies.</summary>
    public static LimitsConfig GlobalOf(RiskConfig risk) => None with
    {
        OrderRateLimit = risk.OrderRateLimit,
        MaxRepeats = risk.MaxRepeats,
        MaxOpenOrders = risk.MaxOpenOrders,
        MaxGrossExposure = risk.MaxGrossExposure,
        MaxDailyLoss = risk.MaxDailyLoss,
    };

    private static void RequireInRange(LimitsConfig limits)
    {
        long least = Math.Min(
            Math.Min(Math.Min(limits.MaxOrderQty, limits.MaxOrderNotional), limits.MaxPosition),
            Math.Min(Math.Min(limits.MaxPriceDeviationBps, limits.MaxRepeats), limits.MaxOpenOrders));
        if (Math.Min(least, Math.Min(limits.MaxGrossExposure, limits.MaxDailyLoss)) < 0
            || limits.OrderRateLimit is < 0 or > Limits.OrderRateLimitMax)
            throw new InvalidOperationException($"a risk limit is out of range: {limits}");
    }

    /// <summary>The hash of the limits of a configuration, see <see cref="Hash"/>.</summary>
    public static Id16 HashOf(RunConfiguration configuration)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("instruments"u8);
            foreach (InstrumentConfig instrument in configuration.Instruments)
                JsonSerializer.Serialize(json, instrument.Limits, RunConfigurationJson.Default.LimitsConfig!);
            json.WriteEndArray();
            json.WritePropertyName("risk"u8);
            JsonSerializer.Serialize(json, configuration.Risk, RunConfigurationJson.Default.RiskConfig);
            json.WriteStartArray("strategies"u8);
            foreach (StrategyConfig strategy in configuration.Strategies)
                JsonSerializer.Serialize(json, strategy.Limits, RunConfigurationJson.Default.LimitsConfig!);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        byte[] hash = SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        return new Id16(
            BinaryPrimitives.ReadUInt64LittleEndian(hash),
            BinaryPrimitives.ReadUInt64LittleEndian(hash.AsSpan(8)));
    }
}
