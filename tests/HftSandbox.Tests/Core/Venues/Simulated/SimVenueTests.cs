using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Venues.Simulated;

/// <summary>What arrives at the venue, and when.</summary>
public sealed class SimVenueTests
{
    private const long DayNs = 86_400_000_000_000;

    [Fact]
    public void A_limit_order_walks_the_levels_up_to_its_limit_and_rests_with_what_is_left()
    {
        var rig = new SimRig();
        rig.ShowBook();

        Assert.Equal(["1001 New", "1001 Trade 10@101 Taken", "1001 Trade 20@102 Taken"], rig.Buy(102, 35));
        Assert.Equal(["1001 Trade 5@102 QueueReached"], rig.Print(102, 9));
    }

    [Fact]
    public void A_market_order_takes_every_level_and_what_is_left_is_canceled()
    {
        var rig = new SimRig();
        rig.ShowBook();

        Assert.Equal(
            [
                "1001 New", "1001 Trade 10@101 Taken", "1001 Trade 20@102 Taken", "1001 Trade 30@103 Taken",
                "1001 Canceled",
            ],
            rig.BuyAtMarket(61));
    }

    [Theory]
    [InlineData(30, TimeInForce.Ioc, "New|Trade 10@101 Taken|Trade 20@102 Taken")]
    [InlineData(31, TimeInForce.Ioc, "New|Trade 10@101 Taken|Trade 20@102 Taken|Canceled")]
    [InlineData(30, TimeInForce.Fok, "New|Trade 10@101 Taken|Trade 20@102 Taken")]
    [InlineData(31, TimeInForce.Fok, "New|Canceled")]
    public void What_may_not_rest_is_canceled_and_fill_or_kill_is_all_or_nothing(
        long qty, TimeInForce timeInForce, string expected)
    {
        var rig = new SimRig();
        rig.ShowBook();

        var said = rig.Buy(102, qty, timeInForce);

        Assert.Equal(expected.Split('|').Select(line => $"1001 {line}"), said);
        Assert.Equal(0, rig.Rig.Engine.OpenOrders.Count);
    }

    [Fact]
    public void What_was_taken_stays_taken_until_the_level_changes()
    {
        var rig = new SimRig();
        rig.ShowBook();
        rig.Buy(101, 7, TimeInForce.Ioc);

        Assert.Equal(["1002 New", "1002 Trade 3@101 Taken", "1002 Canceled"], rig.Buy(101, 7, TimeInForce.Ioc));
        rig.Level(Side.Sell, 102, 21);
        Assert.Equal(["1003 New", "1003 Canceled"], rig.Buy(101, 7, TimeInForce.Ioc));
        rig.Level(Side.Sell, 101, 4);
        Assert.Equal(["1004 New", "1004 Trade 4@101 Taken", "1004 Canceled"], rig.Buy(101, 7, TimeInForce.Ioc));
    }

    [Fact]
    public void A_side_of_a_quote_that_did_not_change_is_no_news()
    {
        var rig = new SimRig();
        rig.Quote(99, 5, 101, 5);
        rig.Buy(101, 5, TimeInForce.Ioc);

        rig.Quote(98, 5, 101, 5);
        Assert.Equal(["1002 New", "1002 Canceled"], rig.Buy(101, 5, TimeInForce.Ioc));
        rig.Quote(98, 5, 101, 2);
        Assert.Equal(["1003 New", "1003 Trade 2@101 Taken", "1003 Canceled"], rig.Buy(101, 5, TimeInForce.Ioc));
    }

    [Fact]
    public void An_order_that_only_wants_to_rest_is_rejected_if_it_would_take()
    {
        var rig = new SimRig();
        rig.ShowBook();

        Assert.Equal(["1001 Rejected WouldTakeLiquidity"], rig.Buy(101, 5, postOnly: true));
        Assert.Equal(["1002 New"], rig.Buy(100, 5, postOnly: true));
        Assert.Equal(["1003 refused WouldTakeLiquidity"], rig.Replace(1002, 101, 5));
        Assert.Equal(["1002 Trade 5@100 TradedThrough"], rig.Print(99, 5));
    }

    [Fact]
    public void An_order_that_would_meet_our_own_stops_before_it_and_the_rest_is_canceled()
    {
        var rig = new SimRig();
        rig.ShowBook();
        rig.Sell(102, 5);

        Assert.Equal(["1002 New", "1002 Trade 10@101 Taken", "1002 Canceled SelfTrade"], rig.Buy(103, 12));
        Assert.Equal(["1003 New", "1003 Canceled SelfTrade"], rig.Buy(102, 1, TimeInForce.Fok));
        Assert.Equal(["1001 Trade 5@102 TradedThrough"], rig.Print(103, 5, Side.Buy));
    }

