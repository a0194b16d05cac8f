using System.Runtime.InteropServices;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.MarketData;
using HftSandbox.Core.Orders;
using HftSandbox.Core.Positions;
using HftSandbox.Core.Risk;
using HftSandbox.Core.Strategies;
using HftSandbox.Core.Venues;
using HftSandbox.Events;

namespace HftSandbox.Core;

/// <summary>One input in, the input and everything that follows from it out, in causal order: market data →
/// strategies → risk → venue → order → position. This file is the map of that way; the rooms hold the rules. One
/// thread; no clock, no randomness, no input or output of its own.</summary>
public sealed partial class TradingEngine
{
    private readonly EventJournal _journal;
    private readonly FeedTable _feeds = new();
    private readonly MarketView _market = new();
    private readonly StrategyHost _strategies;
    private readonly PreTradeRisk _risk;
    private readonly StubVenue _venue;
    private byte[] _configurationJson = [];

    /// <summary>An engine of an empty store.</summary>
    /// <param name="output">Where records go.</param>
    public TradingEngine(IRecordOutput output)
        : this(output, StrategyHost.CreateShipped)
    {
    }

    internal TradingEngine(IRecordOutput output, StrategyFactory strategies)
    {
        _journal = new EventJournal(output);
        _strategies = new StrategyHost(strategies);
        _risk = new PreTradeRisk(Instruments, _market, OpenOrders, Positions);
        _venue = new StubVenue(_market);
    }

    /// <summary>Takes one input: writes it with the next sequence, and what follows from it, and commits the
    /// group.</summary>
    /// <param name="header">Kind, version, flags, source, times, instrument and feed position count; the rest is the
    /// engine's.</param>
    /// <param name="payload">The body of that kind.</param>
    /// <exception cref="InvalidOperationException">The program broke a rule: an input outside a run, time that went
    /// back, an unknown instrument. The engine must not be used any more.</exception>
    /// <exception cref="NotSupportedException">This engine cannot process such an input.</exception>
    [HotPath]
    public void OnInput(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        Admit(header);
        _journal.BeginInput(header, payload);
        _feeds.OnInput(header.Source, header.FeedPosition);
        WatchBook(header.InstrumentId);
        switch (header.Kind)
        {
            case EventKind.RunStarted:
                BeginRun(payload);
                break;
            case EventKind.Config:
                Reconfigure(payload);
                break;
            case EventKind.RunStopped:
                LastStop = MemoryMarshal.AsRef<RunStoppedBody>(payload).Reason;
                break;
            case EventKind.Quote:
                _market.OnQuote(header.InstrumentId, MemoryMarshal.AsRef<QuoteBody>(payload), NowNs);
                OnTick(header, payload);
                break;
            case EventKind.Trade:
                _market.OnTrade(header.InstrumentId, MemoryMarshal.AsRef<TradeBody>(payload), NowNs);
                OnTick(header, payload);
                break;
            case EventKind.BookLevel or EventKind.BookClear:
                OnBook(header, payload);
                break;
            case EventKind.FeedGap:
                OnFeedGap(header, MemoryMarshal.AsRef<FeedGapBody>(payload));
                break;
            case EventKind.Bar or EventKind.Timer:
                break;
            default:
                ThrowHelper.UnsupportedInput(header.Kind);
                break;
        }

        _journal.EndInput(header.Kind);
        Run.CountInput(_journal.LastSequence);
    }

    [HotPath]
    private void Admit(in RecordHeader header)
    {
        if (header.Kind == EventKind.RunStarted)
            Run.Begin(_journal.LastSequence);
        else if (Configuration is null || LastStop != StopReason.None)
            ThrowHelper.NotRunning(header.Kind);
        else if (header.ReceiveTimeNs < NowNs)
            ThrowHelper.TimeWentBack(NowNs, header.ReceiveTimeNs);
        if (header.InstrumentId != 0 && !Instruments.Contains(header.InstrumentId))
            ThrowHelper.UnknownInstrument(header.InstrumentId);
        _timeWentBack = header.ReceiveTimeNs < NowNs;
        NowNs = header.ReceiveTimeNs;
    }

