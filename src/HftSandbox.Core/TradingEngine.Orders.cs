using HftSandbox.Core.Instruments;
using HftSandbox.Core.Orders;
using HftSandbox.Core.Positions;
using HftSandbox.Core.Strategies;
using HftSandbox.Core.Venues;
using HftSandbox.Events;

namespace HftSandbox.Core;

/// <content>The way of a request to the venue, and of what the venue says to the position.</content>
public sealed partial class TradingEngine
{
    [HotPath]
    private void Send(in OrderRequest request)
    {
        OrderIntentBody intent = Intend(request, request.InstrumentId);
        Run.OrderIntents++;
        if (IsAllowed(intent, request.InstrumentId, replaced: SlotLists.None))
            _venue.New(OpenOrders[OpenOrders.Open(request.InstrumentId, intent)]);
    }

    /// <summary>Cancels always pass: no decision is asked for.</summary>
    [HotPath]
    private void Cancel(in OrderRequest request)
    {
        int slot = OpenOrders.Find(request.Intent.OrigClOrdId);
        OrderIntentBody intent = Intend(Complete(request, slot), InstrumentOf(slot));
        if (!CanAsk(slot, request.Source, intent))
            return;
        OpenOrders.Ask(slot, intent);
        _venue.Cancel(OpenOrders[slot], intent.ClOrdId);
    }

    [HotPath]
    private void Replace(in OrderRequest request)
    {
        int slot = OpenOrders.Find(request.Intent.OrigClOrdId);
        OrderIntentBody intent = Intend(Complete(request, slot), InstrumentOf(slot));
        if (!CanAsk(slot, request.Source, intent) || !IsAllowed(intent, InstrumentOf(slot), replaced: slot))
            return;
        int pending = OpenOrders.Ask(slot, intent);
        _venue.Replace(OpenOrders[slot], OpenOrders.Requests[pending]);
    }

    /// <summary>Gives a request its id and writes it.</summary>
    [HotPath]
    private OrderIntentBody Intend(in OrderRequest request, uint instrumentId)
    {
        OrderIntentBody intent = request.Intent;
        intent.ClOrdId = OpenOrders.NextClOrdId++;
        _journal.Append(EventKind.OrderIntent, request.Source, instrumentId, intent);
        return intent;
    }

    /// <summary>Adds to a cancel or replace what the order says and the request left open. Whoever asks from outside,
    /// the limits of the strategy count that the order is booked to.</summary>
    [HotPath]
    private OrderRequest Complete(in OrderRequest request, int slot)
    {
        OrderRequest complete = request;
        if (slot == SlotLists.None)
            return complete;
        ref readonly Order order = ref OpenOrders[slot];
        ref OrderIntentBody intent = ref complete.Intent;
        intent.Side = order.Side;
        intent.AccountId = order.AccountId;
        if (request.Source < SourceId.FirstStrategy)
            intent.StrategyId = order.StrategyId;
        if (intent.IntentType == IntentType.Replace)
        {
            intent.OrdType = intent.OrdType == OrdType.None ? order.OrdType : intent.OrdType;
            intent.TimeInForce = intent.TimeInForce == TimeInForce.None ? order.TimeInForce : intent.TimeInForce;
            intent.DeadlineNs = intent.DeadlineNs == 0 ? order.DeadlineNs : intent.DeadlineNs;
            intent.ExecInst = order.ExecInst;
        }

        return complete;
    }

    /// <summary>Rejects a cancel or replace that no venue needs to see. A strategy knows its own orders only.</summary>
    [HotPath]
    private bool CanAsk(int slot, SourceId source, in OrderIntentBody intent)
    {
        bool isForeign = slot != SlotLists.None
            && source >= SourceId.FirstStrategy
            && OpenOrders[slot].StrategyId != intent.StrategyId;
        RejectReason reason =
            slot == SlotLists.None || isForeign ? RejectReason.UnknownOrder
            : !OpenOrders.IsOpen(slot) ? RejectReason.TooLate
            : !OpenOrders.Requests.HasRoomFor(slot) ? RejectReason.AlreadyPending
            : RejectReason.None;
        if (reason != RejectReason.None)
            RejectRequest(slot, intent, reason);
        return reason == RejectReason.None;
    }

