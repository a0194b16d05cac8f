using System.Collections.Immutable;
using System.Text.Json;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Orders;

/// <summary>The order state change matrices of FIX, played against the engine with an outside venue: requests go in as
/// requests, the venue's messages as its reports; what is compared is our OrderState after each.</summary>
public sealed class FixMatrixTests
{
    [Fact]
    public void The_given_matrices_are_followed_row_by_row()
    {
        using JsonDocument cases = SharedData.Cases("fix-order-state.json");
        int rows = 0;

        foreach (JsonElement matrix in cases.RootElement.GetProperty("matrices").EnumerateArray())
        {
            var play = new OutsidePlay();
            foreach (JsonElement row in matrix.GetProperty("rows").EnumerateArray())
            {
                string where = $"{matrix.GetProperty("id").GetString()} at {row.GetProperty("t").GetString()}";
                OutsidePlay stage = row.TryGetProperty("alternate", out _) ? play.Fork() : play;
                rows += PlayRow(stage, where, row);
            }
        }

        Assert.Equal(41, rows);
    }

    private static int PlayRow(OutsidePlay play, string where, JsonElement row)
    {
        string[] ids = row.GetProperty("clOrdIds").GetString()!.Split(',');
        string message = row.GetProperty("msg").GetString()!;
        if (message == "NewOrder")
        {
            play.New(ids[0], Long(row, "orderQty"));
            return 0;
        }

        if (message == "CancelRequest")
        {
            play.Cancel(ids[0], ids[1]);
            return 0;
        }

        if (message == "CancelReject" && !play.Knows(ids[1]))
        {
            // Nobody needs to ask a venue about an order that nobody knows.
            CancelRejectBody own = play.LastGroup.Single<CancelRejectBody>(EventKind.CancelReject);
            Assert.Equal((where, RejectReason.UnknownOrder), (where, own.Reason));
            Assert.Equal((where, row.GetProperty("ordStatus").GetString()), (where, own.OrdStatus.ToString()));
            return 1;
        }

        if (message == "CancelReject")
        {
            play.Reject(ids[0], ids[1]);
        }
        else
        {
            play.Report(
                ids,
                Enum.Parse<ExecType>(row.GetProperty("execType").GetString()!),
                lastQty: Long(row, "lastQty"),
                leavesQty: Long(row, "leavesQty"),
                cumQty: Long(row, "cumQty"));
        }

        OrderStateBody state = play.LastGroup.Single<OrderStateBody>(EventKind.OrderState);
        Assert.DoesNotContain(EventKind.Anomaly, play.LastGroup.Kinds());
        Assert.Equal((where, row.GetProperty("ordStatus").GetString()), (where, state.OrdStatus.ToString()));
        if (row.TryGetProperty("cumQty", out _))
        {
            Assert.Equal(
                (where, Long(row, "orderQty"), Long(row, "cumQty"), Long(row, "leavesQty")),
                (where, state.OrderQty.Mantissa, state.CumQty.Mantissa, state.LeavesQty.Mantissa));
        }

        return 1;
    }

    private static long Long(JsonElement row, string name) =>
        row.TryGetProperty(name, out JsonElement value) ? value.GetInt64() : 0;
}

/// <summary>An engine with an outside venue, and names for its ids.</summary>
internal sealed class OutsidePlay
{
    public const long Px = 100;

    private readonly Dictionary<string, ulong> _ids = [];
    private ulong _lastExecId;

    public OutsidePlay(RunConfiguration? configuration = null, ImmutableArray<StrategyConfig>? strategies = null)
    {
        Rig = new Rig((configuration ?? Rig.Defaults()) with { Venue = "outside", Strategies = strategies ?? [] });
        Rig.Start();
    }

    private OutsidePlay(OutsidePlay original)
    {
        Rig = original.Rig.Fork();
        _ids = new Dictionary<string, ulong>(original._ids);
        _lastExecId = original._lastExecId;
        LastGroup = original.LastGroup;
    }

    public Rig Rig { get; }

    public List<Recorded> LastGroup { get; private set; } = [];

    /// <summary>The same, from here on for itself: restored from its state.</summary>
    public OutsidePlay Fork() => new(this);

    public bool Knows(string name) => _ids.ContainsKey(name);

    public ulong IdOf(string name) => _ids.GetValueOrDefault(name);

    public void New(string name, long qty, Side side = Side.Buy, TimeInForce timeInForce = TimeInForce.Gtc)
    {
        Name(name);
        LastGroup = Rig.Ask(NewOrderRequest.Limit(Px, qty, side) with { TimeInForce = timeInForce });
    }

    public void Cancel(string name, string order)
    {
        if (Knows(order))
            Name(name);
        LastGroup = Rig.AskToCancel(Knows(order) ? IdOf(order) : 7);
    }

    public void Replace(string name, string order, long qty, long px = Px)
    {
        Name(name);
        LastGroup = Rig.AskToReplace(IdOf(order), px, qty);
    }

    /// <summary>Reports; the first id is the message's, the second the original's. Returns the ExecId's name.</summary>
    public ulong Report(
        string[] ids,
        ExecType execType,
        long lastQty = 0,
        long leavesQty = 0,
        long cumQty = 0,
        long orderQty = 0,
        long lastPx = Px,
        ulong refExecId = 0,
        ulong execId = 0,
        long fee = 0)
    {
        if (execId == 0)
            execId = ++_lastExecId;
        LastGroup = Rig.Report(new ExecutionReportBody
        {
            ClOrdId = IdOf(ids[0]),
            OrigClOrdId = ids.Length > 1 ? IdOf(ids[1]) : 0,
            ExecId = new Id16(7, execId),
            RefExecId = refExecId == 0 ? default : new Id16(7, refExecId),
            ExecType = execType,
            OrderQty = new Qty(orderQty),
            LastQty = new Qty(lastQty),
            LastPx = new Px(lastQty == 0 ? 0 : lastPx),
            LeavesQty = new Qty(leavesQty),
            CumQty = new Qty(cumQty),
            Fee = new Fee(fee),
            Side = Side.Buy,
        });
        return execId;
    }

    public void Reject(string name, string order, RejectReason reason = RejectReason.TooLate) =>
        LastGroup = Rig.Reject(new CancelRejectBody
        {
            ClOrdId = IdOf(name),
            OrigClOrdId = IdOf(order),
            ResponseTo = CancelRejectResponseTo.Cancel,
            Reason = reason,
        });

    private void Name(string name) => _ids[name] = Rig.Engine.NextClOrdId;
}