    [HotPath]
    private void OnTick(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if ((header.Flags & RecordFlags.LastOfMessage) == 0 || !_orderFlowEnabled)
            return;
        for (int index = 0; index < _strategies.Count; index++)
        {
            StrategyFaultCode fault = _strategies.Call(index, header, payload);
            if (fault != StrategyFaultCode.None)
                OnStrategyFault(index, header.InstrumentId, fault);
            foreach (ref readonly NewOrderRequest request in _strategies.Context.Requests)
                Send(request, _strategies.StrategyIdOf(index));
        }
    }

    [HotPath]
    private void Send(in NewOrderRequest request, ushort strategyId)
    {
        ulong clOrdId = OpenOrders.NextClOrdId++;
        _journal.Append(EventKind.OrderIntent, Strategy(strategyId), request.InstrumentId, new OrderIntentBody
        {
            ClOrdId = clOrdId,
            Px = request.Px,
            Qty = request.Qty,
            StrategyId = strategyId,
            Side = request.Side,
            OrdType = request.OrdType,
            TimeInForce = request.TimeInForce,
            IntentType = IntentType.New,
        });
        Run.OrderIntents++;

        RiskDecisionBody decision = _risk.Check(clOrdId, request, strategyId, NowNs);
        _journal.Append(EventKind.RiskDecision, SourceId.Engine, request.InstrumentId, decision);
        if (decision.Decision == Decision.Deny)
        {
            Run.CountDenied(decision.Reason);
            return;
        }

        ref Order order = ref OpenOrders.Open(clOrdId, request, strategyId);
        OnReport(ref order, _venue.Acknowledge(order));
        Instrument instrument = Instruments[request.InstrumentId];
        if (_venue.TryComplete(order, instrument, NowNs, _journal.CauseSequence, out ExecutionReportBody report))
            OnReport(ref order, report);
    }

    [HotPath]
    private void OnReport(ref Order order, in ExecutionReportBody report)
    {
        Instrument instrument = Instruments[order.InstrumentId];
        _journal.Append(EventKind.ExecutionReport, SourceId.StubVenue, instrument.Id, report);
        if (!OpenOrders.TryApply(ref order, report, instrument.CostOf(report.LastPx, report.LastQty)))
            ThrowHelper.IllegalTransition(order.ClOrdId, order.OrdStatus, report.ExecType);
        OrderStateBody state = order.StateAfter(report.ExecType, instrument);
        _journal.Append(EventKind.OrderState, SourceId.Engine, instrument.Id, state);
        if (report.ExecType == ExecType.Trade)
            OnFill(report, instrument);
        if (OrderLifecycle.IsTerminal(order.OrdStatus))
            OpenOrders.Close(ref order);
    }

    [HotPath]
    private void OnFill(in ExecutionReportBody report, Instrument instrument)
    {
        Run.Fills++;
        ref readonly Position before = ref Positions[instrument.Id];
        if (!before.TryFill(instrument, report.Side, report.LastPx, report.LastQty, report.Fee, out Position after))
        {
            OnPositionOverflow(report, instrument.Id);
            return;
        }

        Positions.Set(instrument.Id, after);
        _journal.Append(EventKind.PositionChanged, SourceId.Engine, instrument.Id, new PositionChangedBody
        {
            NetQty = after.NetQty,
            ClOrdId = report.ClOrdId,
            OpenCost = after.OpenCost,
            RealizedPnl = after.RealizedPnl,
            Fees = after.Fees,
            ExecId = report.ExecId,
            StrategyId = report.StrategyId,
        });
    }

    [HotPath]
    private static SourceId Strategy(ushort strategyId) => (SourceId)((ushort)SourceId.FirstStrategy + strategyId);
}
