using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Core;

/// <content>What happens rarely: runs begin, configurations change, orders are canceled, a strategy fails.</content>
public sealed partial class TradingEngine
{
    private const string StubVenueName = "stub";

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
        if (next.Venue != StubVenueName)
            throw new NotSupportedException($"venue {next.Venue} is not known to engine {EngineVersion.Current}");
        if (next.Order.FirstClOrdId == 0)
            throw new InvalidOperationException("the first ClOrdId must be positive: 0 means none");

        Instruments.Load(next.Instruments);
        _market.Books.Load(Instruments.Count);
        _market.ReferenceMaxAgeNs = next.Risk.ReferenceMaxAgeNs;
        _risk.Load(next);
        _venue.FillsEnabled = next.Features.EnableFills;
        _orderFlowEnabled = next.Features.EnableOrderFlow;
        _strategies.Load(next, Instruments);
        Configuration = next;
        _configurationJson = json.ToArray();
    }

    /// <summary>Positions, open orders, risk windows and quarantines start anew; ids go on.</summary>
    private void Flatten()
    {
        Positions.Clear();
        OpenOrders.Clear();
        _risk.Window.Clear();
        _strategies.LiftQuarantines();
        _strategies.ForgetTimes();
    }

    /// <summary>Times of another source, or of the same one read anew, do not compare with those to come.</summary>
    private void ForgetWhatIsNotComparable(bool isSameSource)
    {
        if (isSameSource && !_timeWentBack)
            return;
        _feeds.Rewind();
        _risk.Window.Clear();
        _market.Clear();
        _strategies.ForgetTimes();
    }

    private void CancelAllIfKilled()
    {
        if (!Configuration!.Risk.KillSwitch)
            return;
        foreach (ref readonly Order order in OpenOrders)
            Cancel(ref OpenOrders.Find(order.ClOrdId));
    }

    /// <summary>Cancels always pass: no decision is asked for.</summary>
    private void Cancel(ref Order order)
    {
        ulong clOrdId = OpenOrders.NextClOrdId++;
        _journal.Append(EventKind.OrderIntent, SourceId.Engine, order.InstrumentId, new OrderIntentBody
        {
            ClOrdId = clOrdId,
            OrigClOrdId = order.ClOrdId,
            StrategyId = order.StrategyId,
            Side = order.Side,
            IntentType = IntentType.Cancel,
        });
        OnReport(ref order, _venue.Cancel(order, clOrdId));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnStrategyFault(int index, uint instrumentId, StrategyFaultCode code)
    {
        ushort strategyId = _strategies.StrategyIdOf(index);
        _journal.Append(EventKind.StrategyFault, SourceId.Engine, instrumentId, new StrategyFaultBody
        {
            DiscardedRequests = (uint)_strategies.Context.Asked,
            StrategyId = strategyId,
            Code = code,
        });
        _strategies.Context.Discard();
        foreach (ref readonly Order order in OpenOrders)
        {
            if (order.StrategyId == strategyId)
                Cancel(ref OpenOrders.Find(order.ClOrdId));
        }
    }

    /// <summary>The fill stands in the log; the position cannot hold it and stays as it was.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnPositionOverflow(in ExecutionReportBody report, uint instrumentId) =>
        _journal.Append(EventKind.Anomaly, SourceId.Engine, instrumentId, new AnomalyBody
        {
            ClOrdId = report.ClOrdId,
            ExecId = report.ExecId,
            Expected = report.LastQty.Mantissa,
            Actual = 0,
            Code = AnomalyCode.ArithmeticOverflow,
            StrategyId = report.StrategyId,
        });
}