    [Fact]
    public void Without_self_trade_prevention_our_orders_pass_each_other()
    {
        var rig = new SimRig(new SimVenueConfig { SelfTrades = SelfTradePrevention.None });
        rig.ShowBook();
        rig.Sell(102, 5);

        Assert.Equal(["1002 New", "1002 Trade 10@101 Taken", "1002 Trade 2@102 Taken"], rig.Buy(103, 12));
    }

    [Fact]
    public void Without_market_data_nothing_fills_but_what_is_traded_through()
    {
        var rig = new SimRig();

        Assert.Equal(["1001 New", "1001 Canceled"], rig.BuyAtMarket(5));
        Assert.Equal(["1002 New"], rig.Buy(100, 5));
        Assert.Empty(rig.Print(100, 50));
        Assert.Equal(["1002 Trade 5@100 TradedThrough"], rig.Print(99, 50));
    }

    [Fact]
    public void A_request_meets_the_market_as_it_is_when_it_arrives()
    {
        var rig = new SimRig(SimRig.Latency(entryNs: 2_500));
        rig.Quote(99, 5, 101, 5);

        Assert.Empty(rig.Buy(101, 5));
        Assert.Empty(rig.Quote(99, 5, 102, 7));
        Assert.Empty(rig.Quote(99, 5, 103, 8));
        Assert.Equal(["1001 New"], rig.Quote(99, 5, 100, 9));
    }

    [Fact]
    public void A_request_that_is_due_when_an_input_comes_happens_before_it()
    {
        var rig = new SimRig(SimRig.Latency(entryNs: 1_000));
        rig.Quote(99, 5, 101, 5);
        rig.Buy(101, 3);

        Assert.Equal(["1001 New", "1001 Trade 3@101 Taken"], rig.Quote(99, 5, 150, 5));
    }

    [Fact]
    public void A_cancel_that_crosses_a_fill_comes_too_late()
    {
        var rig = new SimRig(SimRig.Latency(entryNs: 2_500, responseNs: 1_500));
        rig.Quote(99, 5, 101, 5);
        rig.Buy(100, 3);
        rig.Wait();
        rig.Wait();
        rig.Wait();
        Assert.Equal(["1001 New"], rig.Wait());

        Assert.Empty(rig.Cancel(1001));
        Assert.Empty(rig.Print(100, 2));
        Assert.Empty(rig.Print(99, 9));
        Assert.Equal(["1001 Trade 2@100 QueueReached"], rig.Wait());
        Assert.Equal(["1001 Trade 1@100 TradedThrough", "1002 refused TooLate"], [.. rig.Wait(), .. rig.Wait()]);
        Assert.DoesNotContain(EventKind.Anomaly, rig.Rig.Output.Records.Kinds());
    }

    [Fact]
    public void A_fill_that_crosses_a_replace_counts_and_the_new_quantity_is_not_below_it()
    {
        var rig = new SimRig(SimRig.Latency(entryNs: 1_500));
        rig.Quote(99, 5, 101, 5);
        rig.Buy(100, 6);
        rig.Wait();
        rig.Wait();

        rig.Replace(1001, 100, 2);
        Assert.Equal(["1001 Trade 4@100 QueueReached"], rig.Print(100, 4));
        Assert.Equal(["1002 Replaced"], rig.Wait());
        Assert.Equal(0, rig.Rig.Engine.OpenOrders.Count);
        Assert.Equal(4, rig.Rig.Engine.Positions[Rig.First].NetQty.Mantissa);
    }

    [Fact]
    public void Requests_of_one_session_arrive_in_their_order_whatever_is_drawn_for_them()
    {
        var rig = new SimRig(new SimVenueConfig
        {
            EntryLatency = [new LatencyBin(100, 1), new LatencyBin(900_000, 1)],
        });
        rig.Quote(99, 5, 101, 5);
        for (int order = 0; order < 50; order++)
            rig.Buy(90, 1);
        rig.Rig.NowNs += 1_000_000;

        List<string> said = SimRig.Said(rig.Rig.Output.Records);
        said.AddRange(rig.Wait());

        Assert.Equal(Enumerable.Range(1001, 50).Select(id => $"{id} New"), said);
    }

