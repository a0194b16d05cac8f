using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Orders;

/// <summary>Further matrices after FIX 4.4 / 5.0 SP2 volume 7, appendix D: replaces (C), chains of them (D), duplicates
/// (F), good-till orders (H), immediate orders (I), busts and corrections (J); each line is one message and what our
/// view of the order is after it.</summary>
/// <remarks>
/// <c>new X 100</c> · <c>cancel Y X</c> · <c>replace Y X 120</c> are requests. The venue: <c>X New</c> ·
/// <c>X Trade 20</c> (its ExecIds are 1, 2, 3 … by report) · <c>Y,X Replaced</c> · <c>Y,X reject</c> ·
/// <c>X TradeCancel ref=2</c> · <c>X TradeCorrect ref=2 30</c> · <c>X Trade 20 exec=2</c> repeats an ExecId ·
/// <c>qty=</c>, <c>cum=</c> and <c>leaves=</c> are what it says of them. Behind the arrow: status, order quantity,
/// filled, open, and the anomaly.
/// </remarks>
public sealed class OrderScriptTests
{
    [Theory]
    [InlineData("C.1.a a replace of an unfilled order increases its quantity", """
        new X 100
        X New -> New 100 0 100
        replace Y X 110
        Y,X PendingReplace -> PendingReplace 100 0 100
        Y,X Replaced -> New 110 0 110
        Y Trade 10 -> PartiallyFilled 110 10 100
        Y Trade 100 -> Filled 110 110 0
        """)]
    [InlineData("C.1.b a part-filled order is replaced, an execution occurs while the replace is pending", """
        new X 100
        X New -> New 100 0 100
        X Trade 10 -> PartiallyFilled 100 10 90
        replace Y X 120
        Y,X PendingReplace -> PendingReplace 100 10 90
        X Trade 1 -> PendingReplace 100 11 89
        Y,X Replaced -> PartiallyFilled 120 11 109
        Y Trade 109 -> Filled 120 120 0
        """)]
    [InlineData("C.1.c a filled order is reopened by a larger replace", """
        new X 100
        X Trade 100 -> Filled 100 100 0
        X Replaced qty=120 -> PartiallyFilled 120 100 20
        X Trade 20 -> Filled 120 120 0
        """)]
    [InlineData("C.2.a a replace is rejected, before and after the venue has said that it is pending", """
        new X 100
        X New -> New 100 0 100
        replace Y X 120
        Y,X reject -> New 100 0 100
        replace Z X 130
        Z,X PendingReplace -> PendingReplace 100 0 100
        X Trade 10 -> PendingReplace 100 10 90
        Z,X reject -> PartiallyFilled 100 10 90
        """)]
    [InlineData("C.3.a a replace decreases the quantity, an execution occurs while it is pending", """
        new X 100
        X New -> New 100 0 100
        replace Y X 80
        Y,X PendingReplace -> PendingReplace 100 0 100
        X Trade 50 -> PendingReplace 100 50 50
        Y,X Replaced -> PartiallyFilled 80 50 30
        """)]
    [InlineData("C.3.b a replace below what is filled meanwhile leaves what is filled", """
        new X 100
        X New -> New 100 0 100
        replace Y X 70
        Y,X PendingReplace -> PendingReplace 100 0 100
        X Trade 80 -> PendingReplace 100 80 20
        Y,X Replaced -> Filled 80 80 0
        """)]
    [InlineData("C.3.c the order is filled before the replace can be accepted", """
        new X 100
        X New -> New 100 0 100
        replace Y X 70
        Y,X PendingReplace -> PendingReplace 100 0 100
        X Trade 100 -> PendingReplace 100 100 0
        Y,X reject -> Filled 100 100 0
        """)]
    [InlineData("D.1.a a chain of replaces, each after the one before was accepted", """
        new X 100
        X New -> New 100 0 100
        replace Y X 110
        Y,X Replaced -> New 110 0 110
        replace Z Y 125
        Z,Y Replaced -> New 125 0 125
        X Trade 5 -> PartiallyFilled 125 5 120
        Z Trade 120 -> Filled 125 125 0
        """)]
    [InlineData("D.2.a two replaces are pending, both are accepted in order", """
        new X 100
        X New -> New 100 0 100
        replace Y X 110
        replace Z X 125
        Y,X PendingReplace -> PendingReplace 100 0 100
        Z,X PendingReplace -> PendingReplace 100 0 100
        Y,X Replaced -> PendingReplace 110 0 110
        Z,Y Replaced -> New 125 0 125
        """)]
    [InlineData("D.2.b two replaces are pending, the second is rejected", """
        new X 100
        X New -> New 100 0 100
        replace Y X 110
        replace Z X 125
        Y,X PendingReplace -> PendingReplace 100 0 100
        Z,X PendingReplace -> PendingReplace 100 0 100
        Z,X reject -> PendingReplace 100 0 100
        Y,X Replaced -> New 110 0 110
        """)]
    [InlineData("D.2.c a cancel crosses a replace", """
        new X 100
        X New -> New 100 0 100
        replace Y X 110
        cancel Z X
        Y,X PendingReplace -> PendingReplace 100 0 100
        Z,X PendingCancel -> PendingCancel 100 0 100
        Y,X Replaced -> PendingCancel 110 0 110
        X Trade 10 -> PendingCancel 110 10 100
        Z,Y Canceled -> Canceled 110 10 0
        """)]
    [InlineData("F.1 a repeated execution changes nothing", """
        new X 100
        X New -> New 100 0 100
        X Trade 20 -> PartiallyFilled 100 20 80
        X Trade 20 exec=2 -> !DuplicateExecId
        X Trade 20 -> PartiallyFilled 100 40 60
        """)]
    [InlineData("G.1 a suspended order trades on, and ends", """
        new X 100
        X New -> New 100 0 100
        X Suspended leaves=100 -> Suspended 100 0 100
        X New -> New 100 0 100
        X Suspended leaves=100 -> Suspended 100 0 100
        X Trade 40 leaves=60 -> Suspended 100 40 60
        X Expired -> Expired 100 40 0
        """)]
    [InlineData("H.1.a good till cancel: done for the day, restated the next morning, filled", """
        new X 100
        X New -> New 100 0 100
        X Trade 20 -> PartiallyFilled 100 20 80
        X DoneForDay leaves=0 -> DoneForDay 100 20 0
        X Restated -> PartiallyFilled 100 20 80
        X Trade 80 -> Filled 100 100 0
        """)]
    [InlineData("H.1.b good till cancel: a restatement changes the quantity, as after a split", """
        new X 100
        X New -> New 100 0 100
        X DoneForDay leaves=0 -> DoneForDay 100 0 0
        X Restated qty=200 -> New 200 0 200
        X Canceled -> Canceled 200 0 0
        """)]
    [InlineData("H.1.c a rejected cancel gives back that the order is done for the day", """
        new X 100
        X New -> New 100 0 100
        X Trade 30 -> PartiallyFilled 100 30 70
        X DoneForDay leaves=0 -> DoneForDay 100 30 0
        cancel Y X
        Y,X PendingCancel -> PendingCancel 100 30 0
        Y,X reject -> DoneForDay 100 30 0
        """)]
    [InlineData("H.2 an order expires", """
        new X 100
        X New -> New 100 0 100
        X Trade 10 -> PartiallyFilled 100 10 90
        X Expired -> Expired 100 10 0
        X Expired -> !IllegalTransition
        """)]
    [InlineData("I.1.a fill or kill: it cannot be filled at once", """
        new X 100
        X New -> New 100 0 100
        X Canceled -> Canceled 100 0 0
        """)]
    [InlineData("I.1.b immediate or cancel: the remainder is canceled", """
        new X 100
        X New -> New 100 0 100
        X Trade 30 -> PartiallyFilled 100 30 70
        X Canceled -> Canceled 100 30 0
        """)]
    [InlineData("J.1.a a filled order: one execution is corrected, one is busted", """
        new X 100
        X New -> New 100 0 100
        X Trade 20 -> PartiallyFilled 100 20 80
        X Trade 80 -> Filled 100 100 0
        X TradeCancel ref=3 -> PartiallyFilled 100 20 80
        X TradeCorrect ref=2 15 -> PartiallyFilled 100 15 85
        X TradeCorrect ref=5 18 -> PartiallyFilled 100 18 82
        X Trade 82 -> Filled 100 100 0
        """)]
    [InlineData("J.1.b a canceled order: its execution is busted, and it stays canceled", """
        new X 100
        X New -> New 100 0 100
        X Trade 20 -> PartiallyFilled 100 20 80
        cancel Y X
        Y,X Canceled -> Canceled 100 20 0
        X TradeCancel ref=2 -> Canceled 100 0 0
        """)]
    [InlineData("J.2 what was busted cannot be busted again, nor what never was", """
        new X 100
        X New -> New 100 0 100
        X Trade 20 -> PartiallyFilled 100 20 80
        X TradeCancel ref=2 -> New 100 0 100
        X TradeCancel ref=2 -> !UnknownExecRef
        X TradeCancel ref=77 -> !UnknownExecRef
        """)]
    [InlineData("An execution after the cancel counts, and is looked at", """
        new X 100
        X New -> New 100 0 100
        X Canceled -> Canceled 100 0 0
        X Trade 20 -> Canceled 100 20 0 !ExecutionAfterTerminal
        """)]
    [InlineData("An over-fill counts in full, and is looked at", """
        new X 100
        X New -> New 100 0 100
        X Trade 130 -> Filled 100 130 0 !OverFill
        """)]
    [InlineData("A venue that counts otherwise is noticed", """
        new X 100
        X New -> New 100 0 100
        X Trade 20 cum=30 -> PartiallyFilled 100 20 80 !QuantityMismatch
        """)]
    [InlineData("The answer is lost, and a status report brings it back", """
        new X 100
        X Unknown -> PendingUnknown 100 0 100
        X Trade 10 -> PartiallyFilled 100 10 90
        X OrderStatus -> PartiallyFilled 100 10 90
        """)]
    [InlineData("A fill crosses a larger replace: the order may still become larger, and does", """
        new X 100
        X New -> New 100 0 100
        replace Y X 120
        X Trade 100 -> Filled 100 100 0
        Y,X Replaced -> PartiallyFilled 120 100 20
        Y Trade 20 -> Filled 120 120 0
        """)]
    [InlineData("A fill crosses a larger replace, which is rejected", """
        new X 100
        X New -> New 100 0 100
        replace Y X 120
        X Trade 100 -> Filled 100 100 0
        Y,X reject -> Filled 100 100 0
        """)]
    [InlineData("The venue cancels and replaces by itself: each answer ends its own kind", """
        new X 100
        X New -> New 100 0 100
        X PendingCancel -> PendingCancel 100 0 100
        X PendingReplace qty=120 -> PendingCancel 100 0 100
        X reject -> PendingReplace 100 0 100
        X Replaced qty=120 -> New 120 0 120
        """)]
    [InlineData("A report about nothing, and one that says nothing", """
        new X 100
        Q New -> !UnknownOrder
        X None -> !InvalidReport
        X Trade 0 -> !InvalidReport
        """)]
    public void Order_follows_the_script(string name, string script)
    {
        var play = new OutsidePlay();
        int line = 0;

        foreach (string text in script.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string where = $"{name}, line {++line}: {text}";
            string[] parts = text.Split("->", StringSplitOptions.TrimEntries);
            Perform(play, parts[0].Split(' '));
            if (parts.Length > 1)
                AssertState(where, play.LastGroup, parts[1].Split(' '));
            AssertExposure(where, play);
        }
    }

