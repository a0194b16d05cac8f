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
internal sealed class StrategyHost(StrategyFactory factory, EngineView engine)
{
    private ImmutableArray<StrategyConfig> _configs = [];
    private StrategySlot[] _slots = [];
    private long _orderIntervalNs;

    /// <summary>How many are configured.</summary>
    public int Count => _slots.Length;

    /// <summary>The context of the callback made last, and the requests of this input's callbacks.</summary>
    public StrategyContext Context { get; } = new(engine);

    /// <summary>The strategy at a place.</summary>
    public StrategySlot this[int index]
    {
        [HotPath]
        get => _slots[index];
    }

    /// <summary>The shipped strategies.</summary>
    public static IStrategy CreateShipped(
        StrategyConfig strategy,
        RunConfiguration configuration,
        InstrumentRegistry instruments)
    {
        ShippedStrategy shipped = StrategyCatalog.Find(strategy.Name) ?? throw new NotSupportedException(
            $"strategy {strategy.Name} is not known to engine {EngineVersion.Current}");
        return shipped.Create(configuration, strategy, instruments[instruments.IdOf(strategy.Symbol)]);
    }

    /// <summary>Takes the configured ones; the first is booked to the configured strategy id, the others to the ids
    /// after it. What is kept of a strategy stays with one that keeps its place, name and symbol.</summary>
    public void Load(RunConfiguration configuration, InstrumentRegistry instruments)
    {
        var slots = new StrategySlot[configuration.Strategies.Length];
        for (int index = 0; index < slots.Length; index++)
        {
            StrategyConfig config = configuration.Strategies[index];
            slots[index] = new StrategySlot
            {
                Strategy = factory(config, configuration, instruments),
                InstrumentId = instruments.IdOf(config.Symbol),
                StrategyId = checked((ushort)(configuration.Order.StrategyId + index)),
            };
            if (index < Count && _configs[index].Name == config.Name && _configs[index].Symbol == config.Symbol)
                slots[index].Resume(_slots[index]);
        }

        _slots = slots;
        _configs = configuration.Strategies;
        _orderIntervalNs = configuration.Order.IntervalNs;
    }

    /// <summary>Calls a strategy with market data, if it is of its instrument and the strategy may ask again; what it
    /// asks for stands in <see cref="Context"/>.</summary>
    /// <returns>How it failed; it is quarantined already, its requests are still counted in
    /// <see cref="StrategyContext.Asked"/>.</returns>
    [HotPath]
    public StrategyFaultCode Call(int index, in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        StrategySlot slot = _slots[index];
        if (slot.InstrumentId != header.InstrumentId || IsTooSoon(slot, header.ReceiveTimeNs))
            return StrategyFaultCode.None;
        return Call(slot, header.Kind, payload);
    }

    /// <summary>Tells the strategy that an order is booked to what a venue reported on it.</summary>
    [HotPath]
    public StrategyFaultCode CallOnExecution(int index, in ExecutionReportBody report) =>
        Call(
            _slots[index],
            EventKind.ExecutionReport,
            MemoryMarshal.AsBytes(new ReadOnlySpan<ExecutionReportBody>(in report)));

    /// <summary>Calls a strategy whose timer is due.</summary>
    [HotPath]
    public StrategyFaultCode CallOnTimer(int index, long nowNs)
    {
        StrategySlot slot = _slots[index];
        if (slot.WakeAtNs == 0 || slot.WakeAtNs > nowNs)
            return StrategyFaultCode.None;
        slot.WakeAtNs = 0;
        return Call(slot, EventKind.Timer, default);
    }

    /// <summary>The place of the strategy that orders are booked to; -1 = it does not run.</summary>
    [HotPath]
    public int Find(ushort strategyId)
    {
        for (int index = 0; index < _slots.Length; index++)
        {
            if (_slots[index].StrategyId == strategyId)
                return index;
        }

        return -1;
    }

    /// <summary>Lifts the quarantines and forgets what the strategies kept.</summary>
    public void StartAnew()
    {
        foreach (StrategySlot slot in _slots)
        {
            slot.Quarantined = false;
            slot.Memory.AsSpan().Clear();
        }
    }

    /// <summary>Forgets when the strategies asked last, and their timers: times of another source do not
    /// compare.</summary>
    public void ForgetTimes()
    {
        foreach (StrategySlot slot in _slots)
        {
            slot.LastAskedNs = StrategySlot.NeverAsked;
            slot.WakeAtNs = 0;
        }
    }

    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("strategies"u8);
        foreach (StrategySlot slot in _slots)
        {
            json.WriteStartObject();
            json.WriteNumber("lastAskedNs"u8, slot.LastAskedNs);
            json.WriteStartArray("memory"u8);
            foreach (long value in slot.Memory.AsSpan().TrimEnd(0))
                json.WriteNumberValue(value);
            json.WriteEndArray();
            json.WriteBoolean("quarantined"u8, slot.Quarantined);
            json.WriteNumber("wakeAtNs"u8, slot.WakeAtNs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public void ReadState(JsonElement state)
    {
        int index = 0;
        foreach (JsonElement json in state.GetProperty("strategies"u8).EnumerateArray())
        {
            StrategySlot slot = _slots[index++];
            slot.LastAskedNs = json.GetProperty("lastAskedNs"u8).GetInt64();
            slot.Quarantined = json.GetProperty("quarantined"u8).GetBoolean();
            slot.WakeAtNs = json.GetProperty("wakeAtNs"u8).GetInt64();
            int place = 0;
            foreach (JsonElement value in json.GetProperty("memory"u8).EnumerateArray())
                slot.Memory[place++] = value.GetInt64();
        }
    }

    [HotPath]
    private StrategyFaultCode Call(StrategySlot slot, EventKind kind, ReadOnlySpan<byte> payload)
    {
        Context.Begin(slot);
        if (slot.Quarantined)
            return StrategyFaultCode.None;
        bool threw = !TryCall(slot.Strategy, kind, payload);
        if (Context.Asked > 0)
            slot.LastAskedNs = Context.NowNs;
        if (!threw && !Context.IsExceeded)
            return StrategyFaultCode.None;
        slot.Quarantined = true;
        return threw ? StrategyFaultCode.Threw : StrategyFaultCode.TooManyRequests;
    }

    [HotPath]
    private bool IsTooSoon(StrategySlot slot, long nowNs) =>
        _orderIntervalNs > 0
        && slot.LastAskedNs != StrategySlot.NeverAsked
        && nowNs - slot.LastAskedNs < _orderIntervalNs;

    [HotPath]
    private bool TryCall(IStrategy strategy, EventKind kind, ReadOnlySpan<byte> payload)
    {
        try
        {
            switch (kind)
            {
                case EventKind.Quote:
                    strategy.OnQuote(Context, MemoryMarshal.AsRef<QuoteBody>(payload));
                    break;
                case EventKind.Trade:
                    strategy.OnTrade(Context, MemoryMarshal.AsRef<TradeBody>(payload));
                    break;
                case EventKind.BookLevel or EventKind.BookClear:
                    strategy.OnBook(Context);
                    break;
                case EventKind.Bar:
                    strategy.OnBar(Context, MemoryMarshal.AsRef<BarBody>(payload));
                    break;
                case EventKind.ExecutionReport:
                    strategy.OnExecution(Context, MemoryMarshal.AsRef<ExecutionReportBody>(payload));
                    break;
                case EventKind.Timer:
                    strategy.OnTimer(Context);
                    break;
            }

            return true;
        }
        catch (Exception)
        {
            // Whatever a strategy throws is its own failure: it is logged as a StrategyFault, and the run goes on.
            return false;
        }
    }
}
