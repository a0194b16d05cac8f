using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Core.Orders;
using HftSandbox.Core.Risk;
using HftSandbox.Core.Strategies;
using HftSandbox.Events;

namespace HftSandbox.Core;

/// <content>What comes from outside requesters, an outside venue and the operator.</content>
public sealed partial class TradingEngine
{
    private readonly RequestWindow _requests = new();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnOutsideRequest(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        OrderRequest request = header.Kind switch
        {
            EventKind.OrderRequest => NewOrder(MemoryMarshal.AsRef<OrderRequestBody>(payload)),
            EventKind.CancelRequest => CancelOf(MemoryMarshal.AsRef<CancelRequestBody>(payload), header.Source),
            _ => ReplaceOf(MemoryMarshal.AsRef<ReplaceRequestBody>(payload), header.Source),
        };
        request.InstrumentId = header.InstrumentId;
        request.Source = header.Source;
        Id16 clientRequestId = request.Intent.ClientRequestId;
        if (_requests.Find(header.Source, clientRequestId) is not 0 and var first)
        {
            OnDuplicateRequest(request, first);
            return;
        }

        _requests.Add(header.Source, clientRequestId, OpenOrders.NextClOrdId);
        Route(request);
        Settle();
    }

    private static OrderRequest NewOrder(in OrderRequestBody body) => new()
    {
        Intent = new OrderIntentBody
        {
            ClientRequestId = body.ClientRequestId,
            Px = body.Px,
            Qty = body.Qty,
            DeadlineNs = body.DeadlineNs,
            AccountId = body.AccountId,
            StrategyId = body.StrategyId,
            Side = body.Side,
            OrdType = body.OrdType,
            TimeInForce = body.TimeInForce,
            ExecInst = body.ExecInst,
            IntentType = IntentType.New,
        },
    };

    private OrderRequest CancelOf(in CancelRequestBody body, SourceId source) => new()
    {
        Intent = new OrderIntentBody
        {
            OrigClOrdId = body.OrigClOrdId != 0 ? body.OrigClOrdId : _requests.Find(source, body.OrigClientRequestId),
            ClientRequestId = body.ClientRequestId,
            AccountId = body.AccountId,
            StrategyId = body.StrategyId,
            IntentType = IntentType.Cancel,
        },
    };

    private OrderRequest ReplaceOf(in ReplaceRequestBody body, SourceId source) => new()
    {
        Intent = new OrderIntentBody
        {
            OrigClOrdId = body.OrigClOrdId != 0 ? body.OrigClOrdId : _requests.Find(source, body.OrigClientRequestId),
            ClientRequestId = body.ClientRequestId,
            Px = body.Px,
            Qty = body.Qty,
            DeadlineNs = body.DeadlineNs,
            AccountId = body.AccountId,
            StrategyId = body.StrategyId,
            OrdType = body.OrdType,
            TimeInForce = body.TimeInForce,
            IntentType = IntentType.Replace,
        },
    };

    /// <summary>A request id that was used before asks for nothing: the first request stands.</summary>
    private void OnDuplicateRequest(in OrderRequest request, ulong first) =>
        _journal.Append(EventKind.Anomaly, SourceId.Engine, request.InstrumentId, new AnomalyBody
        {
            ClOrdId = first,
            ExecId = request.Intent.ClientRequestId,
            Code = AnomalyCode.DuplicateRequest,
            StrategyId = request.Intent.StrategyId,
        });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RejectRequest(int slot, in OrderIntentBody intent, RejectReason reason) =>
        _journal.Append(EventKind.CancelReject, SourceId.Engine, InstrumentOf(slot), new CancelRejectBody
        {
            ClOrdId = intent.ClOrdId,
            OrigClOrdId = intent.OrigClOrdId,
            AccountId = intent.AccountId,
            StrategyId = intent.StrategyId,
            OrdStatus = slot == SlotLists.None ? OrdStatus.Rejected : OpenOrders[slot].OrdStatus,
            ResponseTo = intent.IntentType == IntentType.Cancel
                ? CancelRejectResponseTo.Cancel
                : CancelRejectResponseTo.Replace,
            Reason = reason,
        });

