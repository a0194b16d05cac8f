using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.MarketData;

/// <summary>Short words for the inputs of a book.</summary>
internal static class BookRig
{
    /// <summary>An engine that trades nothing.</summary>
    public static Rig Quiet(long referenceMaxAgeNs = 0, IRecordOutput? output = null)
    {
        RunConfiguration defaults = Rig.Defaults();
        return new Rig(
            defaults with
            {
                Strategies = [],
                Risk = defaults.Risk with { ReferenceMaxAgeNs = referenceMaxAgeNs },
            },
            output).Start();
    }

    public static List<Recorded> Set(
        this Rig rig, Side side, long px, long qty, ulong first = 0, ulong last = 0, bool isLast = true) =>
        rig.Level(BookAction.Set, side, px, qty, 0, first, last, isLast);

    public static List<Recorded> Level(
        this Rig rig,
        BookAction action,
        Side side,
        long px,
        long qty,
        ulong order = 0,
        ulong first = 0,
        ulong last = 0,
        bool isLast = true) => rig.Input(
            EventKind.BookLevel,
            Rig.First,
            Rig.Bytes(new BookLevelBody
            {
                Px = new Px(px),
                Qty = new Qty(qty),
                FirstUpdateId = first,
                LastUpdateId = last,
                VenueOrderId = order,
                Side = side,
                Action = action,
            }),
            SourceId.Sim,
            last: isLast);

    /// <summary>A snapshot with one level a side.</summary>
    public static void Snapshot(this Rig rig, long bid, long ask, ulong id = 0, long qty = 5)
    {
        rig.Clear(BookClearReason.Snapshot, id, isLast: false);
        rig.Set(Side.Buy, bid, qty, id, id, isLast: false);
        rig.Set(Side.Sell, ask, qty, id, id);
    }

    public static List<Recorded> Clear(this Rig rig, BookClearReason reason, ulong id = 0, bool isLast = true) =>
        rig.Input(
            EventKind.BookClear,
            Rig.First,
            Rig.Bytes(new BookClearBody { LastUpdateId = id, Reason = reason }),
            SourceId.Sim,
            last: isLast);

    public static List<Recorded> Gap(this Rig rig, uint instrument) => rig.Input(
        EventKind.FeedGap,
        instrument,
        Rig.Bytes(new FeedGapBody { ExpectedId = 7, ReceivedId = 9, Reason = FeedGapReason.SequenceJump }),
        SourceId.Sim);

    /// <summary>The anomaly of a group; null = there is none.</summary>
    public static (AnomalyCode Code, long Expected, long Actual)? Anomaly(this List<Recorded> group)
    {
        Recorded? anomaly = group.SingleOrDefault(record => record.Kind == EventKind.Anomaly);
        return anomaly?.Body<AnomalyBody>() is { } body ? (body.Code, body.Expected, body.Actual) : null;
    }
}
