using System.Text.Json;
using HftSandbox.Core.Instruments;
using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>The order state machine: applies what a venue says to our view of the orders. A fact from the venue wins
/// over our state; what cannot be is an anomaly, and changes nothing.</summary>
internal sealed class OrderGateway(OrderStore orders, InstrumentRegistry instruments)
{
    /// <summary>What an outside venue has reported; null with our own venues.</summary>
    public ExecutionLog? Executions { get; set; }

    /// <summary>Applies an execution report.</summary>
    [HotPath]
    public ReportOutcome Apply(in ExecutionReportBody report)
    {
        if (Executions is not null && !report.ExecId.IsNone && Executions.Contains(report.ExecId))
            return ReportOutcome.Refused(Find(report), AnomalyCode.DuplicateExecId);
        int slot = Find(report);
        ReportOutcome outcome = slot == SlotLists.None ? OfUnknownOrder(report) : ApplyOrOverflow(slot, report);
        if (Executions is not null && !report.ExecId.IsNone)
            Remember(report, outcome);
        return outcome;
    }

    /// <summary>Applies the reject of a cancel or replace. One of an order that has ended changes nothing: its
    /// requests ended with it.</summary>
    [HotPath]
    public ReportOutcome Apply(in CancelRejectBody reject)
    {
        int slot = FindById(reject.ClOrdId, reject.OrigClOrdId);
        if (slot == SlotLists.None)
            return ReportOutcome.Refused(slot, AnomalyCode.UnknownOrder);
        int request = FindRequest(slot, reject.ClOrdId, TypeOf(reject.ResponseTo));
        if (request != SlotLists.None)
            orders.Answer(slot, request);
        orders.Settle(slot);
        return new ReportOutcome { Slot = slot, IsApplied = true };
    }

    /// <summary>Writes what the outside venue has reported; nothing of our own venues.</summary>
    public void WriteExecutions(Utf8JsonWriter json)
    {
        json.WriteStartArray("executions"u8);
        Executions?.WriteState(json);
        json.WriteEndArray();
    }

    [HotPath]
    private int Find(in ExecutionReportBody report) => FindById(report.ClOrdId, report.OrigClOrdId);

    [HotPath]
    private int FindById(ulong clOrdId, ulong origClOrdId)
    {
        int slot = orders.Find(clOrdId);
        return slot == SlotLists.None ? orders.Find(origClOrdId) : slot;
    }

    /// <summary>The request that is spoken of by its id, else one that the venue began by itself.</summary>
    [HotPath]
    private int FindRequest(int slot, ulong clOrdId, IntentType type)
    {
        int request = clOrdId == 0 ? SlotLists.None : orders.Requests.Find(slot, clOrdId);
        return request == SlotLists.None ? orders.Requests.FindVenues(slot, type) : request;
    }

    [HotPath]
    private static IntentType TypeOf(ExecType execType) => execType switch
    {
        ExecType.PendingCancel => IntentType.Cancel,
        ExecType.PendingReplace or ExecType.Replaced => IntentType.Replace,
        _ => IntentType.None,
    };

    [HotPath]
    private static IntentType TypeOf(CancelRejectResponseTo responseTo) => responseTo switch
    {
        CancelRejectResponseTo.Cancel => IntentType.Cancel,
        CancelRejectResponseTo.Replace => IntentType.Replace,
        _ => IntentType.None,
    };

    [HotPath]
    private static ReportOutcome OfUnknownOrder(in ExecutionReportBody report)
    {
        bool moves = report.ExecType is ExecType.Trade or ExecType.TradeCancel or ExecType.TradeCorrect;
        return ReportOutcome.Refused(
            SlotLists.None,
            moves ? AnomalyCode.OrphanExecution : AnomalyCode.UnknownOrder,
            actual: report.LastQty.Mantissa);
    }

    [HotPath]
    private ReportOutcome ApplyOrOverflow(int slot, in ExecutionReportBody report)
    {
        try
        {
            return ApplyTo(slot, report);
        }
        catch (OverflowException)
        {
            return ReportOutcome.Refused(slot, AnomalyCode.ArithmeticOverflow, actual: report.LastQty.Mantissa);
        }
    }

    /// <summary>Quantities first, then the status; nothing is kept before everything is known to be legal.</summary>
    [HotPath]
    private ReportOutcome ApplyTo(int slot, in ExecutionReportBody report)
    {
        Order next = orders[slot];
        var outcome = new ReportOutcome { Slot = slot };
        int request = FindRequest(slot, report.ClOrdId, TypeOf(report.ExecType));
        switch (report.ExecType)
        {
            case ExecType.Trade when report.LastQty.Mantissa > 0:
                Fill(ref next, ref outcome, report);
                break;
            case ExecType.Replaced or ExecType.Restated when report.OrderQty.Mantissa < 0:
                return ReportOutcome.Refused(slot, AnomalyCode.InvalidReport, actual: report.OrderQty.Mantissa);
            case ExecType.TradeCancel or ExecType.TradeCorrect:
                if (!TryReverse(ref next, ref outcome, report))
                    return ReportOutcome.Refused(slot, AnomalyCode.UnknownExecRef);
                break;
            case ExecType.Replaced:
                Replace(ref next, request, report);
                break;
            case ExecType.Restated:
                Restate(ref next, report.Px, report.OrderQty);
                break;
            case ExecType.None or ExecType.Trade:
                return ReportOutcome.Refused(slot, AnomalyCode.InvalidReport, actual: report.LastQty.Mantissa);
        }

        OrdStatus status = OrderLifecycle.Next(next.BaseStatus, report.ExecType, next.OrderQty, next.CumQty);
        if (status == OrdStatus.None)
        {
            return ReportOutcome.Refused(
                slot, AnomalyCode.IllegalTransition, (long)next.BaseStatus, (long)report.ExecType);
        }

        NoteSuspicion(ref outcome, next, report);
        next.BaseStatus = status;
        if (status is OrdStatus.DoneForDay or OrdStatus.Suspended)
            next.VenueLeavesQty = report.LeavesQty;
        orders[slot] = next;
        if (outcome.Reversed.Exists)
            Executions![outcome.ReversedPlace].Qty = default;
        AdvanceRequest(slot, request, report);
        orders.Settle(slot);
        outcome.IsApplied = true;
        return outcome;
    }

