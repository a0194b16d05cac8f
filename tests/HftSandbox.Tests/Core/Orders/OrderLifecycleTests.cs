using System.Text.Json;
using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Orders;

public sealed class OrderLifecycleTests
{
    private static readonly Qty OrderQty = new(10);
    private static readonly Qty[] CumQties = [new(0), new(4), new(10), new(12)];
    private static readonly OrdStatus[] Statuses = [.. Enum.GetValues<OrdStatus>().Where(status => status != 0)];
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

        Assert.Equal(12 * 16, cells);
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
    [InlineData(OrdStatus.PendingCancel, ExecType.Trade, 10, OrdStatus.PendingCancel)]
    [InlineData(OrdStatus.PendingCancel, ExecType.New, 0, OrdStatus.PendingCancel)]
    [InlineData(OrdStatus.PendingReplace, ExecType.PendingCancel, 0, OrdStatus.PendingCancel)]
    [InlineData(OrdStatus.PendingCancel, ExecType.PendingReplace, 0, OrdStatus.PendingCancel)]
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
    [InlineData(OrdStatus.PendingCancel, 0, OrdStatus.New)]
    [InlineData(OrdStatus.PendingCancel, 4, OrdStatus.PartiallyFilled)]
    [InlineData(OrdStatus.PendingReplace, 10, OrdStatus.Filled)]
    [InlineData(OrdStatus.New, 0, OrdStatus.New)]
    [InlineData(OrdStatus.Canceled, 4, OrdStatus.Canceled)]
    public void A_rejected_cancel_gives_back_the_status_before(OrdStatus before, long cumQty, OrdStatus expected)
    {
        Assert.Equal(expected, OrderLifecycle.AfterCancelReject(before, OrderQty, new Qty(cumQty)));
    }

    [Fact]
    public void The_table_as_text_has_every_status_and_every_column()
    {
        string[] lines = OrderLifecycle.ToMarkdown().Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(2 + Statuses.Length, lines.Length);
        Assert.All(lines, line => Assert.Equal(ExecTypes.Length + 3, line.Count(character => character == '|')));
        Assert.Equal(
            "| **PendingCancel** | · | · | by precedence | Canceled | · | Rejected | · | · | · | Expired | · | · "
            + "| by precedence | by precedence | · | · | by quantity |",
            lines.Single(line => line.StartsWith("| **PendingCancel**", StringComparison.Ordinal)));
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

    [Fact]
    public void The_matrices_of_FIX_are_followed_row_by_row()
    {
        using JsonDocument cases = SharedData.Cases("fix-order-state.json");
        int rows = 0;

        foreach (JsonElement matrix in cases.RootElement.GetProperty("matrices").EnumerateArray())
        {
            string id = matrix.GetProperty("id").GetString()!;
            OrdStatus status = OrdStatus.PendingNew;
            Qty cumQty = default;
            Qty orderQty = default;
            foreach (JsonElement row in matrix.GetProperty("rows").EnumerateArray())
            {
                if (row.GetProperty("dir").GetString() == "in")
                {
                    if (row.GetProperty("msg").GetString() == "NewOrder")
                        orderQty = new Qty(row.GetProperty("orderQty").GetInt64());
                    continue;
                }

                // A cancel of an order nobody knows meets no state.
                if (orderQty == default)
                    continue;
                (OrdStatus next, Qty nextCumQty) = Apply(row, status, orderQty, cumQty);
                AssertRow($"{id} at {row.GetProperty("t").GetString()}", row, next, orderQty, nextCumQty);
                rows++;
                if (!row.TryGetProperty("alternate", out _))
                    (status, cumQty) = (next, nextCumQty);
            }
        }

        Assert.True(rows > 30, $"only {rows} rows were compared");
    }

    private static (OrdStatus Status, Qty CumQty) Apply(JsonElement row, OrdStatus status, Qty orderQty, Qty cumQty)
    {
        if (row.GetProperty("msg").GetString() == "CancelReject")
            return (OrderLifecycle.AfterCancelReject(status, orderQty, cumQty), cumQty);
        var after = new Qty(cumQty.Mantissa + row.GetProperty("lastQty").GetInt64());
        ExecType execType = Enum.Parse<ExecType>(row.GetProperty("execType").GetString()!);
        return (OrderLifecycle.Next(status, execType, orderQty, after), after);
    }

    private static void AssertRow(string where, JsonElement row, OrdStatus status, Qty orderQty, Qty cumQty)
    {
        Assert.Equal((where, row.GetProperty("ordStatus").GetString()), (where, status.ToString()));
        if (!row.TryGetProperty("cumQty", out JsonElement expectedCumQty))
            return;
        Assert.Equal((where, expectedCumQty.GetInt64()), (where, cumQty.Mantissa));

        // DoneForDay shows the leaves that the venue reports.
        if (status == OrdStatus.DoneForDay)
            return;
        var order = new Order { OrderQty = orderQty, CumQty = cumQty, OrdStatus = status };
        Assert.Equal((where, row.GetProperty("leavesQty").GetInt64()), (where, order.LeavesQty.Mantissa));
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
        if (status == OrdStatus.PendingCancel && next != status)
            Assert.True(OrderLifecycle.HasNoLeaves(next), cell);
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
            ExecType.PendingCancel => OrdStatus.PendingCancel,
            _ => null,
        };
        Assert.True(named is null || next == named, cell);
    }
}
