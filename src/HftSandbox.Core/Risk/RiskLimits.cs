using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Core.Risk;

/// <summary>The limits in force, one set per instrument, and the hash that decisions quote.</summary>
internal sealed class RiskLimits
{
    private readonly LimitsConfig[] _byInstrument;

    /// <exception cref="InvalidOperationException">A limit is negative, or the rate limit beyond what its window
    /// holds.</exception>
    public RiskLimits(RunConfiguration configuration)
    {
        RiskConfig risk = configuration.Risk;
        _byInstrument = [.. configuration.Instruments.Select(instrument => instrument.Limits ?? risk.Limits)];
        foreach (LimitsConfig limits in _byInstrument.Append(risk.Limits))
            RequireNotNegative(limits);
        if (risk.OrderRateLimit is < 0 or > Limits.OrderRateLimitMax
            || risk.OrderRateWindowNs < 0
            || risk.ReferenceMaxAgeNs < 0)
            throw new InvalidOperationException($"a risk limit is out of range: {risk}");

        KillSwitch = risk.KillSwitch;
        OrderRateLimit = risk.OrderRateLimit;
        OrderRateWindowNs = risk.OrderRateWindowNs;
        Hash = HashOf(configuration);
    }

    public bool KillSwitch { get; }

    public int OrderRateLimit { get; }

    public long OrderRateWindowNs { get; }

    /// <summary>First 16 bytes of the SHA-256 of <c>{"instruments":[limits or null, …],"risk":{…}}</c>.</summary>
    public Id16 Hash { get; }

    [HotPath]
    public LimitsConfig Of(uint instrumentId) => _byInstrument[instrumentId - 1];

    private static void RequireNotNegative(LimitsConfig limits)
    {
        if (limits.MaxOrderQty < 0
            || limits.MaxOrderNotional < 0
            || limits.MaxPosition < 0
            || limits.MaxPriceDeviationBps < 0)
            throw new InvalidOperationException($"a risk limit is negative: {limits}");
    }

    private static Id16 HashOf(RunConfiguration configuration)
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
            json.WriteEndObject();
        }

        byte[] hash = SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        return new Id16(
            BinaryPrimitives.ReadUInt64LittleEndian(hash),
            BinaryPrimitives.ReadUInt64LittleEndian(hash.AsSpan(8)));
    }
}
