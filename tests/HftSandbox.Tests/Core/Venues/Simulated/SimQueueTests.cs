using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Tests.Core.MarketData;

namespace HftSandbox.Tests.Core.Venues.Simulated;

/// <summary>How a resting order comes to its turn.</summary>
public sealed class SimQueueTests
{
    [Fact]
    public void Prints_at_the_price_go_to_the_queue_ahead_first()
    {
        var rig = new SimRig();
        rig.Quote(99, 10, 101, 10);
        rig.Buy(99, 5);

        Assert.Empty(rig.Print(99, 4));
        Assert.Equal(["1001 Trade 2@99 QueueReached"], rig.Print(99, 8));
        Assert.Equal(["1001 Trade 3@99 QueueReached"], rig.Print(99, 5));
    }

    [Fact]
    public void A_fill_names_the_print_that_caused_it()
    {
        var rig = new SimRig();
        rig.Quote(99, 10, 101, 10);
        rig.Buy(100, 5);

        rig.Print(100, 2);

        Recorded print = rig.Rig.Output.Records.Last(record => record.Kind == EventKind.Trade);
        Recorded fill = rig.Rig.Output.Records.Last(record => record.Kind == EventKind.ExecutionReport);
        Assert.Equal(print.Header.Sequence, fill.Body<ExecutionReportBody>().CauseId);
    }

    [Theory]
    [InlineData(QueueModel.Pessimistic, 9)]
    [InlineData(QueueModel.Proportional, 6)]
    public void Cancels_shorten_the_queue_by_what_the_model_says(QueueModel model, long ahead)
    {
        var rig = new SimRig(SimRig.Queue(model));
        rig.Quote(99, 10, 101, 10);
        rig.Buy(99, 5);
        rig.Quote(99, 15, 101, 10);

        rig.Quote(99, 9, 101, 10); // 6 of 15 are gone: of the 10 ahead none that must be, or 4

        Assert.Empty(rig.Print(99, ahead));
        Assert.Equal(["1001 Trade 1@99 QueueReached"], rig.Print(99, 1));
    }

    [Theory]
    [InlineData(QueueModel.Pessimistic, 6)]
    [InlineData(QueueModel.Proportional, 5)]
    public void What_was_printed_since_the_last_update_of_a_level_was_not_canceled(QueueModel model, long ahead)
    {
        var rig = new SimRig(SimRig.Queue(model));
        rig.ShowBook();
        rig.Buy(99, 5);
        rig.Level(Side.Buy, 99, 12);
        rig.Print(99, 4); // 6 ahead of 8

        rig.Level(Side.Buy, 99, 8); // nothing was canceled
        rig.Level(Side.Buy, 99, 6); // 2 of 8 were: 1.5 of the 6 ahead, rounded down

        Assert.Empty(rig.Print(99, ahead));
        Assert.Equal(["1001 Trade 1@99 QueueReached"], rig.Print(99, 1));
    }

    [Fact]
    public void In_proportion_means_whole_lots_so_that_fills_are_whole_lots_too()
    {
        var rig = new SimRig(SimRig.Queue(QueueModel.Proportional), one => one with { LotSize = 10 });
        rig.Quote(99, 100, 101, 100);
        rig.Buy(99, 50);
        rig.Quote(99, 150, 101, 100);

        rig.Quote(99, 110, 101, 100); // 40 of 150 are gone: of the 100 ahead 26, which is 20 in whole lots

        Assert.Equal(["1001 Trade 10@99 QueueReached"], rig.Print(99, 90));
    }

    [Fact]
    public void Between_two_orders_of_ours_stand_those_that_came_between_them()
    {
        var rig = new SimRig();
        rig.Quote(99, 10, 101, 10);
        rig.Buy(99, 3);
        rig.Quote(99, 14, 101, 10);
        rig.Buy(99, 4);

        Assert.Equal(["1001 Trade 2@99 QueueReached"], rig.Print(99, 12));
        Assert.Equal(["1001 Trade 1@99 QueueReached"], rig.Print(99, 3));
        Assert.Equal(["1002 Trade 3@99 QueueReached"], rig.Print(99, 5));
    }

    [Fact]
    public void A_print_through_the_price_clears_the_queue_and_fills()
    {
        var rig = new SimRig();
        rig.Quote(99, 10, 101, 10);
        rig.Buy(99, 5);

        Assert.Equal(["1001 Trade 3@99 TradedThrough"], rig.Print(98, 3));
        Assert.Equal(["1001 Trade 2@99 QueueReached"], rig.Print(99, 2));
    }

