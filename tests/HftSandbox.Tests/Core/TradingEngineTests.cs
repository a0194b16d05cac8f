using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.MarketData;
using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core;

public sealed class TradingEngineTests
{
    [Fact]
    public void An_allowed_and_filled_order_leaves_its_records_in_causal_order()
    {
        var rig = new Rig().Start();

        List<Recorded> group = rig.Quote(99, 101);

        Assert.Equal(
            [
                EventKind.Quote, EventKind.OrderIntent, EventKind.RiskDecision,
                EventKind.ExecutionReport, EventKind.OrderState,
                EventKind.ExecutionReport, EventKind.OrderState, EventKind.PositionChanged,
            ],
            group.Kinds());
        Assert.Equal(
            [
                (ExecType.New, OrdStatus.New, 0L, 10L),
                (ExecType.Trade, OrdStatus.Filled, 10L, 0L),
            ],
            group.Where(record => record.Kind == EventKind.OrderState)
                .Select(record => record.Body<OrderStateBody>())
                .Select(state => (state.ExecType, state.OrdStatus, state.CumQty.Mantissa, state.LeavesQty.Mantissa)));
    }

    [Fact]
    public void Derived_records_carry_the_times_and_the_sequence_of_their_cause()
    {
        var rig = new Rig().Start();

        List<Recorded> group = rig.Quote(99, 101);

        RecordHeader input = group[0].Header;
        Assert.Equal(input.Sequence, input.CauseSequence);
        Assert.True(input.IsInput);
        for (int index = 1; index < group.Count; index++)
        {
            RecordHeader derived = group[index].Header;
            Assert.True(derived.IsDerived);
            Assert.Equal(input.Sequence + (ulong)index, derived.Sequence);
            Assert.Equal(input.Sequence, derived.CauseSequence);
            Assert.Equal(input.EventTimeNs, derived.EventTimeNs);
            Assert.Equal(input.ReceiveTimeNs, derived.ReceiveTimeNs);
            Assert.Equal(Rig.First, derived.InstrumentId);
            Assert.Equal(0u, derived.FeedPosition);
        }

        Assert.Equal(
            [(SourceId)513, SourceId.Engine, SourceId.StubVenue, SourceId.Engine, SourceId.StubVenue, SourceId.Engine,
                SourceId.Engine],
            group.Skip(1).Select(record => record.Header.Source));
    }

    [Fact]
    public void An_input_is_written_as_it_came()
    {
        var rig = new Rig().Start();

        Recorded input = rig.Quote(99, 101, position: 17, last: false).Single();

        Assert.Equal(17u, input.Header.FeedPosition);
        Assert.Equal(SourceId.Sim, input.Header.Source);
        Assert.Equal(RecordFlags.Input, input.Header.Flags);
        Assert.Equal(rig.NowNs, input.Header.ReceiveTimeNs);
        Assert.Equal(rig.NowNs - 500, input.Header.EventTimeNs);
        Assert.Equal(99, input.Body<QuoteBody>().BidPx.Mantissa);
    }

    [Fact]
    public void The_first_order_id_is_the_configured_one_and_a_denied_intent_consumes_its_id()
    {
        var rig = new Rig(Rig.WithLimits(Rig.NoLimits with { MaxPosition = 10 })).Start();

        List<Recorded> allowed = rig.Quote(99, 101);
        List<Recorded> denied = rig.Quote(99, 101);

        Assert.Equal(1001u, allowed.Single<OrderIntentBody>(EventKind.OrderIntent).ClOrdId);
        Assert.Equal([EventKind.Quote, EventKind.OrderIntent, EventKind.RiskDecision], denied.Kinds());
        Assert.Equal(1002u, denied.Decision().ClOrdId);
        Assert.Equal(1003u, rig.Engine.NextClOrdId);
    }

    [Fact]
    public void A_strategy_is_called_on_the_last_input_of_a_message_only()
    {
        var rig = new Rig().Start();

        Assert.Single(rig.Quote(99, 101, last: false));
        Assert.Single(rig.Quote(99, 101, instrument: Rig.Second));
        Assert.Equal(8, rig.Trade(100).Count);
    }

    [Fact]
    public void Without_order_flow_no_strategy_is_called()
    {
        RunConfiguration defaults = Rig.Defaults();
        var rig = new Rig(defaults with { Features = new FeaturesConfig(EnableOrderFlow: false, EnableFills: true) });
        rig.Start();

        Assert.Single(rig.Quote(99, 101));
    }

