using System.Collections.Immutable;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Strategies;

/// <summary>The shipped strategies as small scripts: an input, and what is asked for because of it.</summary>
public sealed class ShippedStrategyTests
{
    private static readonly (string, long)[] Maker =
        [("qty", 3), ("halfSpread", 2), ("skew", 4), ("maxPosition", 10), ("refresh", 1)];

    [Fact]
    public void Template_sends_its_order_on_quotes_and_trades_and_on_nothing_else()
    {
        Rig rig = Start("template", "stub", fills: false);

        Assert.Equal("Buy 10@100", Asked(rig.Quote(99, 101)));
        Assert.Equal("Buy 10@100", Asked(rig.Trade(500)));
        Assert.Equal("", Asked(rig.Bar(100)));
        Assert.Equal("", Asked(rig.Quote(99, 101, last: false)));
        Assert.Equal("", Asked(rig.Quote(99, 101, Rig.Second)));
    }

    [Fact]
    public void Market_maker_quotes_around_the_mid_and_follows_it()
    {
        Rig rig = Start("market-maker", "stub", fills: false, Maker);

        List<Recorded> first = rig.Quote(99, 101);

        Assert.Equal("Buy 3@98, Sell 3@102", Asked(first));
        Assert.All(Intents(first), intent => Assert.Equal(ExecInst.PostOnly, intent.ExecInst));
        Assert.Equal("", Asked(rig.Quote(99, 101)));
        Assert.Equal("", Asked(rig.Quote(101, 99)));
        Assert.Equal("replace 1001 3@100, replace 1002 3@104", Asked(rig.Quote(101, 103)));

        // A mid of 102.5: both sides are rounded away from it.
        Assert.Equal("replace 1004 3@105", Asked(rig.Quote(101, 104)));
    }

    [Fact]
    public void Market_maker_leans_against_its_position_and_a_full_one_leaves_only_what_reduces_it()
    {
        Rig rig = Start("market-maker", "stub", fills: false, Maker);
        rig.Adjust(5, 100, strategyId: 1);

        // The mid of 102 is worth two less with half a position, four less with a full one.
        Assert.Equal("Buy 3@98, Sell 3@102", Asked(rig.Quote(101, 103)));
        rig.Adjust(5, 100, strategyId: 1);
        Assert.Equal("cancel 1001", Asked(rig.Quote(101, 103)));
        rig.Adjust(-20, 100, strategyId: 1);
        Assert.Equal("Buy 3@102, cancel 1002", Asked(rig.Quote(101, 103)));
        rig.Adjust(10, 100, strategyId: 1);
        Assert.Equal("replace 1004 3@100, Sell 3@104", Asked(rig.Quote(101, 103)));
    }

    [Fact]
    public void Market_maker_does_not_count_what_others_hold()
    {
        Rig rig = Start("market-maker", "stub", fills: false, Maker);

        rig.Adjust(10, 100, strategyId: 2);

        Assert.Equal("Buy 3@100, Sell 3@104", Asked(rig.Quote(101, 103)));
    }

    [Fact]
    public void Market_maker_waits_for_answers_and_moves_by_its_refresh_only()
    {
        Rig waiting = Start("market-maker", "outside", fills: false, Maker);
        Rig lazy = Start("market-maker", "stub", fills: false, [.. Maker.SkipLast(1), ("refresh", 3)]);

        waiting.Quote(99, 101);
        lazy.Quote(99, 101);

        Assert.Equal("", Asked(waiting.Quote(109, 111)));
        waiting.Report(new ExecutionReportBody { ClOrdId = 1001, ExecType = ExecType.New });
        Assert.Equal("replace 1001 3@108", Asked(waiting.Quote(109, 111)));
        Assert.Equal("", Asked(waiting.Quote(119, 121)));
        Assert.Equal("", Asked(lazy.Quote(101, 103)));
        Assert.Equal("replace 1001 3@101, replace 1002 3@105", Asked(lazy.Quote(102, 104)));
    }

    [Fact]
    public void Market_maker_keeps_its_size_after_a_part_was_filled()
    {
        Rig rig = Start("market-maker", "outside", fills: false, Maker);
        rig.Quote(99, 101);
        rig.Report(new ExecutionReportBody { ClOrdId = 1001, ExecType = ExecType.New });
        rig.Report(new ExecutionReportBody
        {
            ClOrdId = 1001,
            ExecId = new Id16(1, 1),
            ExecType = ExecType.Trade,
            LastPx = new Px(98),
            LastQty = new Qty(2),
        });

        // Two of three are filled: three more are to be open. A position of 2 leans by 0.8, toward zero.
        Assert.Equal("replace 1001 5@108", Asked(rig.Quote(109, 111)));
    }

