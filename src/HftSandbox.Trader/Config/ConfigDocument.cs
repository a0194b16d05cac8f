using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using HftSandbox.Core.Configuration;

namespace HftSandbox.Trader.Config;

/// <summary>The configuration file that says what a run's configuration says, so that one set of rules checks both.
/// Left out is what is not a file's to say: source, venue model, seed, the pace of orders, and the generator.</summary>
internal static class ConfigDocument
{
    private const int FeeUnitsPerBp = 10_000;

    /// <summary>Writes it.</summary>
    /// <param name="run">Anything that could be read; valid or not.</param>
    /// <returns>UTF-8 JSON. A name that stands for two different things stands twice in it.</returns>
    public static byte[] Of(RunConfiguration run)
    {
        var document = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(document, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            WriteRegistry(json, run);
            WriteRisk(json, run);
            WriteOrder(json, run.Order);
            json.WriteStartObject("features");
            json.WriteBoolean("enableOrderFlow", run.Features.EnableOrderFlow);
            json.WriteBoolean("enableFills", run.Features.EnableFills);
            json.WriteEndObject();
            WriteStrategies(json, run);
            if (run.SimVenue is { } venue)
                WriteVenue(json, venue);
            json.WriteEndObject();
        }

        return document.WrittenSpan.ToArray();
    }

