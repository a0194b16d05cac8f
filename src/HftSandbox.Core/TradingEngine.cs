using System.Runtime.InteropServices;
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
    private readonly StrategyRows _strategyRows = new();
    private readonly Halts _halts = new();
    private readonly PreTradeRisk _risk;
    private readonly OrderGateway _gateway;
    private readonly StubVenue _stubVenue;
    private Venue _venue;
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
        OpenOrders = new OrderStore(_strategyRows);
        Positions = new PositionLedger(_strategyRows);
        _strategies = new StrategyHost(strategies, new EngineView(Instruments, _market, OpenOrders, Positions));
        _risk = new PreTradeRisk(Instruments, _market, OpenOrders, Positions, _strategyRows, _halts);
        _gateway = new OrderGateway(OpenOrders, Instruments);
        _stubVenue = new StubVenue(Instruments, _market, OpenOrders);
        _venue = _stubVenue;
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
        _venue.Moment = new VenueMoment(NowNs, _journal.CauseSequence);
        _strategies.Context.BeginInput(NowNs);
        if (header.Kind != EventKind.RunStarted)
            PassTime();
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
                _venue.OnQuote(header.InstrumentId, MemoryMarshal.AsRef<QuoteBody>(payload));
                _market.OnQuote(header.InstrumentId, MemoryMarshal.AsRef<QuoteBody>(payload), NowNs);
                WatchLoss(header.InstrumentId);
                CallStrategies(header, payload);
                break;
            case EventKind.Trade:
                _market.OnTrade(header.InstrumentId, MemoryMarshal.AsRef<TradeBody>(payload), NowNs);
                _venue.OnTrade(header.InstrumentId, MemoryMarshal.AsRef<TradeBody>(payload));
                Settle();
                WatchLoss(header.InstrumentId);
                CallStrategies(header, payload);
                break;
            case EventKind.BookLevel or EventKind.BookClear:
                OnBook(header, payload);
                WatchLoss(header.InstrumentId);
                CallStrategies(header, payload);
                break;
            case EventKind.Bar:
                CallStrategies(header, payload);
                break;
            case EventKind.FeedGap:
                OnFeedGap(header, MemoryMarshal.AsRef<FeedGapBody>(payload));
                break;
            case EventKind.Timer:
                break;
            case EventKind.OrderRequest or EventKind.CancelRequest or EventKind.ReplaceRequest:
                OnOutsideRequest(header, payload);
                break;
            case EventKind.ExecutionReport or EventKind.CancelReject:
                OnOutsideReport(header, payload);
                break;
            case EventKind.PositionAdjustment or EventKind.CashAdjustment or EventKind.RiskReset:
                OnOperator(header, payload);
                break;
            default:
                ThrowHelper.UnsupportedInput(header.Kind);
                break;
        }

        Settle();
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

    /// <summary>Calls the strategies one after another, on the last input of a message and on every trade; what one
    /// asks for is done before the next is called.</summary>
    [HotPath]
    private void CallStrategies(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        bool isTick = (header.Flags & RecordFlags.LastOfMessage) != 0 || header.Kind == EventKind.Trade;
        if (!isTick || !_orderFlowEnabled)
            return;
        for (int index = 0; index < _strategies.Count; index++)
        {
            Guard(index, _strategies.Call(index, header, payload));
            Settle();
        }
    }

    /// <summary>Lets everything happen that follows: what the venue has said first, then the next request, then what is
    /// due at the venue.</summary>
    [HotPath]
    private void Settle()
    {
        while (true)
        {
            if (_venue.Outbox.TryTake(out int message))
                OnVenueMessage(_venue.Outbox[message]);
            else if (_isSweeping)
                SweepOne();
            else if (_strategies.Context.TryTake(out OrderRequest request))
                Route(request);
            else if (!_venue.TryAct(NowNs))
                return;
        }
    }

    [HotPath]
    private void Route(in OrderRequest request)
    {
        switch (request.Intent.IntentType)
        {
            case IntentType.New:
                Send(request);
                break;
            case IntentType.Cancel:
                Cancel(request);
                break;
            case IntentType.Replace:
                Replace(request);
                break;
        }
    }
}
