using HftSandbox.Core.Instruments;
using HftSandbox.Core.MarketData;
using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Core.Venues;

/// <summary>Acknowledges at once. With fills on it fills fully at the limit price, a market order at the reference
/// price; with fills off orders rest. What may not rest is canceled.</summary>
internal sealed class StubVenue(MarketView market)
{
    /// <summary>Whether it fills.</summary>
    public bool FillsEnabled { get; set; }

    /// <summary>The last execution id given out; 0 = none yet.</summary>
    public ulong LastExecId { get; set; }

    [HotPath]
    public ExecutionReportBody Acknowledge(in Order order) =>
        Report(order, ExecType.New, OrdStatus.New, order.OrderQty);

    /// <summary>What becomes of an order right after its acknowledgement.</summary>
    /// <param name="order">An acknowledged order.</param>
    /// <param name="instrument">Its instrument.</param>
    /// <param name="nowNs">The engine's now.</param>
    /// <param name="causeId">Sequence of the input.</param>
    /// <param name="report">A fill or a cancel.</param>
    /// <returns>False = it rests.</returns>
    [HotPath]
    public bool TryComplete(
        in Order order,
        Instrument instrument,
        long nowNs,
        ulong causeId,
        out ExecutionReportBody report)
    {
        if (FillsEnabled && TryPrice(order, nowNs, out Px px))
        {
            report = Report(order, ExecType.Trade, OrdStatus.Filled, leavesQty: default);
            report.LastPx = px;
            report.LastQty = order.OrderQty;
            report.CumQty = order.OrderQty;
            report.Fee = instrument.FeeOf(instrument.CostOf(px, order.OrderQty), instrument.Config.TakerFeeRateE8);
            report.CauseId = causeId;
            report.Liquidity = Liquidity.Taker;
            report.FillCause = FillCause.Stub;
            return true;
        }

        if (MayRest(order))
        {
            report = default;
            return false;
        }

        report = Report(order, ExecType.Canceled, OrdStatus.Canceled, leavesQty: default);
        return true;
    }

    /// <summary>Answers a cancel request.</summary>
    [HotPath]
    public ExecutionReportBody Cancel(in Order order, ulong cancelClOrdId)
    {
        ExecutionReportBody report = Report(order, ExecType.Canceled, OrdStatus.Canceled, leavesQty: default);
        report.ClOrdId = cancelClOrdId;
        report.OrigClOrdId = order.ClOrdId;
        return report;
    }

    /// <summary>With fills on, a market order that cannot be priced has nothing to wait for.</summary>
    [HotPath]
    private bool MayRest(in Order order) =>
        order.TimeInForce is not (TimeInForce.Ioc or TimeInForce.Fok)
        && !(FillsEnabled && order.OrdType == OrdType.Market);

    /// <summary>A mid between two prices is rounded against the order.</summary>
    [HotPath]
    private bool TryPrice(in Order order, long nowNs, out Px px)
    {
        px = order.Px;
        if (order.OrdType == OrdType.Limit)
            return true;
        bool known = market.TryReference(order.InstrumentId, nowNs, out Int128 twicePx);
        px = new Px((long)((twicePx + (order.Side == Side.Buy ? 1 : 0)) >> 1));
        return known;
    }

    [HotPath]
    private ExecutionReportBody Report(in Order order, ExecType execType, OrdStatus status, Qty leavesQty) => new()
    {
        ClOrdId = order.ClOrdId,
        ExecId = new Id16(0, ++LastExecId),
        VenueOrderId = new Id16(0, order.ClOrdId),
        Px = order.Px,
        OrderQty = order.OrderQty,
        CumQty = order.CumQty,
        LeavesQty = leavesQty,
        StrategyId = order.StrategyId,
        ExecType = execType,
        OrdStatus = status,
        Side = order.Side,
        OrdType = order.OrdType,
        TimeInForce = order.TimeInForce,
    };
}