    private static void WriteRegistry(Utf8JsonWriter json, RunConfiguration run)
    {
        json.WriteStartObject("registry");
        json.WriteStartArray("venues");
        foreach (var venue in run.Instruments.Select(instrument => instrument.Venue).Distinct())
        {
            json.WriteStartObject();
            json.WriteString("name", venue);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("symbols");
        foreach (var instrument in run.Instruments)
            WriteSymbol(json, instrument);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSymbol(Utf8JsonWriter json, InstrumentConfig instrument)
    {
        json.WriteStartObject();
        json.WriteString("name", instrument.Name);
        json.WriteString("venue", instrument.Venue);
        if (instrument.Quote is not null)
            json.WriteString("quote", instrument.Quote);
        json.WriteStartObject("scale");
        json.WriteNumber("PriceScale", instrument.PriceScale);
        json.WriteNumber("QuantityScale", instrument.QuantityScale);
        json.WriteNumber("NotionalScale", instrument.NotionalScale);
        json.WriteNumber("FeeScale", instrument.FeeScale);
        json.WriteEndObject();
        json.WriteNumber("tickSize", instrument.TickSize);
        json.WriteNumber("lotSize", instrument.LotSize);
        json.WriteNumber("minQty", instrument.MinQty);
        json.WriteNumber("minNotional", instrument.MinNotional);
        json.WriteNumber("multiplier", instrument.Multiplier);
        json.WriteBoolean("allowNegativePrice", instrument.AllowNegativePrice);
        json.WriteString("makerFeeBps", BasisPoints(instrument.MakerFeeRateE8));
        json.WriteString("takerFeeBps", BasisPoints(instrument.TakerFeeRateE8));
        json.WriteEndObject();
    }

    private static void WriteRisk(Utf8JsonWriter json, RunConfiguration run)
    {
        var risk = run.Risk;
        json.WriteStartObject("risk");
        json.WriteNumber("version", risk.Version);
        json.WriteBoolean("KillSwitch", risk.KillSwitch);
        json.WriteNumber("orderRateWindow", risk.OrderRateWindowNs);
        json.WriteNumber("referenceMaxAge", risk.ReferenceMaxAgeNs);
        json.WriteString("sessionRollUtc", TimeOfDay(risk.SessionRollNs));
        WriteLimits(json, risk.Limits with
        {
            OrderRateLimit = risk.OrderRateLimit,
            MaxRepeats = risk.MaxRepeats,
            MaxOpenOrders = risk.MaxOpenOrders,
            MaxGrossExposure = risk.MaxGrossExposure,
            MaxDailyLoss = risk.MaxDailyLoss,
        });
        json.WriteStartObject("symbols");
        foreach (var instrument in run.Instruments.Where(instrument => instrument.Limits is not null))
            WriteScope(json, instrument.Name, instrument.Limits);
        json.WriteEndObject();

        // Every strategy of a name has its limits: two that differ in them cannot be told apart in a file.
        json.WriteStartObject("strategies");
        foreach (var strategy in run.Strategies
            .Where(one => run.Strategies.Any(other => other.Name == one.Name && other.Limits is not null))
            .DistinctBy(one => (one.Name, one.Limits)))
            WriteScope(json, strategy.Name, strategy.Limits);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteScope(Utf8JsonWriter json, string name, LimitsConfig? limits)
    {
        json.WriteStartObject(name);
        if (limits is not null)
            WriteLimits(json, limits);
        json.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter json, LimitsConfig limits)
    {
        json.WriteNumber("maxOrderQty", limits.MaxOrderQty);
        json.WriteNumber("maxOrderNotional", limits.MaxOrderNotional);
        json.WriteNumber("maxPosition", limits.MaxPosition);
        json.WriteNumber("maxPriceDeviationBps", limits.MaxPriceDeviationBps);
        json.WriteNumber("orderRateLimit", limits.OrderRateLimit);
        json.WriteNumber("maxRepeats", limits.MaxRepeats);
        json.WriteNumber("maxOpenOrders", limits.MaxOpenOrders);
        json.WriteNumber("maxGrossExposure", limits.MaxGrossExposure);
        json.WriteNumber("maxDailyLoss", limits.MaxDailyLoss);
    }

    private static void WriteOrder(Utf8JsonWriter json, OrderTemplateConfig order)
    {
        json.WriteStartObject("order");
        json.WriteNumber("orderId", order.FirstClOrdId);
        json.WriteNumber("strategyId", order.StrategyId);
        json.WriteString("symbol", order.Symbol);
        json.WriteString("side", order.Side.ToString());
        json.WriteString("type", order.Type.ToString());
        json.WriteString("timeInForce", order.TimeInForce.ToString());
        json.WriteNumber("price", order.Price);
        json.WriteNumber("qty", order.Qty);
        json.WriteEndObject();
    }

    private static void WriteStrategies(Utf8JsonWriter json, RunConfiguration run)
    {
        json.WriteStartArray("strategies");
        foreach (var strategy in run.Strategies)
        {
            json.WriteStartObject();
            json.WriteString("name", strategy.Name);
            json.WriteString("symbol", strategy.Symbol);
            json.WriteStartObject("params");
            foreach (var (name, value) in strategy.Parameters ?? ImmutableSortedDictionary<string, long>.Empty)
                json.WriteNumber(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteVenue(Utf8JsonWriter json, SimVenueConfig venue)
    {
        json.WriteStartObject("venue");
        WriteLatency(json, "entryHistogram", venue.EntryLatency);
        WriteLatency(json, "responseHistogram", venue.ResponseLatency);
        json.WriteString("queue", venue.Queue.ToString());
        json.WriteString("stp", venue.SelfTrades.ToString());
        json.WriteEndObject();
    }

    private static void WriteLatency(Utf8JsonWriter json, string name, IEnumerable<LatencyBin> bins)
    {
        json.WriteStartArray(name);
        foreach (var bin in bins)
        {
            json.WriteStartObject();
            json.WriteNumber("latency", bin.LatencyNs);
            json.WriteNumber("weight", bin.Weight);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string BasisPoints(long rateE8) =>
        ((decimal)rateE8 / FeeUnitsPerBp).ToString(CultureInfo.InvariantCulture);

    /// <summary>What is no second of a day is written so that it is refused.</summary>
    private static string TimeOfDay(long ofDayNs)
    {
        var (seconds, restNs) = Math.DivRem(ofDayNs, 1_000_000_000);
        return restNs == 0 && seconds is >= 0 and < 86_400
            ? TimeOnly.MinValue.Add(TimeSpan.FromSeconds(seconds)).ToString("HH:mm:ss", CultureInfo.InvariantCulture)
            : $"{ofDayNs}ns";
    }
}