    /// <summary>Our own venues speak for themselves: a report from elsewhere changes nothing.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnOutsideReport(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        bool isReport = header.Kind == EventKind.ExecutionReport;
        if (_venue != _outsideVenue)
        {
            OnAnomaly(
                ReportOutcome.Refused(SlotLists.None, AnomalyCode.UnexpectedReport),
                isReport ? MemoryMarshal.AsRef<ExecutionReportBody>(payload) : default,
                header.InstrumentId);
            return;
        }

        if (isReport)
            OnReport(MemoryMarshal.AsRef<ExecutionReportBody>(payload), header.InstrumentId);
        else
            OnReject(MemoryMarshal.AsRef<CancelRejectBody>(payload), header.InstrumentId);
        Settle();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnAnomaly(in ReportOutcome outcome, in ExecutionReportBody report, uint instrumentId)
    {
        _journal.Append(EventKind.Anomaly, SourceId.Engine, instrumentId, new AnomalyBody
        {
            ClOrdId = report.ClOrdId,
            ExecId = report.ExecId,
            Expected = outcome.Expected,
            Actual = outcome.Actual,
            Code = outcome.Anomaly,
            StrategyId = report.StrategyId,
        });
        if (outcome.Anomaly == AnomalyCode.OrphanExecution)
            OnOrphan(report, instrumentId);
    }

    /// <summary>One that does not say its instrument may be of any: all are halted.</summary>
    private void OnOrphan(in ExecutionReportBody report, uint instrumentId)
    {
        uint first = instrumentId == 0 ? 1 : instrumentId;
        uint last = instrumentId == 0 ? (uint)Instruments.Count : instrumentId;
        for (uint id = first; id <= last; id++)
        {
            if (_halts.OnOrphan(id, SideOfOrphan(report), report.LastQty))
                AppendHalt(id, HaltReason.Orphan, isActive: true);
        }
    }

    /// <summary>What a bust takes back may count on the other side, and how a correction differs is not
    /// known.</summary>
    private static Side SideOfOrphan(in ExecutionReportBody report) =>
        report.ExecType == ExecType.Trade ? report.Side : Side.None;

    private void AppendHalt(uint instrumentId, HaltReason reason, bool isActive) =>
        _journal.Append(EventKind.RiskHalt, SourceId.Engine, instrumentId, new RiskHaltBody
        {
            Reason = reason,
            Active = isActive ? (byte)1 : (byte)0,
        });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnOperator(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind == EventKind.PositionAdjustment && header.InstrumentId != 0)
            Adjust(MemoryMarshal.AsRef<PositionAdjustmentBody>(payload), header.InstrumentId);
        else if (header.Kind == EventKind.RiskReset)
            Reset(MemoryMarshal.AsRef<RiskResetBody>(payload), header.InstrumentId);
        Settle();
    }

    /// <summary>Lifts the halts of losses that the operator means. An orphan's halt ends with an adjustment
    /// only.</summary>
    private void Reset(in RiskResetBody body, uint instrumentId)
    {
        if (body.Reason is not (HaltReason.None or HaltReason.MaxDailyLoss))
            return;
        foreach (LossScope scope in _risk.Loss.Scopes)
        {
            if (scope.IsHalted
                && (instrumentId == 0 || scope.InstrumentId == instrumentId)
                && (body.StrategyId == 0 || scope.StrategyId == body.StrategyId))
                Restart(scope);
        }
    }

    /// <summary>An adjustment is booked like a fill without a fee. It says what the position is, so it also ends an
    /// orphan's halt.</summary>
    private void Adjust(in PositionAdjustmentBody body, uint instrumentId)
    {
        Side side = body.QtyDelta.Mantissa < 0 ? Side.Sell : Side.Buy;
        long qty = body.QtyDelta.Mantissa == long.MinValue ? 0 : Math.Abs(body.QtyDelta.Mantissa);
        var fill = new Fill(body.Px, new Qty(qty), default);
        bool isBooked = body.QtyDelta.Mantissa != long.MinValue
            && (qty == 0 || Positions.TryBook(Instruments[instrumentId], body.StrategyId, side, default, fill));
        if (!isBooked)
        {
            OnPositionOverflow(
                new ExecutionReportBody { ExecId = body.ReferenceId, LastQty = body.QtyDelta }, instrumentId);
            return;
        }

        AppendPosition(instrumentId, clOrdId: 0, body.ReferenceId, body.AccountId, body.StrategyId);
        WatchLoss(instrumentId);
        if (_halts.Resume(instrumentId))
            AppendHalt(instrumentId, HaltReason.Orphan, isActive: false);
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