    [Fact]
    public void Moving_averages_turn_on_the_crossing_of_closed_bars()
    {
        Rig rig = Start("ma-cross", "stub", fills: true, ("qty", 5), ("fast", 2), ("slow", 3));
        rig.Trade(10);

        Assert.Equal(",,", string.Join(',', new long[] { 10, 10, 10 }.Select(close => Asked(rig.Bar(close)))));
        Assert.Equal("", Asked(rig.Bar(99, closed: false)));
        Assert.Equal("Buy 5@0", Asked(rig.Bar(13)));
        Assert.Equal("", Asked(rig.Bar(14)));
        Assert.Equal("", Asked(rig.Fork().Bar(15)));
        Assert.Equal("Sell 10@0", Asked(rig.Fork().Bar(5)));
        Assert.Equal("Sell 10@0", Asked(rig.Bar(5)));
        Assert.Equal(-5, rig.Engine.Positions[Rig.First].NetQty.Mantissa);
    }

    [Fact]
    public void Moving_averages_wait_for_an_order_that_is_open()
    {
        Rig rig = Start("ma-cross", "outside", fills: false, ("qty", 5), ("fast", 1), ("slow", 2));
        rig.Bar(10);

        Assert.Equal("Buy 5@0", Asked(rig.Bar(11)));
        Assert.Equal("", Asked(rig.Bar(5)));
        rig.Report(new ExecutionReportBody { ClOrdId = 1001, ExecType = ExecType.Canceled });
        Assert.Equal("Sell 5@0", Asked(rig.Bar(4)));
    }

    [Fact]
    public void Grid_rests_around_the_first_mid_and_turns_each_whole_fill_around()
    {
        Rig rig = Start("grid", "outside", fills: false, ("qty", 4), ("levels", 2), ("step", 10));

        Assert.Equal("", Asked(rig.Quote(101, 99)));
        Assert.Equal("Buy 4@90, Sell 4@110, Buy 4@80, Sell 4@120", Asked(rig.Quote(99, 101)));
        Assert.Equal("", Asked(rig.Fork().Quote(99, 101)));
        Assert.Equal("", Asked(rig.Report(Fill(1001, Side.Buy, 90, 1, leaves: 3))));
        Assert.Equal("Sell 4@100", Asked(rig.Report(Fill(1001, Side.Buy, 90, 3, leaves: 0))));
        Assert.Equal("Buy 4@100", Asked(rig.Report(Fill(1002, Side.Sell, 110, 4, leaves: 0))));
        Assert.Equal("Buy 4@90", Asked(rig.Report(Fill(1005, Side.Sell, 100, 4, leaves: 0))));
    }

    private static Rig Start(string strategy, string venue, bool fills, params (string, long)[] parameters)
    {
        var values = parameters.ToImmutableSortedDictionary(pair => pair.Item1, pair => pair.Item2);
        return new Rig(Rig.Defaults() with
        {
            Venue = venue,
            Features = new FeaturesConfig(EnableOrderFlow: true, fills),
            Strategies = [new StrategyConfig(strategy, "TEST-USD", Parameters: values)],
        }).Start();
    }

    private static ExecutionReportBody Fill(ulong order, Side side, long px, long qty, long leaves) => new()
    {
        ClOrdId = order,
        ExecId = new Id16(order, (ulong)qty),
        ExecType = ExecType.Trade,
        Side = side,
        Px = new Px(px),
        LastPx = new Px(px),
        LastQty = new Qty(qty),
        LeavesQty = new Qty(leaves),
        StrategyId = 1,
    };

    private static string Asked(List<Recorded> group) => string.Join(", ", Intents(group).Select(intent =>
        intent.IntentType switch
        {
            IntentType.New => $"{intent.Side} {intent.Qty.Mantissa}@{intent.Px.Mantissa}",
            IntentType.Cancel => $"cancel {intent.OrigClOrdId}",
            _ => $"replace {intent.OrigClOrdId} {intent.Qty.Mantissa}@{intent.Px.Mantissa}",
        }));

    private static IEnumerable<OrderIntentBody> Intents(List<Recorded> group) => group
        .Where(record => record.Kind == EventKind.OrderIntent)
        .Select(record => record.Body<OrderIntentBody>());
}
