using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Core.Strategies;

/// <summary>Is long while the fast average of the closes of closed bars is above the slow one, short while it is below;
/// turns with a market order.</summary>
internal sealed class MovingAverageStrategy(OrderTemplateConfig order, StrategyConfig config) : IStrategy
{
    /// <summary>Most bars of an average: they lie in the strategy's memory, behind their count.</summary>
    public const int BarsMax = Limits.StrategyMemoryMax - 1;

    private readonly long _qty = config.QuantityOr("qty", order.Qty);
    private readonly int _fast = (int)config.Parameter("fast");
    private readonly int _slow = (int)config.Parameter("slow");

    [HotPath]
    public void OnBar(StrategyContext context, in BarBody bar)
    {
        if (bar.Closed == 0)
            return;
        Span<long> closes = context.Memory[1..];
        ref long bars = ref context.Memory[0];
        closes[(int)(bars++ % _slow)] = bar.ClosePx.Mantissa;
        if (bars >= _slow && _fast < _slow)
            Turn(context, Sum(closes, bars, _fast) * _slow, Sum(closes, bars, _slow) * _fast);
    }

    /// <summary>The averages are compared as sums, each multiplied by the other's length.</summary>
    [HotPath]
    private void Turn(StrategyContext context, Int128 fast, Int128 slow)
    {
        if (fast == slow || context.Orders.MoveNext())
            return;
        Side side = fast > slow ? Side.Buy : Side.Sell;
        long position = context.Position.NetQty.Mantissa;
        long target = side == Side.Buy ? _qty : -_qty;
        long missing = target - position;
        if (missing != 0 && (missing > 0) == (side == Side.Buy))
            context.Send(side, OrdType.Market, TimeInForce.Ioc, default, new Qty(Math.Abs(missing)));
    }

    [HotPath]
    private Int128 Sum(Span<long> closes, long bars, int last)
    {
        Int128 sum = 0;
        for (int back = 1; back <= last; back++)
            sum += closes[(int)((bars - back) % _slow)];
        return sum;
    }
}
