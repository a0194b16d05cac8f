using HftSandbox.Core.Configuration;
using HftSandbox.Core.Strategies;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Strategies;

public sealed class StrategyHostTests
{
    [Fact]
    public void One_that_throws_is_quarantined_its_requests_discarded_and_its_orders_canceled()
    {
        var scripted = new Scripted { Requests = 2 };
        Rig rig = Resting(scripted);
        rig.Quote(99, 101);
        scripted.Throws = true;
        scripted.Requests = 3;

        List<Recorded> group = rig.Quote(99, 101);

        StrategyFaultBody fault = group.Single<StrategyFaultBody>(EventKind.StrategyFault);
        Assert.Equal((StrategyFaultCode.Threw, 3u, (ushort)1), (fault.Code, fault.DiscardedRequests, fault.StrategyId));
        Assert.Equal(
            [
                EventKind.Quote, EventKind.StrategyFault,
                EventKind.OrderIntent, EventKind.ExecutionReport, EventKind.OrderState,
                EventKind.OrderIntent, EventKind.ExecutionReport, EventKind.OrderState,
            ],
            group.Kinds());
        Assert.Equal(0, rig.Engine.OpenOrders.Count);
        Assert.Single(rig.Quote(99, 101));
        Assert.Equal(2, scripted.Calls);
    }

    [Theory]
    [InlineData(Limits.StrategyRequestsMax - 1, false)]
    [InlineData(Limits.StrategyRequestsMax, false)]
    [InlineData(Limits.StrategyRequestsMax + 1, true)]
    public void One_that_asks_too_often_is_quarantined(int requests, bool quarantined)
    {
        Rig rig = Resting(new Scripted { Requests = requests });

        List<Recorded> group = rig.Quote(99, 101);

        Assert.Equal(quarantined ? 0 : requests, group.Count(record => record.Kind == EventKind.RiskDecision));
        Assert.Equal(quarantined, group.Exists(record => record.Kind == EventKind.StrategyFault));
        if (quarantined)
        {
            StrategyFaultBody fault = group.Single<StrategyFaultBody>(EventKind.StrategyFault);
            Assert.Equal((StrategyFaultCode.TooManyRequests, (uint)requests), (fault.Code, fault.DiscardedRequests));
        }
    }

    [Fact]
    public void A_quarantine_outlives_a_reload_and_a_continued_run_but_not_a_flat_one()
    {
        var scripted = new Scripted { Throws = true };
        Rig rig = Resting(scripted);
        rig.Quote(99, 101);
        scripted.Throws = false;
        scripted.Requests = 1;

        rig.Reload(rig.Configuration);
        Assert.Single(rig.Quote(99, 101));
        rig.Start(RunMode.Continue);
        Assert.Single(rig.Quote(99, 101));
        rig.Start(RunMode.Flat);
        Assert.Equal(5, rig.Quote(99, 101).Count);
    }

    [Fact]
    public void An_unknown_strategy_fails_fast()
    {
        var rig = new Rig(Rig.Defaults() with { Strategies = Rig.Strategies("oracle") });

        var failure = Assert.Throws<NotSupportedException>(() => rig.Start());

        Assert.Contains("strategy oracle", failure.Message, StringComparison.Ordinal);
    }

    private static Rig Resting(Scripted scripted)
    {
        RunConfiguration resting = Rig.Defaults() with { Features = new FeaturesConfig(true, EnableFills: false) };
        return new Rig(resting, strategies: (_, _, _) => scripted).Start();
    }

    private sealed class Scripted : IStrategy
    {
        public int Requests { get; set; }

        public bool Throws { get; set; }

        public int Calls { get; private set; }

        public void OnQuote(StrategyContext context, in QuoteBody quote)
        {
            Calls++;
            for (int request = 0; request < Requests; request++)
                context.Send(Side.Buy, OrdType.Limit, TimeInForce.Gtc, new Px(100), new Qty(1));

            if (Throws)
                throw new InvalidOperationException("as intended");
        }

        public void OnTrade(StrategyContext context, in TradeBody trade) => Calls++;
    }
}
