using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Orders;

/// <summary>What is remembered is bounded, and what has left is gone: in the engine that went on and in one restored
/// from its state alike.</summary>
public sealed class OrderRingTests
{
    private const long Px = 100;

    [Fact]
    public void The_id_of_an_answered_request_is_known_for_131072_ids()
    {
        Rig rig = new OutsidePlay().Rig;
        ulong order = Acknowledged(rig, qty: 10);
        ulong cancel = rig.Engine.NextClOrdId;
        rig.AskToCancel(order);
        rig.Reject(new CancelRejectBody { ClOrdId = cancel, OrigClOrdId = order });

        UseIds(rig, until: cancel + Limits.FormerIdsMax);
        AssertKnown(rig, cancel, isKnown: true);
        UseIds(rig, until: cancel + Limits.FormerIdsMax + 1);

        AssertKnown(rig, cancel, isKnown: false);
        AssertKnown(rig, order, isKnown: true);
    }

    [Fact]
    public void A_request_answered_late_does_not_displace_a_newer_one()
    {
        Rig rig = new OutsidePlay().Rig;
        ulong order = Acknowledged(rig, qty: 10);
        ulong late = rig.Engine.NextClOrdId;
        rig.AskToCancel(order);
        UseIds(rig, until: late + Limits.FormerIdsMax);
        ulong newer = rig.Engine.NextClOrdId;
        rig.AskToCancel(order);

        rig.Reject(new CancelRejectBody { ClOrdId = newer, OrigClOrdId = order });
        rig.Reject(new CancelRejectBody { ClOrdId = late, OrigClOrdId = order });

        Assert.Equal(late + Limits.FormerIdsMax, newer);
        AssertKnown(rig, newer, isKnown: true);
        AssertKnown(rig, late, isKnown: false);
    }

    [Fact]
    public void An_execution_of_an_order_that_has_left_is_an_orphan_and_halts_until_an_adjustment()
    {
        Rig rig = new OutsidePlay().Rig;
        ulong first = Filled(rig, 1);
        for (int order = 0; order < Limits.ClosedOrdersMax; order++)
            Filled(rig, 1);
        long position = rig.Engine.Positions[Rig.First].NetQty.Mantissa;
        AssertKnown(rig, first, isKnown: true);
        for (int order = 0; order < Limits.OpenOrdersMax; order++)
            Filled(rig, 1);
        AssertKnown(rig, first, isKnown: false);

        List<Recorded> group = rig.Report(Trade(first, 5, execId: 1UL << 40));

        AnomalyBody anomaly = group.Single<AnomalyBody>(EventKind.Anomaly);
        Assert.Equal((AnomalyCode.OrphanExecution, first, 5L), (anomaly.Code, anomaly.ClOrdId, anomaly.Actual));
        RiskHaltBody halt = group.Single<RiskHaltBody>(EventKind.RiskHalt);
        Assert.Equal((HaltReason.Orphan, 1), (halt.Reason, halt.Active));
        Assert.Equal(position + Limits.OpenOrdersMax, rig.Engine.Positions[Rig.First].NetQty.Mantissa);
        Rig restored = rig.Fork();
        foreach (Rig one in new[] { rig, restored })
        {
            Assert.Equal(RiskReason.Halted, one.Ask(NewOrderRequest.Limit(Px, 1)).Decision().Reason);
            RiskHaltBody lifted = one.Adjust(5, Px).Single<RiskHaltBody>(EventKind.RiskHalt);
            Assert.Equal((HaltReason.Orphan, 0), (lifted.Reason, lifted.Active));
            Assert.Equal(RiskReason.None, one.Ask(NewOrderRequest.Limit(Px, 1)).Decision().Reason);
        }
    }

    [Fact]
    public void The_last_1048576_executions_are_remembered()
    {
        var log = new ExecutionLog();
        for (ulong id = 1; id <= Limits.ExecutionsMax + 1; id++)
            log.Add(new Execution { ExecId = new Id16(9, id), RootClOrdId = 7, Qty = new Qty(1) });

        Assert.False(log.Contains(new Id16(9, 1)));
        Assert.False(log.TryFindFill(new Id16(9, 1), 7, out _));
        Assert.True(log.Contains(new Id16(9, 2)));
        Assert.True(log.TryFindFill(new Id16(9, 2), 7, out _));
        Assert.False(log.TryFindFill(new Id16(9, 2), 8, out _));
        Assert.True(log.Contains(new Id16(9, Limits.ExecutionsMax + 1)));
    }

