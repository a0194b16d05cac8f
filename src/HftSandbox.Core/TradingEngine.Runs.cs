using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.Orders;
using HftSandbox.Core.Venues;
using HftSandbox.Core.Venues.Simulated;
using HftSandbox.Events;

namespace HftSandbox.Core;

/// <content>Runs begin, configurations change.</content>
public sealed partial class TradingEngine
{
    private readonly OutsideVenue _outsideVenue = new();
    private SimVenue? _simVenue;
    private bool _orderFlowEnabled;
    private bool _timeWentBack;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void BeginRun(ReadOnlySpan<byte> payload)
    {
        RunStartedBody body = MemoryMarshal.AsRef<RunStartedBody>(payload);
        ReadOnlySpan<byte> json = JsonTail(payload, RunStartedBody.SizeBytes, body.JsonLength);
        RunConfiguration next = RunConfiguration.FromJson(json);
        if (body.Mode is not (RunMode.New or RunMode.Continue or RunMode.Flat))
            throw new InvalidOperationException($"a run cannot begin with mode {body.Mode}");
        if (body.Mode == RunMode.New && Configuration is not null)
            throw new InvalidOperationException("a new run cannot begin in a store that holds one");

        if (body.Mode == RunMode.Flat)
            Flatten();
        if (Configuration is { } previous)
            ForgetWhatIsNotComparable(isSameSource: previous.Source == next.Source);
        else
            OpenOrders.NextClOrdId = next.Order.FirstClOrdId;
        LastStop = StopReason.None;
        Apply(next, json);
        _risk.Loss.Recount();
        CancelAllIfKilled();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Reconfigure(ReadOnlySpan<byte> payload)
    {
        ConfigBody body = MemoryMarshal.AsRef<ConfigBody>(payload);
        ReadOnlySpan<byte> json = JsonTail(payload, ConfigBody.SizeBytes, body.JsonLength);
        Apply(RunConfiguration.FromJson(json), json);
        CancelAllIfKilled();
    }

    private static ReadOnlySpan<byte> JsonTail(ReadOnlySpan<byte> payload, int bodyBytes, uint jsonLength) =>
        payload.Length == bodyBytes + jsonLength
            ? payload[bodyBytes..]
            : throw new InvalidOperationException(
                $"a payload of {payload.Length} bytes does not hold {bodyBytes} bytes and {jsonLength} of JSON");

    /// <summary>Makes a configuration the one in force. The registry of a store never changes.</summary>
    private void Apply(RunConfiguration next, ReadOnlySpan<byte> json)
    {
        if (Configuration is { } previous
            && InstrumentRegistry.DescribeChange(previous.Instruments, next.Instruments) is { } change)
            throw new InvalidOperationException($"the registry of a store may not change: {change}");
        if (Configuration is { } before && before.Venue != next.Venue && OpenOrders.Count > 0)
            throw new InvalidOperationException($"{OpenOrders.Count} orders are open at venue {before.Venue}");
        if (next.Order.FirstClOrdId == 0)
            throw new InvalidOperationException("the first ClOrdId must be positive: 0 means none");

        Instruments.Load(next.Instruments);
        _market.Books.Load(Instruments.Count);
        _market.ReferenceMaxAgeNs = next.Risk.ReferenceMaxAgeNs;
        _session.RollOfDayNs = next.Risk.SessionRollNs;
        KnowStrategies(next);
        _risk.Load(next);
        LoadVenue(next);
        _orderFlowEnabled = next.Features.EnableOrderFlow;
        _strategies.Load(next, Instruments);
        Configuration = next;
        _configurationJson = json.ToArray();
    }

    /// <summary>Before limits and orders are counted per strategy: open orders move to the rows of strategies that were
    /// not known.</summary>
    private void KnowStrategies(RunConfiguration next)
    {
        for (int index = 0; index < next.Strategies.Length; index++)
            _strategyRows.Know(checked((ushort)(next.Order.StrategyId + index)));
        OpenOrders.Recount();
    }

    /// <summary>Positions, open orders, risk windows and quarantines start anew; ids go on, and what was lost in the
    /// session stays lost.</summary>
    private void Flatten()
    {
        Positions.Clear();
        _risk.Loss.KeepLosses();
        OpenOrders.Clear();
        _venue.Clear();
        _risk.Windows.Clear();
        _risk.Repeats.Clear();
        _halts.Clear();
        _strategies.StartAnew();
        _strategies.ForgetTimes();
    }

    private void LoadVenue(RunConfiguration next)
    {
        Venue venue = next.Venue switch
        {
            "stub" => _stubVenue,
            "outside" => _outsideVenue,
            "sim" => _simVenue ??= new SimVenue(Instruments, _market),
            _ => throw new NotSupportedException(
                $"venue {next.Venue} is not known to engine {EngineVersion.Current}"),
        };
        if (venue != _venue)
            venue.Succeed(_venue);
        _venue = venue;
        _venue.Load(next);
        _gateway.Executions = _venue == _outsideVenue ? _gateway.Executions ?? new ExecutionLog() : null;
    }

    /// <summary>Times of another source, or of the same one read anew, do not compare with those to come.</summary>
    private void ForgetWhatIsNotComparable(bool isSameSource)
    {
        if (isSameSource && !_timeWentBack)
            return;
        _feeds.Rewind();
        _risk.Windows.Clear();
        _session.Forget();
        _market.Clear();
        _venue.ForgetTimes();
        _strategies.ForgetTimes();
    }

    private void CancelAllIfKilled()
    {
        if (!Configuration!.Risk.KillSwitch)
            return;
        StartSweep();
        Settle();
    }
}
