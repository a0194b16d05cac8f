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
    public void One_that_throws_on_an_execution_loses_what_it_asked_for_before_too()
    {
        Rig rig = Scripts(new Script
        {
            OnQuote = context => Send(context, 3),
            OnExecution = _ => throw new InvalidOperationException("as intended"),
        });

        List<Recorded> group = rig.Quote(99, 101);

        StrategyFaultBody fault = group.Single<StrategyFaultBody>(EventKind.StrategyFault);
        Assert.Equal((StrategyFaultCode.Threw, 2u), (fault.Code, fault.DiscardedRequests));
        Assert.Single(group, record => record.Kind == EventKind.RiskDecision);
        Assert.Equal(0, rig.Engine.OpenOrders.Count);
        Assert.Single(rig.Quote(99, 101));
    }

    [Fact]
    public void The_requests_of_one_input_are_bounded_over_all_its_callbacks()
    {
        const int First = Limits.StrategyRequestsMax - 96;
        Rig rig = Scripts(new Script
        {
            OnQuote = context => Send(context, First),
            OnExecution = context => Send(context, 1),
        });

        List<Recorded> group = rig.Quote(99, 101);

        StrategyFaultBody fault = group.Single<StrategyFaultBody>(EventKind.StrategyFault);
        Assert.Equal((StrategyFaultCode.TooManyRequests, (uint)First), (fault.Code, fault.DiscardedRequests));
        Assert.Equal(97, group.Count(record => record.Kind == EventKind.RiskDecision));
        Assert.Equal(0, rig.Engine.OpenOrders.Count);
    }

    [Fact]
    public void What_one_loses_another_keeps()
    {
        Rig rig = Scripts(
            new Script
            {
                OnQuote = context => Send(context, 2),
                OnExecution = _ => throw new InvalidOperationException("as intended"),
            },
            new Script { OnQuote = context => Send(context, 2) });

        List<Recorded> group = rig.Quote(99, 101);

        Assert.Equal(
            [(ushort)1, (ushort)2, (ushort)2],
            group.Where(record => record.Kind == EventKind.RiskDecision)
                .Select(record => record.Body<RiskDecisionBody>().StrategyId));
        Assert.Equal(2, rig.Engine.OpenOrders.Count);
    }

    [Fact]
    public void One_cannot_touch_the_orders_of_another()
    {
        Rig rig = Scripts(
            new Script { OnQuote = context => Send(context, 1) },
            new Script
            {
                OnTrade = context =>
                {
                    context.Cancel(1001);
                    context.Replace(1001, new Px(50), new Qty(50));
                },
            });
        rig.Quote(99, 101);

        List<Recorded> group = rig.Trade(100);

        Assert.Equal(
            [RejectReason.UnknownOrder, RejectReason.UnknownOrder],
            group.Where(record => record.Kind == EventKind.CancelReject)
                .Select(record => record.Body<CancelRejectBody>().Reason));
        Assert.DoesNotContain(EventKind.ExecutionReport, group.Kinds());
        Assert.Equal(1, rig.Engine.OpenOrders.Count);
    }

    [Fact]
    public void A_timer_is_called_once_before_the_first_input_at_or_after_its_time()
    {
        var script = new Script
        {
            OnQuote = context => context.WakeAtNs = context.NowNs + 3_000,
            OnTimer = context => Send(context, 1),
        };
        Rig rig = Scripts(script);
        rig.Quote(99, 101);

        Rig restored = rig.Fork();
        foreach (Rig one in new[] { rig, restored })
        {
            Assert.Single(one.Trade(100));
            Assert.Single(one.Trade(100));
            List<Recorded> due = one.Trade(100);
            Assert.Equal([EventKind.Trade, EventKind.OrderIntent], due.Kinds().Take(2));
            Assert.Single(one.Trade(100));
        }
    }

    [Fact]
    public void Memory_is_part_of_the_snapshot()
    {
        Rig rig = Scripts(new Script { OnQuote = context => Send(context, (int)++context.Memory[255]) });
        rig.Quote(99, 101);
        rig.Quote(99, 101);

        Assert.Equal(3, rig.Fork().Quote(99, 101).Count(record => record.Kind == EventKind.RiskDecision));
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

    private static Rig Scripts(params Script[] scripts)
    {
        RunConfiguration configuration = Rig.Defaults() with
        {
            Features = new FeaturesConfig(true, EnableFills: false),
            Strategies = Rig.Strategies([.. scripts.Select((_, index) => $"{index}")]),
        };
        return new Rig(configuration, strategies: (strategy, _, _) => scripts[strategy.Name[0] - '0']).Start();
    }

    private static void Send(StrategyContext context, int orders)
    {
        for (int order = 0; order < orders; order++)
            context.Send(Side.Buy, OrdType.Limit, TimeInForce.Gtc, new Px(100), new Qty(1));
    }

    private sealed class Script : IStrategy
    {
        public Action<StrategyContext> OnQuote { get; init; } = _ => { };

        public Action<StrategyContext> OnTrade { get; init; } = _ => { };

        public Action<StrategyContext> OnExecution { get; init; } = _ => { };

        public Action<StrategyContext> OnTimer { get; init; } = _ => { };

        void IStrategy.OnQuote(StrategyContext context, in QuoteBody quote) => OnQuote(context);

        void IStrategy.OnTrade(StrategyContext context, in TradeBody trade) => OnTrade(context);

        void IStrategy.OnExecution(StrategyContext context, in ExecutionReportBody report) => OnExecution(context);

        void IStrategy.OnTimer(StrategyContext context) => OnTimer(context);
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