    [Theory]
    [InlineData(EventKind.BookLevel, BookLevelBody.SizeBytes)]
    [InlineData(EventKind.BookClear, BookClearBody.SizeBytes)]
    [InlineData(EventKind.Bar, BarBody.SizeBytes)]
    [InlineData(EventKind.FeedGap, FeedGapBody.SizeBytes)]
    [InlineData(EventKind.Timer, TimerBody.SizeBytes)]
    public void Other_market_data_is_recorded_and_changes_nothing_else(EventKind kind, int bodyBytes)
    {
        var rig = new Rig().Start();

        List<Recorded> group = rig.Input(kind, Rig.First, new byte[bodyBytes], SourceId.Sim);

        Assert.Equal([kind], group.Kinds());
    }

    [Theory]
    [InlineData(EventKind.OrderIntent)]
    [InlineData(EventKind.OrderState)]
    [InlineData((EventKind)0x00FF)]
    public void An_input_that_this_engine_cannot_process_is_refused_by_name(EventKind kind)
    {
        var rig = new Rig().Start();

        var failure = Assert.Throws<NotSupportedException>(() => rig.Input(kind, 1, new byte[160], SourceId.Pipeline));

        Assert.Equal($"input kind {kind} is not supported by engine {EngineVersion.Current}", failure.Message);
    }

    [Fact]
    public void Breaking_the_rules_of_a_run_fails_fast()
    {
        Assert.Throws<InvalidOperationException>(() => new Rig().Quote(99, 101));
        Assert.Throws<InvalidOperationException>(() => new Rig().Start().Quote(99, 101, instrument: 3));
        Assert.Throws<InvalidOperationException>(() => new Rig().Start().Start());
        Assert.Throws<InvalidOperationException>(() => new Rig().Start(RunMode.None));

        var stopped = new Rig().Start();
        stopped.Stop();
        Assert.Throws<InvalidOperationException>(() => stopped.Quote(99, 101));

        var late = new Rig().Start();
        late.NowNs -= 10_000;
        Assert.Throws<InvalidOperationException>(() => late.Quote(99, 101));
    }

    [Fact]
    public void A_group_is_committed_once_per_input()
    {
        var rig = new Rig().Start();
        rig.Quote(99, 101);
        rig.Quote(99, 101);

        Assert.Equal(3, rig.Output.Commits);
    }

    [Fact]
    public void Run_totals_count_what_happened_since_the_start_of_the_run()
    {
        var rig = new Rig(Rig.WithLimits(Rig.NoLimits with { MaxPosition = 20 })).Start();
        for (int tick = 0; tick < 5; tick++)
            rig.Quote(99, 101);

        Assert.Equal((6ul, 5ul, 2ul, 3ul), (
            rig.Engine.Run.Inputs, rig.Engine.Run.OrderIntents, rig.Engine.Run.Fills,
            rig.Engine.Run.Denied(RiskReason.MaxPosition)));
        Assert.Equal(rig.Engine.LastSequence, rig.Engine.Run.Events);

        rig.Stop();
        rig.Start(RunMode.Continue);

        Assert.Equal((1ul, 1ul, 0ul, 0ul), (
            rig.Engine.Run.Inputs, rig.Engine.Run.Events, rig.Engine.Run.Fills,
            rig.Engine.Run.Denied(RiskReason.MaxPosition)));
    }

    [Fact]
    public void Continuing_keeps_positions_orders_and_ids_and_flat_keeps_the_ids_only()
    {
        var rig = new Rig().Start();
        rig.Quote(99, 101);
        rig.Reload(rig.Configuration with { Features = new FeaturesConfig(true, EnableFills: false) });
        rig.Quote(99, 101);
        Assert.Equal(StopReason.None, rig.Engine.LastStop);
        rig.Stop(StopReason.OrderCount);
        Assert.Equal(StopReason.OrderCount, rig.Engine.LastStop);

        rig.Start(RunMode.Continue);
        Assert.Equal(StopReason.None, rig.Engine.LastStop);
        Assert.Equal((10L, 1, 1003ul), Standing(rig));

        rig.Start(RunMode.Flat);
        Assert.Equal((0L, 0, 1003ul), Standing(rig));
        Assert.Equal(1003u, rig.Quote(99, 101).Single<OrderIntentBody>(EventKind.OrderIntent).ClOrdId);

        static (long, int, ulong) Standing(Rig rig) =>
            (rig.Engine.Positions[Rig.First].NetQty.Mantissa, rig.Engine.OpenOrders.Count, rig.Engine.NextClOrdId);
    }

