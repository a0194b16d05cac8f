using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.MarketData;
using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Core.Venues;

/// <summary>Acknowledges at once. With fills on it fills fully at the limit price, a market order at the reference
/// price; with fills off orders rest. What may not rest is canceled.</summary>
internal sealed class StubVenue(InstrumentRegistry instruments, MarketView market, OrderStore orders) : Venue
{
    private bool _fills;
    private OpenOrderSweep _expiry;
    private bool _isExpiring;
    private bool _isRoll;

    // No order that is good till a date ends before. Not part of the state: a restored venue looks at once.
    private long _nextDeadlineNs = long.MinValue;

    /// <inheritdoc/>
    public override SourceId Source => SourceId.StubVenue;

    /// <inheritdoc/>
    [HotPath]
    public override void New(in Order order)
    {
        Outbox.Say(Report(order, ExecType.New, OrdStatus.New, order.RemainingQty));
        if (order.TimeInForce == TimeInForce.Gtd)
            _nextDeadlineNs = Math.Min(_nextDeadlineNs, order.DeadlineNs);
        Complete(order);
    }

    /// <inheritdoc/>
    [HotPath]
    public override void Cancel(in Order order, ulong clOrdId)
    {
        ExecutionReportBody report = Report(order, ExecType.Canceled, OrdStatus.Canceled, leavesQty: default);
        report.ClOrdId = clOrdId;
        report.OrigClOrdId = order.ClOrdId;
        Outbox.Say(report);
    }

    /// <inheritdoc/>
    [HotPath]
    public override void Replace(in Order order, in PendingRequest request)
    {
        Order replaced = order;
        replaced.ClOrdId = request.ClOrdId;
        replaced.Px = request.Px;
        replaced.OrderQty = new Qty(Math.Max(request.OrderQty.Mantissa, order.CumQty.Mantissa));
        ExecutionReportBody report = Report(replaced, ExecType.Replaced, OrdStatus.New, replaced.RemainingQty);
        report.OrigClOrdId = order.ClOrdId;
        Outbox.Say(report);
        if (request.DeadlineNs != 0)
            _nextDeadlineNs = Math.Min(_nextDeadlineNs, request.DeadlineNs);
        if (replaced.RemainingQty.Mantissa > 0)
            Complete(replaced);
    }

    /// <summary>Orders that are good till a date expire at their time, day orders when the session rolls.</summary>
    [HotPath]
    public override bool TryAct(long nowNs)
    {
        if (!_isExpiring && nowNs < _nextDeadlineNs)
            return false;
        if (!_isExpiring)
            StartExpiry(isRoll: false);
        while (_expiry.TryNext(orders, out int slot))
        {
            ref readonly Order order = ref orders[slot];
            if (IsOver(order, nowNs))
            {
                Outbox.Say(Report(order, ExecType.Expired, OrdStatus.Expired, leavesQty: default));
                return true;
            }

            if (order.TimeInForce == TimeInForce.Gtd)
                _nextDeadlineNs = Math.Min(_nextDeadlineNs, order.DeadlineNs);
        }

        _isExpiring = false;
        return false;
    }

    /// <inheritdoc/>
    public override void RollSession() => StartExpiry(isRoll: true);

    /// <inheritdoc/>
    public override void Load(RunConfiguration configuration) => _fills = configuration.Features.EnableFills;

    [HotPath]
    private void StartExpiry(bool isRoll)
    {
        _expiry = OpenOrderSweep.Over(orders);
        _isExpiring = true;
        _isRoll = isRoll;
        _nextDeadlineNs = long.MaxValue;
    }

    [HotPath]
    private bool IsOver(in Order order, long nowNs) =>
        (order.TimeInForce == TimeInForce.Gtd && order.DeadlineNs <= nowNs)
        || (_isRoll && order.TimeInForce == TimeInForce.Day);

    [HotPath]
    private void Complete(in Order order)
    {
        if (_fills && TryPrice(order, out Px px))
            Outbox.Say(FillReport(order, px));
        else if (!MayRest(order))
            Outbox.Say(Report(order, ExecType.Canceled, OrdStatus.Canceled, leavesQty: default));
    }

    [HotPath]
    private ExecutionReportBody FillReport(in Order order, Px px)
    {
        Instrument instrument = instruments[order.InstrumentId];
        ExecutionReportBody report = Report(order, ExecType.Trade, OrdStatus.Filled, leavesQty: default);
        report.LastPx = px;
        report.LastQty = order.RemainingQty;
        report.CumQty = order.OrderQty;
        report.Fee = instrument.FeeOf(instrument.CostOf(px, report.LastQty), instrument.Config.TakerFeeRateE8);
        report.CauseId = Moment.CauseSequence;
        report.Liquidity = Liquidity.Taker;
        report.FillCause = FillCause.Stub;
        return report;
    }

    /// <summary>With fills on, a market order that cannot be priced has nothing to wait for.</summary>
    [HotPath]
    private bool MayRest(in Order order) =>
        order.TimeInForce is not (TimeInForce.Ioc or TimeInForce.Fok)
        && !(_fills && order.OrdType == OrdType.Market);

    /// <summary>A mid between two prices is rounded against the order.</summary>
    [HotPath]
    private bool TryPrice(in Order order, out Px px)
    {
        px = order.Px;
        if (order.OrdType == OrdType.Limit)
            return true;
        bool known = market.TryReference(order.InstrumentId, Moment.NowNs, out Int128 twicePx);
        px = new Px((long)((twicePx + (order.Side == Side.Buy ? 1 : 0)) >> 1));
        return known;
    }

    [HotPath]
    private ExecutionReportBody Report(in Order order, ExecType execType, OrdStatus status, Qty leavesQty) => new()
    {
        ClOrdId = order.ClOrdId,
        ExecId = new Id16(0, ++LastExecId),
        VenueOrderId = new Id16(0, order.RootClOrdId),
        Px = order.Px,
        OrderQty = order.OrderQty,
        CumQty = order.CumQty,
        LeavesQty = leavesQty,
        AccountId = order.AccountId,
        StrategyId = order.StrategyId,
        ExecType = execType,
        OrdStatus = status,
        Side = order.Side,
        OrdType = order.OrdType,
        TimeInForce = order.TimeInForce,
    };
}
