using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Events;

namespace HftSandbox.Core.Strategies;

/// <summary>Makes the strategy of a configured name.</summary>
internal delegate IStrategy StrategyFactory(
    StrategyConfig strategy,
    RunConfiguration configuration,
    InstrumentRegistry instruments);

/// <summary>The strategies that run, and the wall around them: what they ask for is bounded, and one that fails is
/// called no more.</summary>
internal sealed class StrategyHost(StrategyFactory factory)
{
    private const long NeverAsked = long.MinValue;

    private ImmutableArray<StrategyConfig> _configs = [];
    private Entry[] _entries = [];
    private long _orderIntervalNs;

    /// <summary>How many are configured.</summary>
    public int Count => _entries.Length;

    /// <summary>The context of the callback made last.</summary>
    public StrategyContext Context { get; } = new();

    /// <summary>The shipped strategies.</summary>
    public static IStrategy CreateShipped(
        StrategyConfig strategy,
        RunConfiguration configuration,
        InstrumentRegistry instruments) => strategy.Name switch
        {
            "template" => new TemplateStrategy(configuration.Order, instruments),
            _ => throw new NotSupportedException(
                $"strategy {strategy.Name} is not known to engine {EngineVersion.Current}"),
        };

    /// <summary>Takes the configured ones. A quarantine and the time of the last request stay with a strategy that
    /// keeps its place, name and symbol.</summary>
    public void Load(RunConfiguration configuration, InstrumentRegistry instruments)
    {
        var entries = new Entry[configuration.Strategies.Length];
        for (int index = 0; index < entries.Length; index++)
        {
            StrategyConfig config = configuration.Strategies[index];
            entries[index] = new Entry
            {
                Strategy = factory(config, configuration, instruments),
                InstrumentId = instruments.IdOf(config.Symbol),
                StrategyId = configuration.Order.StrategyId,
            };
            if (index < Count && _configs[index] == config)
                entries[index].Resume(_entries[index]);
        }

        _entries = entries;
        _configs = configuration.Strategies;
        _orderIntervalNs = configuration.Order.IntervalNs;
    }

    [HotPath]
    public ushort StrategyIdOf(int index) => _entries[index].StrategyId;

    /// <summary>Calls a strategy if the tick is of its instrument; what it asks for stands in
    /// <see cref="Context"/>.</summary>
    /// <returns>How it failed; it is quarantined already, its requests are still counted in
    /// <see cref="StrategyContext.Asked"/>.</returns>
    [HotPath]
    public StrategyFaultCode Call(int index, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        ref Entry entry = ref _entries[index];
        Context.Begin(header.ReceiveTimeNs);
        if (entry.Quarantined || entry.InstrumentId != header.InstrumentId || IsTooSoon(entry, header.ReceiveTimeNs))
            return StrategyFaultCode.None;
        bool threw = !TryCall(entry.Strategy, header.Kind, payload);
        if (Context.Asked > 0)
            entry.LastAskedNs = header.ReceiveTimeNs;
        if (!threw && Context.Asked <= Limits.StrategyRequestsMax)
            return StrategyFaultCode.None;
        entry.Quarantined = true;
        return threw ? StrategyFaultCode.Threw : StrategyFaultCode.TooManyRequests;
    }

    public void LiftQuarantines()
    {
        foreach (ref Entry entry in _entries.AsSpan())
            entry.Quarantined = false;
    }

    /// <summary>Forgets when the strategies asked last: times of another source do not compare.</summary>
    public void ForgetTimes()
    {
        foreach (ref Entry entry in _entries.AsSpan())
            entry.LastAskedNs = NeverAsked;
    }

    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("strategies"u8);
        for (int index = 0; index < Count; index++)
        {
            json.WriteStartObject();
            json.WriteNumber("lastAskedNs"u8, _entries[index].LastAskedNs);
            json.WriteBoolean("quarantined"u8, _entries[index].Quarantined);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public void ReadState(JsonElement state)
    {
        int index = 0;
        foreach (JsonElement strategy in state.GetProperty("strategies"u8).EnumerateArray())
        {
            _entries[index].LastAskedNs = strategy.GetProperty("lastAskedNs"u8).GetInt64();
            _entries[index].Quarantined = strategy.GetProperty("quarantined"u8).GetBoolean();
            index++;
        }
    }

    [HotPath]
    private bool IsTooSoon(in Entry entry, long nowNs) =>
        _orderIntervalNs > 0 && entry.LastAskedNs != NeverAsked && nowNs - entry.LastAskedNs < _orderIntervalNs;

    [HotPath]
    private bool TryCall(IStrategy strategy, EventKind kind, ReadOnlySpan<byte> payload)
    {
        try
        {
            if (kind == EventKind.Quote)
                strategy.OnQuote(Context, MemoryMarshal.AsRef<QuoteBody>(payload));
            else
                strategy.OnTrade(Context, MemoryMarshal.AsRef<TradeBody>(payload));
            return true;
        }
        catch (Exception)
        {
            // Whatever a strategy throws is its own failure: it is logged as a StrategyFault, and the run goes on.
            return false;
        }
    }

    private struct Entry
    {
        public required IStrategy Strategy;
        public uint InstrumentId;
        public ushort StrategyId;
        public long LastAskedNs = NeverAsked;
        public bool Quarantined;

        public Entry()
        {
        }

        public void Resume(in Entry before)
        {
            LastAskedNs = before.LastAskedNs;
            Quarantined = before.Quarantined;
        }
    }
}
