using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Core.Strategies;

/// <summary>Sends the configured order on every tick, as the original program did.</summary>
internal sealed class TemplateStrategy(OrderTemplateConfig order) : IStrategy
{
    [HotPath]
    public void OnQuote(StrategyContext context, in QuoteBody quote) => Send(context);

    [HotPath]
    public void OnTrade(StrategyContext context, in TradeBody trade) => Send(context);

    [HotPath]
    private void Send(StrategyContext context) => context.Send(
        order.Side,
        order.Type,
        order.TimeInForce,
        new Px(order.Type == OrdType.Market ? 0 : order.Price),
        new Qty(order.Qty));
}