    [Fact]
    public void An_order_expires_at_its_deadline_and_not_before()
    {
        var rig = new SimRig();
        rig.Quote(99, 5, 101, 5);
        long deadlineNs = rig.Rig.NowNs + 3_000;
        rig.Buy(100, 6, TimeInForce.Gtd, deadlineNs: deadlineNs);

        Assert.Equal(["1001 Trade 1@100 QueueReached"], rig.Print(100, 1));
        Assert.Equal(["1001 Expired"], rig.Print(100, 5));
    }

    [Fact]
    public void An_order_whose_deadline_passes_on_the_way_takes_nothing()
    {
        var rig = new SimRig(SimRig.Latency(entryNs: 1_500));
        rig.Quote(99, 5, 101, 5);
        rig.Buy(101, 6, TimeInForce.Gtd, deadlineNs: rig.Rig.NowNs + 2_000);
        rig.Wait();

        Assert.Equal(["1001 New", "1001 Expired"], rig.Wait());
    }

    [Fact]
    public void An_order_of_the_day_expires_when_the_session_rolls()
    {
        var rig = new SimRig();
        rig.Rig.NowNs = DayNs - 4_000;
        rig.Quote(99, 5, 101, 5);
        rig.Buy(100, 6, TimeInForce.Day);
        rig.Buy(98, 6);

        Assert.Equal(["1001 Expired"], rig.Print(100, 5));
        Assert.Equal(1, rig.Rig.Engine.OpenOrders.Count);
    }

    [Fact]
    public void Makers_and_takers_pay_their_own_rate()
    {
        var rig = new SimRig(instrument: one => one with
        {
            QuantityScale = 0,
            NotionalScale = 8,
            MakerFeeRateE8 = -10_000_000,
            TakerFeeRateE8 = 20_000_000,
        });
        rig.ShowBook();
        rig.Buy(101, 15);
        rig.Print(101, 5);

        ExecutionReportBody[] fills =
        [
            .. rig.Rig.Output.Records.Where(record => record.Kind == EventKind.ExecutionReport)
                .Select(record => record.Body<ExecutionReportBody>()).Where(report => report.LastQty.Mantissa > 0),
        ];
        Assert.Equal([(Liquidity.Taker, 202), (Liquidity.Maker, -50)], fills.Select(
            fill => (fill.Liquidity, fill.Fee.Mantissa)));
    }

    [Fact]
    public void A_fill_whose_fee_does_not_fit_does_not_happen_and_ends_the_order()
    {
        var rig = new SimRig(instrument: one => one with
        {
            QuantityScale = 0,
            NotionalScale = 8,
            FeeScale = 18,
            TakerFeeRateE8 = 100_000_000,
        });
        rig.Quote(100, 10_000_000, 101, 5);

        Assert.Equal(["1001 New", "1001 Canceled Other"], rig.Sell(1, 10_000_000));
    }

    [Fact]
    public void What_is_on_its_way_survives_a_stop_and_arrives_at_once_with_another_source()
    {
        var rig = new SimRig(SimRig.Latency(entryNs: 50_000_000));
        rig.Quote(99, 5, 101, 5);
        rig.Buy(101, 5);
        rig.Rig.Stop();
        rig.Rig.Configuration = rig.Rig.Configuration with { Source = new SourceIdentity("lobster", "x", 1) };
        int before = rig.Rig.Output.Records.Count;

        rig.Rig.Start(RunMode.Continue);

        Assert.Equal(["1001 New"], SimRig.Said(rig.Rig.Output.Records[before..]));
    }

    [Fact]
    public void A_flat_start_gives_up_what_is_at_the_venue_and_on_its_way()
    {
        var rig = new SimRig(SimRig.Latency(entryNs: 1_000));
        rig.Quote(99, 5, 101, 5);
        rig.Buy(100, 5);
        rig.Wait();
        rig.Buy(100, 5);
        rig.Rig.Stop();
        rig.Rig.Start(RunMode.Flat);

        Assert.Empty(rig.Wait());
        Assert.Empty(rig.Print(90, 50));
    }

    [Fact]
    public void Execution_ids_go_on_when_the_venue_changes()
    {
        var rig = new SimRig();
        rig.BuyAtMarket(5);
        rig.Rig.Stop();
        rig.Rig.Configuration = rig.Rig.Configuration with { Venue = "stub", SimVenue = null };
        rig.Rig.Start(RunMode.Continue);
        rig.Quote(99, 5, 101, 5);
        rig.BuyAtMarket(5);

        Assert.Equal(
            [1ul, 2, 3, 4],
            rig.Rig.Output.Records.Where(record => record.Kind == EventKind.ExecutionReport)
                .Select(record => record.Body<ExecutionReportBody>().ExecId.Low));
    }
}
