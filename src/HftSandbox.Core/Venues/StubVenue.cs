using HftSandbox.Core.Instruments;
using HftSandbox.Core.MarketData;
using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Core.Venues;

/// <summary>Acknowledges at once. With fills on it fills fully at the limit price, a market order at the reference
/// price; with fills off orders rest. What may not rest is canceled.</summary>
internal sealed class StubVenue(InstrumentRegistry instruments, MarketView market) : Venue
{
    /// <summary>Whether it fills.</summary>
    public bool FillsEnabled { get; set; }

    /// <summary>The last execution id given out; 0 = none yet.</summary>
    public ulong LastExecId { get; set; }

    /// <summary>No order that is good till a date ends before; the engine looks through the orders then. Not part of
    /// the state: a restored engine looks at once.</summary>
    public long NextDeadlineNs { get; set; } = long.MinValue;

    /// <inheritdoc/>
    public override SourceId Source => SourceId.StubVenue;

    /// <inheritdoc/>
    [HotPath]
    public override void New(in Order order)
    {
        Outbox.Say(Report(order, ExecType.New, OrdStatus.New, order.RemainingQty));
        NextDeadlineNs = order.TimeInForce == TimeInForce.Gtd
            ? Math.Min(NextDeadlineNs, order.DeadlineNs)
            : NextDeadlineNs;
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
        if (replaced.RemainingQty.Mantissa > 0)
            Complete(replaced);
    }

    /// <summary>The order's time is over.</summary>
    [HotPath]
    public void Expire(in Order order) =>
        Outbox.Say(Report(order, ExecType.Expired, OrdStatus.Expired, leavesQty: default));

    [HotPath]
    private void Complete(in Order order)
    {
        if (FillsEnabled && TryPrice(order, out Px px))
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
        && !(FillsEnabled && order.OrdType == OrdType.Market);

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