    private static void Perform(OutsidePlay play, string[] words)
    {
        switch (words[0])
        {
            case "new":
                play.New(words[1], long.Parse(words[2]));
                return;
            case "cancel":
                play.Cancel(words[1], words[2]);
                return;
            case "replace":
                play.Replace(words[1], words[2], long.Parse(words[3]));
                return;
        }

        string[] ids = words[0].Split(',');
        if (words[1] == "reject")
        {
            play.Reject(ids[0], ids[^1]);
            return;
        }

        long lastQty = words.Length > 2 && long.TryParse(words[^1], out long qty) ? qty : Value(words, bare: true);
        play.Report(
            ids,
            Enum.Parse<ExecType>(words[1]),
            lastQty,
            leavesQty: Value(words, "leaves="),
            cumQty: Value(words, "cum="),
            orderQty: Value(words, "qty="),
            refExecId: (ulong)Value(words, "ref="),
            execId: (ulong)Value(words, "exec="));
    }

    private static long Value(string[] words, string key = "", bool bare = false)
    {
        foreach (string word in words[2..])
        {
            if (bare && long.TryParse(word, out long number))
                return number;
            if (!bare && word.StartsWith(key, StringComparison.Ordinal))
                return long.Parse(word[key.Length..]);
        }

        return 0;
    }

