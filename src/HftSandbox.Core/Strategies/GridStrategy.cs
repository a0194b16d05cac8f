using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Events;

namespace HftSandbox.Core.Strategies;

/// <summary>Rests buys below and sells above the mid of the first uncrossed quote, one step apart. An order that has
/// filled is followed by the opposite one, a step further on.</summary>
internal sealed class GridStrategy(OrderTemplateConfig order, StrategyConfig config, Instrument instrument) : IStrategy
{
    private readonly long _tick = instrument.Config.TickSize;
    private readonly long _qty = config.QuantityOr("qty", order.Qty);
    private readonly long _levels = config.Parameter("levels");
    private readonly long _step = config.Parameter("step") * instrument.Config.TickSize;

    [HotPath]
    public void OnQuote(StrategyContext context, in QuoteBody quote)
    {
        ref long isSet = ref context.Memory[0];
        if (isSet != 0
            || quote.BidQty.Mantissa == 0
            || quote.AskQty.Mantissa == 0
            || quote.BidPx.Mantissa >= quote.AskPx.Mantissa)
            return;
        isSet = 1;
        long anchor = (long)(((Int128)quote.BidPx.Mantissa + quote.AskPx.Mantissa) / 2 / _tick) * _tick;
        for (long level = 1; level <= _levels; level++)
        {
            Rest(context, Side.Buy, anchor - (level * _step));
            Rest(context, Side.Sell, anchor + (level * _step));
        }
    }

    [HotPath]
    public void OnExecution(StrategyContext context, in ExecutionReportBody report)
    {
        if (report.ExecType != ExecType.Trade || report.LeavesQty.Mantissa != 0)
            return;
        if (report.Side == Side.Buy)
            Rest(context, Side.Sell, report.Px.Mantissa + _step);
        else
            Rest(context, Side.Buy, report.Px.Mantissa - _step);
    }

    [HotPath]
    private void Rest(StrategyContext context, Side side, long px) =>
        context.Send(side, OrdType.Limit, TimeInForce.Gtc, new Px(px), new Qty(_qty));
}