    [Fact]
    public void Recent_ids_are_a_queue_with_an_index()
    {
        const int Capacity = 64;
        var random = new Random(5);
        var ids = new RecentIds(Capacity);
        var naive = new List<Id16>();

        for (int step = 0; step < 50_000; step++)
        {
            var id = new Id16((ulong)random.Next(3), (ulong)random.Next(1, 80));
            Assert.Equal(naive.Contains(id), ids.Find(id) != RecentIds.NotFound);
            if (naive.Contains(id))
                continue;
            ids.Add(id);
            naive.Add(id);
            if (naive.Count > Capacity)
                naive.RemoveAt(0);
            Id16 known = naive[random.Next(naive.Count)];
            Assert.Equal(known, ids[ids.Find(known)]);
            if (step % 16 == 0)
                Assert.Equal(naive, Enumerable.Range(0, ids.Count).Select(index => ids[ids.PlaceOf(index)]));
        }
    }

    [Fact]
    public void A_request_id_is_remembered_for_65536_requests_of_its_source()
    {
        Rig rig = new OutsidePlay().Rig;
        NewOrderRequest nothing = NewOrderRequest.Limit(Px, qty: 0);
        ulong first = rig.Engine.NextClOrdId;
        rig.Ask(nothing, requestId: 1);
        for (ulong request = 2; request <= Limits.RequestWindowMax; request++)
            AskAndForget(rig, nothing, request);

        AnomalyBody repeated = rig.Ask(nothing, requestId: 1).Single<AnomalyBody>(EventKind.Anomaly);
        rig.Ask(nothing, requestId: Limits.RequestWindowMax + 1);
        List<Recorded> forgotten = rig.Fork().Ask(nothing, requestId: 1);

        Assert.Equal((AnomalyCode.DuplicateRequest, first), (repeated.Code, repeated.ClOrdId));
        Assert.Equal(RiskReason.InvalidQty, forgotten.Decision().Reason);
        Assert.Equal(RiskReason.InvalidQty, rig.Ask(nothing, requestId: 1).Decision().Reason);
        Assert.Equal(
            AnomalyCode.DuplicateRequest, rig.Ask(nothing, requestId: 3).Single<AnomalyBody>(EventKind.Anomaly).Code);
    }

    [Fact]
    public void An_order_has_sixteen_unanswered_requests_at_most()
    {
        Rig rig = new OutsidePlay().Rig;
        ulong order = Acknowledged(rig, qty: 10);
        ulong firstReplace = rig.Engine.NextClOrdId;
        for (int request = 0; request < Limits.PendingRequestsOfOrderMax; request++)
            Assert.DoesNotContain(EventKind.CancelReject, rig.AskToReplace(order, Px, 20 + request).Kinds());

        CancelRejectBody reject = rig.AskToCancel(order).Single<CancelRejectBody>(EventKind.CancelReject);
        long exposed = (long)rig.Engine.OpenOrders.Exposure.Qty(Rig.First, Side.Buy);
        rig.Reject(new CancelRejectBody { ClOrdId = firstReplace, OrigClOrdId = order });

        Assert.Equal(RejectReason.AlreadyPending, reject.Reason);
        Assert.Equal(35, exposed);
        Assert.DoesNotContain(EventKind.CancelReject, rig.AskToCancel(order).Kinds());
    }

    private static void AssertKnown(Rig rig, ulong clOrdId, bool isKnown)
    {
        Assert.Equal(isKnown, rig.Engine.OpenOrders.Find(clOrdId) != SlotLists.None);
        Assert.Equal(isKnown, rig.Fork().Engine.OpenOrders.Find(clOrdId) != SlotLists.None);
    }

    /// <summary>Denied orders use ids too.</summary>
    private static void UseIds(Rig rig, ulong until)
    {
        while (rig.Engine.NextClOrdId < until)
            AskAndForget(rig, NewOrderRequest.Limit(Px, qty: 0), requestId: 0);
    }

    private static void AskAndForget(Rig rig, NewOrderRequest order, ulong requestId)
    {
        rig.Ask(order, requestId);
        rig.Output.Forget();
    }

    private static ulong Acknowledged(Rig rig, long qty)
    {
        ulong order = rig.Engine.NextClOrdId;
        rig.Ask(NewOrderRequest.Limit(Px, qty));
        rig.Report(new ExecutionReportBody { ClOrdId = order, ExecId = new Id16(2, order), ExecType = ExecType.New });
        return order;
    }

    private static ulong Filled(Rig rig, long qty)
    {
        ulong order = rig.Engine.NextClOrdId;
        rig.Ask(NewOrderRequest.Limit(Px, qty));
        rig.Report(Trade(order, qty, execId: order));
        rig.Output.Forget();
        return order;
    }

    private static ExecutionReportBody Trade(ulong order, long qty, ulong execId) => new()
    {
        ClOrdId = order,
        ExecId = new Id16(1, execId),
        ExecType = ExecType.Trade,
        LastPx = new Px(Px),
        LastQty = new Qty(qty),
        Side = Side.Buy,
    };
}
