using System.Text.Json;
using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Orders;

public sealed class OrderLifecycleTests
{
    private static readonly Qty OrderQty = new(10);
    private static readonly Qty[] CumQties = [new(0), new(4), new(10), new(12)];
    private static readonly OrdStatus[] Statuses =
    [
        .. Enum.GetValues<OrdStatus>().Except([OrdStatus.None, OrdStatus.PendingCancel, OrdStatus.PendingReplace]),
    ];

    private static readonly ExecType[] ExecTypes = [.. Enum.GetValues<ExecType>().Where(type => type != 0)];

    [Fact]
    public void Every_cell_obeys_the_rules()
    {
        int cells = 0;
        foreach (OrdStatus status in Statuses)
        {
            foreach (ExecType execType in ExecTypes)
            {
                cells++;
                foreach (Qty cumQty in CumQties)
                    AssertRules(status, execType, cumQty, OrderLifecycle.Next(status, execType, OrderQty, cumQty));
            }
        }

        Assert.Equal(10 * 16, cells);
    }

    [Fact]
    public void An_execution_is_never_illegal_because_the_venue_is_right()
    {
        foreach (OrdStatus status in Statuses)
        {
            foreach (Qty cumQty in CumQties)
                Assert.NotEqual(OrdStatus.None, OrderLifecycle.Next(status, ExecType.Trade, OrderQty, cumQty));
        }
    }

    [Theory]
    [InlineData(OrdStatus.PendingNew, ExecType.Trade, 10, OrdStatus.Filled)]
    [InlineData(OrdStatus.New, ExecType.Trade, 4, OrdStatus.PartiallyFilled)]
    [InlineData(OrdStatus.Filled, ExecType.Trade, 12, OrdStatus.Filled)]
    [InlineData(OrdStatus.Canceled, ExecType.Trade, 10, OrdStatus.Canceled)]
    [InlineData(OrdStatus.DoneForDay, ExecType.Trade, 10, OrdStatus.DoneForDay)]
    [InlineData(OrdStatus.DoneForDay, ExecType.Restated, 4, OrdStatus.PartiallyFilled)]
    [InlineData(OrdStatus.Suspended, ExecType.Trade, 4, OrdStatus.Suspended)]
    [InlineData(OrdStatus.Suspended, ExecType.Trade, 10, OrdStatus.Filled)]
    [InlineData(OrdStatus.Filled, ExecType.TradeCancel, 4, OrdStatus.PartiallyFilled)]
    [InlineData(OrdStatus.Filled, ExecType.TradeCancel, 0, OrdStatus.New)]
    [InlineData(OrdStatus.Filled, ExecType.Replaced, 4, OrdStatus.PartiallyFilled)]
    [InlineData(OrdStatus.Filled, ExecType.Canceled, 10, OrdStatus.None)]
    [InlineData(OrdStatus.Canceled, ExecType.New, 0, OrdStatus.None)]
    [InlineData(OrdStatus.PartiallyFilled, ExecType.Rejected, 4, OrdStatus.None)]
    [InlineData(OrdStatus.PendingNew, ExecType.Unknown, 0, OrdStatus.PendingUnknown)]
    [InlineData(OrdStatus.New, ExecType.Unknown, 0, OrdStatus.None)]
    [InlineData(OrdStatus.PendingUnknown, ExecType.OrderStatus, 4, OrdStatus.PartiallyFilled)]
    public void Transitions_that_surprise(OrdStatus before, ExecType execType, long cumQty, OrdStatus expected)
    {
        Assert.Equal(expected, OrderLifecycle.Next(before, execType, OrderQty, new Qty(cumQty)));
    }