    [Fact]
    public void A_changed_registry_fails_fast_and_says_what_changed()
    {
        var rig = new Rig().Start();
        InstrumentConfig other = Rig.Instrument("TEST-USD") with { PriceScale = 7 };

        var failure = Assert.Throws<InvalidOperationException>(
            () => rig.Reload(rig.Configuration with { Instruments = [other, rig.Configuration.Instruments[1]] }));

        Assert.Contains("instrument 1 was TEST-USD (price 8", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reload_takes_effect_on_the_next_order()
    {
        var rig = new Rig().Start();
        Assert.Equal(RiskReason.None, rig.Quote(99, 101).Decision().Reason);
        RunConfiguration tighter = Rig.WithLimits(Rig.NoLimits with { MaxOrderQty = 9 });

        rig.Reload(tighter);

        Assert.Equal(RiskReason.MaxOrderQty, rig.Quote(99, 101).Decision().Reason);
    }

    [Fact]
    public void The_kill_switch_cancels_what_rests_and_denies_the_rest()
    {
        RunConfiguration resting = Rig.Defaults() with { Features = new FeaturesConfig(true, EnableFills: false) };
        var rig = new Rig(resting).Start();
        for (int order = 0; order < 5000; order++)
            rig.Quote(99, 101);

        List<Recorded> group = rig.Reload(resting with { Risk = resting.Risk with { KillSwitch = true } });

        Assert.Equal(0, rig.Engine.OpenOrders.Count);
        Assert.Equal(1 + (3 * 5000), group.Count);
        Assert.Equal(
            [EventKind.Config, EventKind.OrderIntent, EventKind.ExecutionReport, EventKind.OrderState],
            group.Take(4).Kinds());
        OrderIntentBody cancel = group[1].Body<OrderIntentBody>();
        Assert.Equal((IntentType.Cancel, 6001ul, 1001ul), (cancel.IntentType, cancel.ClOrdId, cancel.OrigClOrdId));
        OrderStateBody state = group[3].Body<OrderStateBody>();
        Assert.Equal((1001ul, OrdStatus.Canceled, 0L), (state.ClOrdId, state.OrdStatus, state.LeavesQty.Mantissa));
        Assert.Equal(
            Enumerable.Range(1001, 5000).Select(id => (ulong)id),
            group.Where(record => record.Kind == EventKind.OrderState).Select(r => r.Body<OrderStateBody>().ClOrdId));
        Assert.Equal(RiskReason.KillSwitch, rig.Quote(99, 101).Decision().Reason);
    }

    [Fact]
    public void Feed_progress_counts_the_inputs_of_the_last_position()
    {
        var rig = new Rig().Start();
        rig.Quote(99, 101, position: 4);
        rig.Quote(99, 101, position: 5);
        rig.Quote(99, 101, position: 5);

        Assert.Equal(new FeedProgress(5, 2, 3), rig.Engine.Feed(SourceId.Sim));
        Assert.Equal(new FeedProgress(0, 0, 1), rig.Engine.Feed(SourceId.Pipeline));
        Assert.Equal(default, rig.Engine.Feed(SourceId.BinanceWs));
    }

    [Fact]
    public void Another_source_starts_at_its_beginning_and_with_no_reference_price()
    {
        RunConfiguration market = Rig.Defaults();
        market = market with { Order = market.Order with { Type = OrdType.Market } };
        market = market with { Risk = market.Risk with { Limits = Rig.NoLimits with { MaxPriceDeviationBps = 1 } } };
        var rig = new Rig(market).Start();
        rig.Quote(99, 101, position: 5);
        rig.Start(RunMode.Continue);
        Assert.Equal(new FeedProgress(5, 1, 1), rig.Engine.Feed(SourceId.Sim));
        Assert.Equal(99, rig.Engine.LastQuote(Rig.First).BidPx.Mantissa);

        rig.Configuration = market with { Source = new SourceIdentity("binance-ws", "capture.gz", 42) };
        rig.Start(RunMode.Continue);

        Assert.Equal(default, rig.Engine.Feed(SourceId.Sim));
        Assert.Equal(default, rig.Engine.LastQuote(Rig.First));
    }

    [Fact]
    public void The_same_inputs_give_the_same_bytes_and_one_changed_field_another_digest()
    {
        Rig one = Play(ask: 101);
        Rig same = Play(ask: 101);
        Rig other = Play(ask: 102);

        Assert.True(one.Output.Bytes.SequenceEqual(same.Output.Bytes));
        Assert.Equal(one.Engine.Digest, same.Engine.Digest);
        Assert.NotEqual(one.Engine.Digest, other.Engine.Digest);

        static Rig Play(long ask)
        {
            var rig = new Rig().Start();
            for (int tick = 0; tick < 100; tick++)
                rig.Quote(99, tick == 50 ? ask : 101);
            rig.Stop();
            return rig;
        }
    }

    [Fact]
    public void Open_orders_are_listed_from_the_oldest()
    {
        var rig = new Rig(Rig.Defaults() with { Features = new FeaturesConfig(true, EnableFills: false) }).Start();
        rig.Quote(99, 101);
        rig.Quote(99, 101);

        var ids = new List<ulong>();
        foreach (ref readonly Order order in rig.Engine.OpenOrders)
            ids.Add(order.ClOrdId);

        Assert.Equal([1001ul, 1002ul], ids);
    }
}
