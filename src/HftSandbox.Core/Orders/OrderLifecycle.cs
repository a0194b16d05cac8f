using System.Text;
using HftSandbox.Events;
using static HftSandbox.Core.Orders.OrderLifecycle.Outcome;

namespace HftSandbox.Core.Orders;

/// <summary>The life of an order as one table: status × what the venue says → status. Quantities are applied first; the
/// table decides the status alone. Precedence and the rows of FIX 4.4 / 5.0 SP2, appendix D.</summary>
public static class OrderLifecycle
{
    /// <summary>The table's last column: a cancel or replace request was rejected. Not an ExecType in FIX.</summary>
    private const int CancelRejectColumn = (int)ExecType.Unknown;
    private const int Columns = CancelRejectColumn + 1;

#pragma warning disable IDE0055 // a table is read in columns

    // PN New Trade Canc Repl Rej PCxl PRpl DFD Exp Susp Rest TrCxl TrCor Stat Unkn CxlRej
    private static ReadOnlySpan<Outcome> Table =>
    [
        /* PendingNew      */ __, QT, QT, CA, QT, RJ, PC, PR, DD, EX, SU, __, XX, XX, __, PU, __,
        /* New             */ XX, XX, QT, CA, QT, RJ, PC, PR, DD, EX, SU, QT, XX, XX, __, XX, __,
        /* PartiallyFilled */ XX, XX, QT, CA, QT, XX, PC, PR, DD, EX, SU, QT, QT, QT, __, XX, __,
        /* Filled          */ XX, XX, QT, XX, QT, XX, XX, PR, DD, XX, XX, QT, QT, QT, __, XX, __,
        /* PendingCancel   */ __, __, HI, CA, __, RJ, __, __, __, EX, __, __, HI, HI, __, __, QT,
        /* PendingReplace  */ __, __, HI, CA, QT, RJ, PC, __, __, EX, __, __, HI, HI, __, __, QT,
        /* DoneForDay      */ XX, XX, HI, CA, __, XX, PC, PR, __, EX, __, QT, HI, HI, __, XX, __,
        /* Canceled        */ XX, XX, __, XX, XX, XX, XX, XX, XX, XX, XX, XX, __, __, __, XX, __,
        /* Rejected        */ XX, XX, __, XX, XX, XX, XX, XX, XX, XX, XX, XX, __, __, __, XX, __,
        /* Expired         */ XX, XX, __, XX, XX, XX, XX, XX, XX, XX, XX, XX, __, __, __, XX, __,
        /* Suspended       */ XX, QT, HI, CA, __, XX, PC, PR, DD, EX, __, QT, HI, HI, __, XX, __,
        /* PendingUnknown  */ PN, QT, QT, CA, QT, RJ, PC, PR, DD, EX, SU, QT, XX, XX, QT, __, __,
    ];

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

        PN, PC, PR, DD, CA, RJ, EX, SU, PU,
    }

#pragma warning restore IDE0055

    /// <summary>The status after a report.</summary>
    /// <param name="current">The status before; not None.</param>
    /// <param name="execType">What the venue says; not None.</param>
    /// <param name="orderQty">Quantity in force after the report.</param>
    /// <param name="cumQty">Filled after the report.</param>
    /// <returns>None = the report is illegal here.</returns>
    [HotPath]
    public static OrdStatus Next(OrdStatus current, ExecType execType, Qty orderQty, Qty cumQty) =>
        Resolve(current, (int)execType - 1, orderQty, cumQty);

    /// <summary>The status after a cancel or replace request was rejected.</summary>
    /// <param name="current">The status before; not None.</param>
    /// <param name="orderQty">Quantity in force.</param>
    /// <param name="cumQty">Filled.</param>
    /// <returns>None = the reject is illegal here.</returns>
    [HotPath]
    public static OrdStatus AfterCancelReject(OrdStatus current, Qty orderQty, Qty cumQty) =>
        Resolve(current, CancelRejectColumn, orderQty, cumQty);

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

    /// <summary>Whether the venue is done with the order; only busts and corrections may follow.</summary>
    /// <param name="status">A status.</param>
    [HotPath]
    public static bool IsTerminal(OrdStatus status) => status == OrdStatus.Filled || HasNoLeaves(status);

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
        text.Append(" CancelReject |\n|---|");
        for (int column = 0; column < Columns; column++)
            text.Append("---|");

        for (OrdStatus status = OrdStatus.PendingNew; status <= OrdStatus.PendingUnknown; status++)
        {
            text.Append("\n| **").Append(status).Append("** |");
            for (int column = 0; column < Columns; column++)
                text.Append(' ').Append(Describe(Cell(status, column))).Append(" |");
        }

        return text.Append('\n').ToString();
    }

    [HotPath]
    private static OrdStatus Resolve(OrdStatus current, int column, Qty orderQty, Qty cumQty) =>
        Cell(current, column) switch
        {
            XX => OrdStatus.None,
            __ => current,
            QT => ByQuantities(orderQty, cumQty),
            HI => Higher(current, ByQuantities(orderQty, cumQty)),
            Outcome status => Named(status),
        };

    [HotPath]
    private static Outcome Cell(OrdStatus status, int column) => Table[(((int)status - 1) * Columns) + column];

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
        PC => OrdStatus.PendingCancel,
        PR => OrdStatus.PendingReplace,
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
