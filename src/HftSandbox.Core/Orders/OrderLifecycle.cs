using System.Text;
using HftSandbox.Events;
using static HftSandbox.Core.Orders.OrderLifecycle.Outcome;

namespace HftSandbox.Core.Orders;

/// <summary>The life of an order as one table: status × what the venue says → status. Quantities are applied first; the
/// table decides the status alone. Precedence and the rows of FIX 4.4 / 5.0 SP2, appendix D. PendingCancel and
/// PendingReplace are no rows: they lie over the status as long as the venue has a request under way, and
/// <see cref="Visible"/> says which of the two is reported.</summary>
public static class OrderLifecycle
{
    private const int Columns = (int)ExecType.Unknown;

#pragma warning disable IDE0055 // a table is read in columns

    // PN New Trade Canc Repl Rej PCxl PRpl DFD Exp Susp Rest TrCxl TrCor Stat Unkn
    private static ReadOnlySpan<Outcome> Table =>
    [
        /* PendingNew      */ __, QT, QT, CA, QT, RJ, __, __, DD, EX, SU, __, XX, XX, __, PU,
        /* New             */ XX, XX, QT, CA, QT, RJ, __, __, DD, EX, SU, QT, XX, XX, __, XX,
        /* PartiallyFilled */ XX, XX, QT, CA, QT, XX, __, __, DD, EX, SU, QT, QT, QT, __, XX,
        /* Filled          */ XX, XX, QT, XX, QT, XX, XX, __, DD, XX, XX, QT, QT, QT, __, XX,
        /* DoneForDay      */ XX, XX, HI, CA, __, XX, __, __, __, EX, __, QT, HI, HI, __, XX,
        /* Canceled        */ XX, XX, __, XX, XX, XX, XX, XX, XX, XX, XX, XX, __, __, __, XX,
        /* Rejected        */ XX, XX, __, XX, XX, XX, XX, XX, XX, XX, XX, XX, __, __, __, XX,
        /* Expired         */ XX, XX, __, XX, XX, XX, XX, XX, XX, XX, XX, XX, __, __, __, XX,
        /* Suspended       */ XX, QT, HI, CA, __, XX, __, __, DD, EX, __, QT, HI, HI, __, XX,
        /* PendingUnknown  */ PN, QT, QT, CA, QT, RJ, __, __, DD, EX, SU, QT, XX, XX, QT, __,
    ];

    private static ReadOnlySpan<OrdStatus> Rows =>
    [
        OrdStatus.PendingNew, OrdStatus.New, OrdStatus.PartiallyFilled, OrdStatus.Filled, OrdStatus.DoneForDay,
        OrdStatus.Canceled, OrdStatus.Rejected, OrdStatus.Expired, OrdStatus.Suspended, OrdStatus.PendingUnknown,
    ];

    // The row of every status, by its number; None, PendingCancel and PendingReplace have none.
    private static ReadOnlySpan<sbyte> RowOf => [-1, 0, 1, 2, 3, -1, -1, 4, 5, 6, 7, 8, 9];

    /// <summary>What a cell says.</summary>
    internal enum Outcome : byte
    {
        /// <summary>Illegal: nothing changes, an anomaly is raised.</summary>
        XX,

        /// <summary>Legal, the status stays.</summary>
        __,

        /// <summary>New, PartiallyFilled or Filled, by the quantities.</summary>
        QT,

        /// <summary>As QT, unless the status held now has the higher precedence.</summary>
        HI,

        PN, DD, CA, RJ, EX, SU, PU,
    }

#pragma warning restore IDE0055

    /// <summary>The status after a report, requests under way left aside.</summary>
    /// <param name="current">The status before; a row of the table.</param>
    /// <param name="execType">What the venue says; not None.</param>
    /// <param name="orderQty">Quantity in force after the report.</param>
    /// <param name="cumQty">Filled after the report.</param>
    /// <returns>None = the report is illegal here.</returns>
    [HotPath]
    public static OrdStatus Next(OrdStatus current, ExecType execType, Qty orderQty, Qty cumQty) =>
        Table[(RowOf[(int)current] * Columns) + (int)execType - 1] switch
        {
            XX => OrdStatus.None,
            __ => current,
            QT => ByQuantities(orderQty, cumQty),
            HI => Higher(current, ByQuantities(orderQty, cumQty)),
            Outcome status => Named(status),
        };

