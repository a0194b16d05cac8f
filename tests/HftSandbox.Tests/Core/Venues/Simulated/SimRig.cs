using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Tests.Core.MarketData;

namespace HftSandbox.Tests.Core.Venues.Simulated;

/// <summary>An engine with the simulated venue, an outside requester and no strategy; every word gives back what the
/// venue said meanwhile. The first order is 1001, an input comes every microsecond.</summary>
internal sealed class SimRig
{
    public SimRig(
        SimVenueConfig? venue = null,
        Func<InstrumentConfig, InstrumentConfig>? instrument = null,
        IRecordOutput? output = null)
    {
        RunConfiguration defaults = Rig.Defaults();
        InstrumentConfig first = defaults.Instruments[0];
        Rig = new Rig(
            defaults with
            {
                Venue = "sim",
                SimVenue = venue ?? new SimVenueConfig(),
                Strategies = [],
                Instruments = [instrument is null ? first : instrument(first), defaults.Instruments[1]],
            },
            output).Start();
    }

    /// <summary>Goes on from a state.</summary>
    public SimRig(SimVenueConfig venue, long nowNs, byte[] state, ulong sequence)
    {
        Rig = new Rig { NowNs = nowNs };
        Rig.Engine.ReadState(state, sequence);
        Rig.Configuration = Rig.Engine.Configuration! with { SimVenue = venue };
    }

    public Rig Rig { get; }

    public static SimVenueConfig Latency(long entryNs, long responseNs = 0) => new()
    {
        EntryLatency = [new LatencyBin(entryNs, 1)],
        ResponseLatency = [new LatencyBin(responseNs, 1)],
    };

    public static SimVenueConfig Queue(QueueModel queue) => new() { Queue = queue };

    /// <summary>One line per report of the venue: <c>1001 Trade 5@100 Taken</c>, <c>1002 refused TooLate</c>.</summary>
    public static List<string> Said(IEnumerable<Recorded> records, bool withQuantities = false) =>
    [
        .. records.Where(record => record.Header.Source == SourceId.SimVenue)
            .Select(record => Line(record) + (withQuantities ? Quantities(record) : "")),
    ];

    public List<string> Quote(long bid, long bidQty, long ask, long askQty, uint instrument = Rig.First) =>
        Said(Rig.Input(
            EventKind.Quote,
            instrument,
            Rig.Bytes(new QuoteBody
            {
                BidPx = new Px(bid),
                BidQty = new Qty(bidQty),
                AskPx = new Px(ask),
                AskQty = new Qty(askQty),
            }),
            SourceId.Sim));

    /// <summary>A print against resting orders of the other side than the aggressor's.</summary>
    public List<string> Print(long px, long qty, Side aggressor = Side.Sell, uint instrument = Rig.First) =>
        Said(Rig.Input(
            EventKind.Trade,
            instrument,
            Rig.Bytes(new TradeBody { Px = new Px(px), Qty = new Qty(qty), AggressorSide = aggressor }),
            SourceId.Sim));

    public List<string> Buy(
        long px, long qty, TimeInForce timeInForce = TimeInForce.Gtc, bool postOnly = false, long deadlineNs = 0) =>
        Ask(Side.Buy, OrdType.Limit, px, qty, timeInForce, postOnly, deadlineNs);

    public List<string> Sell(
        long px, long qty, TimeInForce timeInForce = TimeInForce.Gtc, bool postOnly = false, long deadlineNs = 0) =>
        Ask(Side.Sell, OrdType.Limit, px, qty, timeInForce, postOnly, deadlineNs);

    public List<string> BuyAtMarket(long qty) => Ask(Side.Buy, OrdType.Market, 0, qty, TimeInForce.Gtc, false, 0);

    public List<string> Cancel(ulong clOrdId) => Said(Rig.AskToCancel(clOrdId));

    public List<string> Replace(ulong clOrdId, long px, long qty) => Said(Rig.AskToReplace(clOrdId, px, qty));

    /// <summary>A book of three levels a side: bids 99, 98, 97 and asks 101, 102, 103, with 10, 20 and 30.</summary>
    public void ShowBook()
    {
        Rig.Clear(BookClearReason.Snapshot, isLast: false);
        for (long level = 1; level <= 3; level++)
        {
            Rig.Set(Side.Buy, 100 - level, 10 * level, isLast: false);
            Rig.Set(Side.Sell, 100 + level, 10 * level, isLast: level == 3);
        }
    }

    public List<string> Level(Side side, long px, long qty) => Said(Rig.Set(side, px, qty));

    /// <summary>Nothing happens, but time passes.</summary>
    public List<string> Wait() => Said(Rig.Input(EventKind.Timer, 0, Rig.Bytes(default(TimerBody)), SourceId.Sim));

    private static string Line(Recorded record)
    {
        if (record.Kind == EventKind.CancelReject)
        {
            CancelRejectBody reject = record.Body<CancelRejectBody>();
            return $"{reject.ClOrdId} refused {reject.Reason}";
        }

        ExecutionReportBody report = record.Body<ExecutionReportBody>();
        string what = report.ExecType == ExecType.Trade
            ? $" {report.LastQty.Mantissa}@{report.LastPx.Mantissa} {report.FillCause}"
            : report.RejectReason == RejectReason.None ? "" : $" {report.RejectReason}";
        return $"{report.ClOrdId} {report.ExecType}{what}";
    }

    private static string Quantities(Recorded record)
    {
        if (record.Kind == EventKind.CancelReject)
            return "";
        ExecutionReportBody report = record.Body<ExecutionReportBody>();
        bool isOver = report.OrdStatus is OrdStatus.Canceled or OrdStatus.Expired or OrdStatus.Rejected;
        long leaves = isOver ? 0 : report.OrderQty.Mantissa - report.CumQty.Mantissa;
        Assert.Equal(leaves, report.LeavesQty.Mantissa);
        return $" {report.CumQty.Mantissa}/{report.OrderQty.Mantissa}";
    }

    private List<string> Ask(
        Side side, OrdType type, long px, long qty, TimeInForce timeInForce, bool postOnly, long deadlineNs) =>
        Said(Rig.Ask(new NewOrderRequest(
            Rig.First,
            side,
            type,
            timeInForce,
            new Px(px),
            new Qty(qty),
            DeadlineNs: deadlineNs,
            ExecInst: postOnly ? ExecInst.PostOnly : ExecInst.None)));
}