    private static void AssertState(string where, List<Recorded> group, string[] expected)
    {
        string anomaly = expected.FirstOrDefault(word => word.StartsWith('!')) ?? "!None";
        AnomalyCode raised = group.Find(record => record.Kind == EventKind.Anomaly)?.Body<AnomalyBody>().Code ?? 0;
        Assert.Equal((where, anomaly[1..]), (where, raised.ToString()));
        Recorded? state = group.Find(record => record.Kind == EventKind.OrderState);
        if (expected[0].StartsWith('!'))
        {
            Assert.Null(state);
            return;
        }

        OrderStateBody body = state!.Body<OrderStateBody>();
        Assert.Equal(
            (where, string.Join(' ', expected.Where(word => !word.StartsWith('!')))),
            (where, $"{body.OrdStatus} {body.OrderQty.Mantissa} {body.CumQty.Mantissa} {body.LeavesQty.Mantissa}"));
    }

    /// <summary>Whatever happens: the position is the sum of what is filled, and what may still fill is counted
    /// once.</summary>
    private static void AssertExposure(string where, OutsidePlay play)
    {
        var engine = play.Rig.Engine;
        long open = 0;
        foreach (ref readonly var order in engine.OpenOrders)
            open += order.ExposedQty.Mantissa;
        Assert.Equal((where, open), (where, engine.OpenOrders.Exposure.Qty(Rig.First, Side.Buy)));
        long filled = 0;
        foreach (Recorded record in play.Rig.Output.Records.Where(one => one.Kind == EventKind.OrderState))
            filled = record.Body<OrderStateBody>().CumQty.Mantissa;
        Assert.Equal((where, filled), (where, engine.Positions[Rig.First].NetQty.Mantissa));
    }
}