    /// <summary>FIX OrdStatus (39): of what holds, the status with the highest precedence.</summary>
    /// <param name="status">A row of the table.</param>
    /// <param name="cancelUnderWay">The venue has said PendingCancel and not yet how it ended.</param>
    /// <param name="replaceUnderWay">The venue has said PendingReplace and not yet how it ended.</param>
    [HotPath]
    public static OrdStatus Visible(OrdStatus status, bool cancelUnderWay, bool replaceUnderWay) =>
        HasNoLeaves(status) ? status
        : cancelUnderWay ? OrdStatus.PendingCancel
        : replaceUnderWay ? OrdStatus.PendingReplace
        : status;

    /// <summary>FIX precedence: of the statuses that hold, the highest is reported. PendingUnknown stands
    /// outside.</summary>
    /// <param name="status">A status.</param>
    [HotPath]
    public static int Precedence(OrdStatus status) => status switch
    {
        OrdStatus.PendingCancel => 12,
        OrdStatus.PendingReplace => 11,
        OrdStatus.DoneForDay => 10,
        OrdStatus.Filled => 8,
        OrdStatus.Suspended => 6,
        OrdStatus.Canceled or OrdStatus.Expired => 5,
        OrdStatus.PartiallyFilled => 4,
        OrdStatus.New or OrdStatus.Rejected or OrdStatus.PendingNew => 2,
        _ => 0,
    };

    /// <summary>Whether the venue is done with the order; only busts, corrections and late executions may
    /// follow.</summary>
    /// <param name="visible">A status as reported.</param>
    [HotPath]
    public static bool IsTerminal(OrdStatus visible) => visible == OrdStatus.Filled || HasNoLeaves(visible);

    /// <summary>Whether nothing is open, whatever the quantities are.</summary>
    /// <param name="status">A status.</param>
    [HotPath]
    public static bool HasNoLeaves(OrdStatus status) =>
        status is OrdStatus.Canceled or OrdStatus.Rejected or OrdStatus.Expired;

    /// <summary>The table as Markdown, for the README.</summary>
    public static string ToMarkdown()
    {
        var text = new StringBuilder("| status |");
        for (ExecType execType = ExecType.PendingNew; execType <= ExecType.Unknown; execType++)
            text.Append(' ').Append(execType).Append(" |");
        text.Append("\n|---|");
        for (int column = 0; column < Columns; column++)
            text.Append("---|");

        for (int row = 0; row < Rows.Length; row++)
        {
            text.Append("\n| **").Append(Rows[row]).Append("** |");
            for (int column = 0; column < Columns; column++)
                text.Append(' ').Append(Describe(Table[(row * Columns) + column])).Append(" |");
        }

        return text.Append('\n').ToString();
    }

    [HotPath]
    private static OrdStatus ByQuantities(Qty orderQty, Qty cumQty) =>
        cumQty.Mantissa >= orderQty.Mantissa ? OrdStatus.Filled
        : cumQty.Mantissa > 0 ? OrdStatus.PartiallyFilled
        : OrdStatus.New;

    [HotPath]
    private static OrdStatus Higher(OrdStatus one, OrdStatus other) =>
        Precedence(other) > Precedence(one) ? other : one;

    [HotPath]
    private static OrdStatus Named(Outcome outcome) => outcome switch
    {
        PN => OrdStatus.PendingNew,
        DD => OrdStatus.DoneForDay,
        CA => OrdStatus.Canceled,
        RJ => OrdStatus.Rejected,
        EX => OrdStatus.Expired,
        SU => OrdStatus.Suspended,
        PU => OrdStatus.PendingUnknown,
        _ => OrdStatus.None,
    };

    private static string Describe(Outcome outcome) => outcome switch
    {
        XX => "anomaly",
        __ => "·",
        QT => "by quantity",
        HI => "by precedence",
        _ => Named(outcome).ToString(),
    };
}