    [HotPath]
    private void Fill(ref Order order, ref ReportOutcome outcome, in ExecutionReportBody report)
    {
        Take(ref order, report.LastPx, report.LastQty.Mantissa);
        outcome.Filled = new Fill(report.LastPx, report.LastQty, report.Fee);
    }

    /// <summary>A bust takes a fill back; a correction takes it back and puts another in its place.</summary>
    [HotPath]
    private bool TryReverse(ref Order order, ref ReportOutcome outcome, in ExecutionReportBody report)
    {
        if (Executions is null || report.LastQty.Mantissa < 0
            || !Executions.TryFindFill(report.RefExecId, order.RootClOrdId, out int place))
            return false;
        Execution original = Executions[place];
        Take(ref order, original.Px, -original.Qty.Mantissa);
        outcome.Reversed = new Fill(original.Px, original.Qty, original.Fee).TakenBack;
        outcome.ReversedPlace = place;
        if (report.ExecType == ExecType.TradeCorrect)
            Fill(ref order, ref outcome, report);
        return true;
    }

    [HotPath]
    private void Take(ref Order order, Px px, long qty)
    {
        Int128 cost = instruments[order.InstrumentId].CostOf(px, new Qty(qty));
        order.CumQty = new Qty(checked(order.CumQty.Mantissa + qty));
        order.CumCost = new Cost(checked(order.CumCost.Mantissa + cost));
    }

    /// <summary>What the venue says is in force wins over what was asked for.</summary>
    [HotPath]
    private void Replace(ref Order order, int request, in ExecutionReportBody report)
    {
        if (request != SlotLists.None)
        {
            ref readonly PendingRequest asked = ref orders.Requests[request];
            Restate(ref order, asked.Px, asked.OrderQty);
            order.DeadlineNs = asked.DeadlineNs == 0 ? order.DeadlineNs : asked.DeadlineNs;
            order.OrdType = asked.OrdType == OrdType.None ? order.OrdType : asked.OrdType;
            order.TimeInForce = asked.TimeInForce == TimeInForce.None ? order.TimeInForce : asked.TimeInForce;
        }

        Restate(ref order, report.Px, report.OrderQty);
    }

    /// <summary>0 = as before. The quantity never goes below what is filled.</summary>
    [HotPath]
    private static void Restate(ref Order order, Px px, Qty orderQty)
    {
        if (px.Mantissa != 0)
            order.Px = px;
        if (orderQty.Mantissa != 0)
            order.OrderQty = new Qty(Math.Max(orderQty.Mantissa, order.CumQty.Mantissa));
    }

    [HotPath]
    private void AdvanceRequest(int slot, int request, in ExecutionReportBody report)
    {
        switch (report.ExecType)
        {
            case ExecType.PendingCancel or ExecType.PendingReplace:
                if (request != SlotLists.None)
                    orders.SetUnderWay(slot, request);
                else if (orders.Requests.HasRoomFor(slot))
                    orders.Ask(slot, StartedByVenue(report), isUnderWay: true);
                break;
            case ExecType.Replaced when request != SlotLists.None:
                ulong clOrdId = orders.Requests[request].ClOrdId;
                orders.Answer(slot, request);
                if (clOrdId != 0)
                    orders.Rename(slot, clOrdId);
                break;
        }
    }

    [HotPath]
    private static OrderIntentBody StartedByVenue(in ExecutionReportBody report)
    {
        bool isCancel = report.ExecType == ExecType.PendingCancel;
        return new OrderIntentBody
        {
            Px = isCancel ? default : report.Px,
            Qty = isCancel ? default : report.OrderQty,
            IntentType = TypeOf(report.ExecType),
        };
    }

    /// <summary>What is applied all the same, because the venue is right, and should be looked at.</summary>
    [HotPath]
    private void NoteSuspicion(ref ReportOutcome outcome, in Order order, in ExecutionReportBody report)
    {
        bool isTrade = report.ExecType == ExecType.Trade;
        (long expected, long actual) = (order.OrderQty.Mantissa, order.CumQty.Mantissa);
        if (isTrade && OrderLifecycle.HasNoLeaves(order.BaseStatus))
            outcome.Suspect(AnomalyCode.ExecutionAfterTerminal, 0, report.LastQty.Mantissa);
        else if (isTrade && actual > expected)
            outcome.Suspect(AnomalyCode.OverFill, expected, actual);
        else if (Executions is not null && report.CumQty.Mantissa != 0 && report.CumQty.Mantissa != actual)
            outcome.Suspect(AnomalyCode.QuantityMismatch, actual, report.CumQty.Mantissa);
    }

    [HotPath]
    private void Remember(in ExecutionReportBody report, in ReportOutcome outcome) => Executions!.Add(new Execution
    {
        ExecId = report.ExecId,
        RootClOrdId = outcome.Slot == SlotLists.None ? 0 : orders[outcome.Slot].RootClOrdId,
        Px = outcome.Filled.Px,
        Qty = outcome.Filled.Qty,
        Fee = outcome.Filled.Fee,
    });
}
