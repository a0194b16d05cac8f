using HftSandbox.Core.Strategies;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Strategies;

// README shows everything below this line.

/// <summary>Buys after three rising trades in a row, and sells what it has after two falling ones.</summary>
internal sealed class ThreeUpStrategy(long qty) : IStrategy
{
    public void OnTrade(StrategyContext context, in TradeBody trade)
    {
        ref long lastPx = ref context.Memory[0];
        ref long streak = ref context.Memory[1];
        int direction = lastPx == 0 ? 0 : Math.Sign(trade.Px.Mantissa - lastPx);
        if (direction != 0)
            streak = Math.Sign(streak) == direction ? streak + direction : direction;
        lastPx = trade.Px.Mantissa;

        if (context.Orders.MoveNext())
            return;
        Qty held = context.Position.NetQty;
        if (streak >= 3 && held.Mantissa == 0)
            context.Send(Side.Buy, OrdType.Market, TimeInForce.Ioc, default, new Qty(qty));
        else if (streak <= -2 && held.Mantissa > 0)
            context.Send(Side.Sell, OrdType.Market, TimeInForce.Ioc, default, held);
    }
}