    [Fact]
    public void A_print_fills_no_more_than_its_quantity_over_all_our_orders_the_best_first()
    {
        var rig = new SimRig();
        rig.Quote(97, 10, 101, 10);
        rig.Buy(98, 4);
        rig.Buy(99, 4);
        rig.Buy(98, 4);
        rig.Buy(97, 4);

        Assert.Equal(
            ["1002 Trade 4@99 TradedThrough", "1001 Trade 4@98 TradedThrough", "1003 Trade 1@98 TradedThrough"],
            rig.Print(97, 9));
        Assert.Equal(["1003 Trade 3@98 TradedThrough"], rig.Print(97, 4)); // the 4th goes to the queue at 97
        Assert.Equal(["1004 Trade 1@97 QueueReached"], rig.Print(97, 10));
    }

    [Fact]
    public void Prints_of_the_other_side_do_nothing()
    {
        var rig = new SimRig();
        rig.Quote(99, 10, 101, 10);
        rig.Buy(99, 5);

        Assert.Empty(rig.Print(98, 50, Side.Buy));
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(98, true)]
    [InlineData(100, false)]
    [InlineData(101, false)]
    public void A_print_without_a_side_is_taken_to_hit_what_it_reaches(long px, bool hitsTheBid)
    {
        var rig = new SimRig();
        rig.Quote(99, 1, 101, 1);
        rig.Buy(100, 5);

        Assert.Equal(hitsTheBid, rig.Print(px, 5, Side.None).Count == 1);
    }

    [Fact]
    public void A_crossed_quote_fills_nothing()
    {
        var rig = new SimRig();
        rig.Quote(99, 10, 101, 10);
        rig.Buy(100, 5);

        Assert.Empty(rig.Quote(95, 10, 96, 10));
    }

    [Fact]
    public void A_quote_that_moves_away_leaves_nobody_ahead()
    {
        var rig = new SimRig();
        rig.Quote(99, 10, 101, 10);
        rig.Buy(99, 5);
        rig.Quote(98, 10, 101, 10);

        Assert.Equal(["1001 Trade 5@99 QueueReached"], rig.Print(99, 5));
    }

    [Fact]
    public void Behind_the_last_displayed_level_everybody_may_be_ahead_until_the_price_is_shown()
    {
        var rig = new SimRig();
        rig.Quote(99, 10, 101, 10);
        rig.Buy(97, 5);

        Assert.Empty(rig.Print(97, 1_000));
        rig.Quote(97, 20, 101, 10);
        Assert.Empty(rig.Print(97, 20));
        Assert.Equal(["1001 Trade 1@97 QueueReached"], rig.Print(97, 1));
    }

    [Fact]
    public void A_level_that_goes_out_of_sight_is_not_known_to_be_empty()
    {
        var rig = new SimRig();
        rig.Rig.Snapshot(bid: 99, ask: 101, qty: 10);
        rig.Buy(99, 5);
        rig.Level(Side.Buy, 100, 3);
        rig.Level(Side.Buy, 99, 0);

        Assert.Empty(rig.Print(99, 9));
        rig.Level(Side.Buy, 99, 12);
        Assert.Equal(["1001 Trade 1@99 QueueReached"], rig.Print(99, 2));
    }

    [Fact]
    public void A_new_snapshot_shortens_the_queue_to_what_it_shows()
    {
        var rig = new SimRig();
        rig.ShowBook();
        rig.Buy(99, 5);
        rig.Rig.Snapshot(bid: 99, ask: 101, qty: 4);

        Assert.Equal(["1001 Trade 2@99 QueueReached"], rig.Print(99, 6));
    }

    [Fact]
    public void Less_at_the_same_price_keeps_the_place_in_the_queue()
    {
        var rig = new SimRig();
        rig.Quote(99, 10, 101, 10);
        rig.Buy(99, 5);
        rig.Quote(99, 30, 101, 10);

        Assert.Equal(["1002 Replaced"], rig.Replace(1001, 99, 3));
        Assert.Equal(["1002 Trade 3@99 QueueReached"], rig.Print(99, 14));
    }

    [Theory]
    [InlineData(99, 6, 30)]
    [InlineData(98, 5, 0)]
    public void More_or_another_price_loses_the_place(long px, long qty, long ahead)
    {
        var rig = new SimRig();
        rig.Quote(99, 10, 101, 10);
        rig.Buy(99, 5);
        rig.Quote(99, 30, 101, 10);

        rig.Replace(1001, px, qty);
        rig.Quote(px, ahead, 101, 10);

        Assert.Empty(rig.Print(px, Math.Max(1, ahead), Side.Buy));
        Assert.Equal([$"1002 Trade 1@{px} QueueReached"], rig.Print(px, ahead + 1));
    }

    [Fact]
    public void A_replace_that_becomes_marketable_takes()
    {
        var rig = new SimRig();
        rig.Quote(99, 10, 101, 10);
        rig.Buy(99, 5);

        Assert.Equal(["1002 Replaced", "1002 Trade 5@101 Taken"], rig.Replace(1001, 101, 5));
    }
}