    [Theory]
    [InlineData(OrdStatus.New, true, false, OrdStatus.PendingCancel)]
    [InlineData(OrdStatus.New, true, true, OrdStatus.PendingCancel)]
    [InlineData(OrdStatus.PartiallyFilled, false, true, OrdStatus.PendingReplace)]
    [InlineData(OrdStatus.DoneForDay, false, true, OrdStatus.PendingReplace)]
    [InlineData(OrdStatus.Filled, true, false, OrdStatus.PendingCancel)]
    [InlineData(OrdStatus.Canceled, true, true, OrdStatus.Canceled)]
    [InlineData(OrdStatus.PendingUnknown, false, true, OrdStatus.PendingReplace)]
    [InlineData(OrdStatus.Suspended, false, false, OrdStatus.Suspended)]
    public void What_the_venue_has_under_way_shows_by_precedence(
        OrdStatus status, bool cancel, bool replace, OrdStatus visible)
    {
        Assert.Equal(visible, OrderLifecycle.Visible(status, cancel, replace));
    }

    [Fact]
    public void A_status_as_reported_is_the_highest_of_those_that_hold()
    {
        foreach (OrdStatus status in Statuses.Except([OrdStatus.PendingUnknown]))
        {
            for (int underWay = 0; underWay < 4; underWay++)
            {
                (bool cancel, bool replace) = ((underWay & 1) != 0, (underWay & 2) != 0);
                OrdStatus[] held =
                [
                    status,
                    .. cancel ? [OrdStatus.PendingCancel] : Array.Empty<OrdStatus>(),
                    .. replace ? [OrdStatus.PendingReplace] : Array.Empty<OrdStatus>(),
                ];
                OrdStatus highest = OrderLifecycle.HasNoLeaves(status)
                    ? status
                    : held.MaxBy(OrderLifecycle.Precedence);
                Assert.Equal(highest, OrderLifecycle.Visible(status, cancel, replace));
            }
        }
    }

    [Fact]
    public void The_table_as_text_has_every_status_and_every_column()
    {
        string[] lines = OrderLifecycle.ToMarkdown().Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(2 + Statuses.Length, lines.Length);
        Assert.All(lines, line => Assert.Equal(ExecTypes.Length + 2, line.Count(character => character == '|')));
        Assert.Equal(
            "| **DoneForDay** | anomaly | anomaly | by precedence | Canceled | · | anomaly | · | · | · | Expired | · "
            + "| by quantity | by precedence | by precedence | · | anomaly |",
            lines.Single(line => line.StartsWith("| **DoneForDay**", StringComparison.Ordinal)));
    }

    [Fact]
    public void Precedence_is_that_of_FIX()
    {
        using JsonDocument cases = SharedData.Cases("fix-order-state.json");
        int compared = 0;
        foreach (JsonElement entry in cases.RootElement.GetProperty("precedence").GetProperty("order").EnumerateArray())
        {
            // Calculated and Stopped have no place here.
            if (!Enum.TryParse(entry[0].GetString(), out OrdStatus status))
                continue;
            Assert.Equal(entry[1].GetInt32(), OrderLifecycle.Precedence(status));
            compared++;
        }

        Assert.Equal(11, compared);
        Assert.Equal(0, OrderLifecycle.Precedence(OrdStatus.PendingUnknown));
    }

    private static void AssertRules(OrdStatus status, ExecType execType, Qty cumQty, OrdStatus next)
    {
        string cell = $"{status} × {execType} with {cumQty.Mantissa} of {OrderQty.Mantissa} → {next}";
        Assert.True(Enum.IsDefined(next), cell);
        if (next == OrdStatus.None)
            return;
        if (OrderLifecycle.HasNoLeaves(status))
            Assert.True(next == status, cell);
        if (next == OrdStatus.PendingUnknown && status != OrdStatus.PendingUnknown)
            Assert.True(execType == ExecType.Unknown, cell);
        if (next is OrdStatus.New or OrdStatus.PartiallyFilled or OrdStatus.Filled && next != status)
        {
            OrdStatus byQuantities = cumQty.Mantissa >= OrderQty.Mantissa ? OrdStatus.Filled
                : cumQty.Mantissa > 0 ? OrdStatus.PartiallyFilled
                : OrdStatus.New;
            Assert.True(next == byQuantities, cell);
        }

        OrdStatus? named = execType switch
        {
            ExecType.Canceled => OrdStatus.Canceled,
            ExecType.Rejected => OrdStatus.Rejected,
            ExecType.Expired => OrdStatus.Expired,
            _ => null,
        };
        Assert.True(named is null || next == named, cell);
    }
}
