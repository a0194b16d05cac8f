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
    private ImmutableArray<StrategyConfig> _configs = [];
    private Entry[] _entries = [];

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

    /// <summary>Takes the configured ones. A quarantine stays with a strategy that keeps its place, name and
    /// symbol.</summary>
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
                Quarantined = index < Count && _configs[index] == config && _entries[index].Quarantined,
            };
        }

        _entries = entries;
        _configs = configuration.Strategies;
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
        if (entry.Quarantined || entry.InstrumentId != header.InstrumentId)
            return StrategyFaultCode.None;
        bool threw = !TryCall(entry.Strategy, header.Kind, payload);
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

    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("quarantined"u8);
        for (int index = 0; index < Count; index++)
        {
            if (_entries[index].Quarantined)
                json.WriteNumberValue(index);
        }

        json.WriteEndArray();
    }

    public void ReadState(JsonElement state)
    {
        foreach (JsonElement index in state.GetProperty("quarantined"u8).EnumerateArray())
            _entries[index.GetInt32()].Quarantined = true;
    }

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
        public IStrategy Strategy;
        public uint InstrumentId;
        public ushort StrategyId;
        public bool Quarantined;
    }
}