    [HotPath]
    private uint InstrumentOf(int slot) => slot == SlotLists.None ? 0 : OpenOrders[slot].InstrumentId;

    [HotPath]
    private bool IsAllowed(in OrderIntentBody intent, uint instrumentId, int replaced)
    {
        RiskDecisionBody decision = _risk.Check(intent, instrumentId, replaced, NowNs);
        _journal.Append(EventKind.RiskDecision, SourceId.Engine, instrumentId, decision);
        if (decision.Decision == Decision.Allow)
            return true;
        Run.CountDenied(decision.Reason);
        return false;
    }

    [HotPath]
    private void OnVenueMessage(in VenueMessage message)
    {
        if (message.Kind == EventKind.ExecutionReport)
        {
            uint instrumentId = InstrumentOf(OpenOrders.Find(message.Report.ClOrdId));
            _journal.Append(EventKind.ExecutionReport, _venue.Source, instrumentId, message.Report);
            OnReport(message.Report, instrumentId);
        }
        else
        {
            uint instrumentId = InstrumentOf(OpenOrders.Find(message.Reject.OrigClOrdId));
            _journal.Append(EventKind.CancelReject, _venue.Source, instrumentId, message.Reject);
            OnReject(message.Reject, instrumentId);
        }
    }

    [HotPath]
    private void OnReport(in ExecutionReportBody report, uint instrumentId)
    {
        ReportOutcome outcome = _gateway.Apply(report);
        if (outcome.Anomaly != AnomalyCode.None)
            OnAnomaly(outcome, report, instrumentId);
        if (!outcome.IsApplied)
            return;
        AppendState(outcome.Slot, report.ExecType);
        if (outcome.Reversed.Exists || outcome.Filled.Exists)
            OnFill(outcome, report);
        int strategy = _strategies.Find(OpenOrders[outcome.Slot].StrategyId);
        if (strategy >= 0 && _orderFlowEnabled)
            Guard(strategy, _strategies.CallOnExecution(strategy, report));
    }

    [HotPath]
    private void OnReject(in CancelRejectBody reject, uint instrumentId)
    {
        ReportOutcome outcome = _gateway.Apply(reject);
        if (outcome.IsApplied)
            AppendState(outcome.Slot, ExecType.None);
        else
            OnAnomaly(outcome, new ExecutionReportBody { ClOrdId = reject.ClOrdId }, instrumentId);
    }

    [HotPath]
    private void AppendState(int slot, ExecType execType)
    {
        Instrument instrument = Instruments[OpenOrders[slot].InstrumentId];
        OrderStateBody state = OpenOrders[slot].StateAfter(execType, instrument);
        _journal.Append(EventKind.OrderState, SourceId.Engine, instrument.Id, state);
    }

    [HotPath]
    private void OnFill(in ReportOutcome outcome, in ExecutionReportBody report)
    {
        ref readonly Order order = ref OpenOrders[outcome.Slot];
        if (outcome.Filled.Exists && !outcome.Reversed.Exists)
            Run.Fills++;
        Instrument instrument = Instruments[order.InstrumentId];
        if (!Positions.TryBook(instrument, order.StrategyId, order.Side, outcome.Reversed, outcome.Filled))
        {
            OnPositionOverflow(report, order.InstrumentId);
            return;
        }

        AppendPosition(order.InstrumentId, order.ClOrdId, report.ExecId, order.AccountId, order.StrategyId);
        WatchLoss(order.InstrumentId);
    }

    [HotPath]
    private void AppendPosition(uint instrumentId, ulong clOrdId, Id16 execId, ushort accountId, ushort strategyId)
    {
        ref readonly Position position = ref Positions[instrumentId];
        _journal.Append(EventKind.PositionChanged, SourceId.Engine, instrumentId, new PositionChangedBody
        {
            NetQty = position.NetQty,
            ClOrdId = clOrdId,
            OpenCost = position.OpenCost,
            RealizedPnl = position.RealizedPnl,
            Fees = position.Fees,
            ExecId = execId,
            AccountId = accountId,
            StrategyId = strategyId,
        });
    }
}
