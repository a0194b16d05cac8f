using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Events;

namespace HftSandbox.Core.Strategies;

/// <summary>Sends the configured order on every tick, as the original program did.</summary>
internal sealed class TemplateStrategy(OrderTemplateConfig order, InstrumentRegistry instruments) : IStrategy
{
    private readonly NewOrderRequest _request = new(
        instruments.IdOf(order.Symbol),
        order.Side,
        order.Type,
        order.TimeInForce,
        new Px(order.Type == OrdType.Market ? 0 : order.Price),
        new Qty(order.Qty));

    [HotPath]
    public void OnQuote(StrategyContext context, in QuoteBody quote) => context.Send(_request);

    [HotPath]
    public void OnTrade(StrategyContext context, in TradeBody trade) => context.Send(_request);
}
