using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Orders;

/// <summary>A cancel or replace that the venue has not answered. One without an id was begun by the venue.</summary>
internal sealed class NaiveRequest
{
    public required ulong Id { get; init; }

    public required IntentType Type { get; init; }

    public required long Qty { get; init; }

    public bool IsUnderWay { get; set; }
}

/// <summary>One order by the rules of FIX 4.4, appendix D, in words instead of a table.</summary>
internal sealed class NaiveOrder
{
    public required ulong Root { get; init; }

    public required uint Instrument { get; init; }

    public required Side Side { get; init; }

    public required ushort Strategy { get; init; }

    public required long Qty { get; set; }

    public ulong Id { get; set; }

    public ulong IdBefore { get; set; }

    public long Cum { get; set; }

    public long VenueLeaves { get; set; }

    public OrdStatus Base { get; set; } = OrdStatus.PendingNew;

    public List<NaiveRequest> Requests { get; } = [];

    /// <summary>Every id it was ever known by.</summary>
    public List<ulong> Ids { get; } = [];

    /// <summary>The fills that were neither busted nor corrected.</summary>
    public Dictionary<ulong, long> Fills { get; } = [];

    public bool IsDead => Base is OrdStatus.Canceled or OrdStatus.Rejected or OrdStatus.Expired;

    public OrdStatus Status =>
        IsDead ? Base
        : Requests.Exists(one => one is { IsUnderWay: true, Type: IntentType.Cancel }) ? OrdStatus.PendingCancel
        : Requests.Exists(one => one is { IsUnderWay: true, Type: IntentType.Replace }) ? OrdStatus.PendingReplace
        : Base;

    public long Leaves =>
        IsDead ? 0
        : Base is OrdStatus.DoneForDay or OrdStatus.Suspended ? VenueLeaves
        : Math.Max(0, Qty - Cum);

    /// <summary>What may still fill: a replace under way counts if it is the larger.</summary>
    public long Exposed
    {
        get
        {
            long largest = Qty;
            foreach (NaiveRequest request in Requests)
                largest = Math.Max(largest, request.Qty);
            return IsDead ? 0 : Math.Max(0, largest - Cum);
        }
    }

    /// <summary>Over is what is dead, and what is filled while no unanswered replace may make it larger.</summary>
    public bool IsOpen => !IsDead && (Status != OrdStatus.Filled || Exposed > 0);

    public OrdStatus ByQuantities =>
        Cum >= Qty ? OrdStatus.Filled : Cum > 0 ? OrdStatus.PartiallyFilled : OrdStatus.New;
}

/// <summary>What a venue says, with our ids.</summary>
internal readonly record struct NaiveReport(
    ExecType Type,
    ulong Id,
    ulong OriginalId,
    ulong ExecId,
    ulong RefExecId,
    long LastQty,
    long OrderQty,
    long CumQty,
    long LeavesQty);

/// <summary>All orders in dictionaries, and what becomes of them.</summary>
internal sealed class NaiveOrders
{
    private readonly Dictionary<ulong, NaiveOrder> _byId = [];
    private readonly HashSet<ulong> _execIds = [];

    public List<NaiveOrder> Orders { get; } = [];

    public NaiveOrder? Find(ulong id) => _byId.GetValueOrDefault(id);

    public NaiveOrder? Find(ulong id, ulong originalId) => Find(id) ?? Find(originalId);

    public void New(ulong id, uint instrument, Side side, ushort strategy, long qty)
    {
        var order = new NaiveOrder
        {
            Root = id,
            Id = id,
            Instrument = instrument,
            Side = side,
            Strategy = strategy,
            Qty = qty,
        };
        Orders.Add(order);
        Know(order, id);
    }

    /// <summary>Why a cancel or replace is rejected before any venue sees it; None = it is not.</summary>
    public RejectReason Ask(ulong id, ulong target, IntentType type, long qty)
    {
        NaiveOrder? order = Find(target);
        RejectReason reason =
            order is null ? RejectReason.UnknownOrder
            : !order.IsOpen ? RejectReason.TooLate
            : order.Requests.Count == 16 ? RejectReason.AlreadyPending
            : RejectReason.None;
        if (reason != RejectReason.None)
            return reason;
        order!.Requests.Add(new NaiveRequest { Id = id, Type = type, Qty = qty });
        Know(order, id);
        return RejectReason.None;
    }

    /// <summary>Applies a report.</summary>
    /// <returns>The anomaly, and whether the order took the report.</returns>
    public (AnomalyCode Anomaly, bool IsApplied) Apply(NaiveReport report)
    {
        if (report.ExecId != 0 && !_execIds.Add(report.ExecId))
            return (AnomalyCode.DuplicateExecId, false);
        if (Find(report.Id, report.OriginalId) is not { } order)
        {
            bool moves = report.Type is ExecType.Trade or ExecType.TradeCancel or ExecType.TradeCorrect;
            return (moves ? AnomalyCode.OrphanExecution : AnomalyCode.UnknownOrder, false);
        }

        if (report.Type == ExecType.None || (report.Type == ExecType.Trade && report.LastQty <= 0))
            return (AnomalyCode.InvalidReport, false);
        if (report.Type is ExecType.TradeCancel or ExecType.TradeCorrect
            && (report.LastQty < 0 || !order.Fills.ContainsKey(report.RefExecId)))
            return (AnomalyCode.UnknownExecRef, false);
        if (!IsLegal(order, report.Type))
            return (AnomalyCode.IllegalTransition, false);
        bool wasDead = order.IsDead;
        Become(order, report);
        CloseIfOver(order);
        return (SuspicionOf(order, report, wasDead), true);
    }

    /// <summary>Applies the reject of a cancel or replace.</summary>
    /// <returns>Whether its order is known.</returns>
    public bool Reject(ulong id, ulong originalId, IntentType type)
    {
        if (Find(id, originalId) is not { } order)
            return false;
        if (RequestOf(order, id, type) is { } request)
            order.Requests.Remove(request);
        CloseIfOver(order);
        return true;
    }

    /// <summary>Forgets an order that will not be spoken of any more.</summary>
    public void Forget(NaiveOrder order) => Orders.Remove(order);

    private static bool IsLegal(NaiveOrder order, ExecType type)
    {
        OrdStatus status = order.Base;
        bool isUnconfirmed = status is OrdStatus.PendingNew or OrdStatus.PendingUnknown;
        bool isOver = order.IsDead || status == OrdStatus.Filled;
        return type switch
        {
            ExecType.PendingNew => isUnconfirmed,
            ExecType.New => isUnconfirmed || status == OrdStatus.Suspended,
            ExecType.Rejected => isUnconfirmed || status == OrdStatus.New,
            ExecType.Canceled or ExecType.Expired or ExecType.PendingCancel or ExecType.Suspended => !isOver,
            ExecType.Replaced or ExecType.PendingReplace or ExecType.DoneForDay or ExecType.Restated => !order.IsDead,
            ExecType.Unknown => isUnconfirmed,
            _ => true,
        };
    }

    /// <summary>Quantities, then the status, then the requests.</summary>
    private static void Become(NaiveOrder order, NaiveReport report)
    {
        NaiveRequest? request = RequestOf(order, report.Id, TypeOf(report.Type));
        if (report.Type is ExecType.TradeCancel or ExecType.TradeCorrect
            && order.Fills.Remove(report.RefExecId, out long qty))
            order.Cum -= qty;
        if (report.Type is ExecType.Trade or ExecType.TradeCorrect)
            Take(order, report);
        if (report.Type == ExecType.Replaced && request is { Qty: > 0 })
            order.Qty = Math.Max(request.Qty, order.Cum);
        if (report.Type is ExecType.Replaced or ExecType.Restated && report.OrderQty != 0)
            order.Qty = Math.Max(report.OrderQty, order.Cum);
        order.Base = StatusAfter(order, report.Type);
        if (order.Base is OrdStatus.DoneForDay or OrdStatus.Suspended)
            order.VenueLeaves = report.LeavesQty;
        Advance(order, request, report);
    }

    private static void Take(NaiveOrder order, NaiveReport report)
    {
        order.Cum += report.LastQty;
        if (report.LastQty > 0 && report.ExecId != 0)
            order.Fills.Add(report.ExecId, report.LastQty);
    }

    private static OrdStatus StatusAfter(NaiveOrder order, ExecType type)
    {
        OrdStatus held = order.Base;
        bool moves = type is ExecType.Trade or ExecType.TradeCancel or ExecType.TradeCorrect;
        if (order.IsDead)
            return held;
        if (held == OrdStatus.DoneForDay && (moves || type is ExecType.Replaced or ExecType.Suspended))
            return held;
        if (held == OrdStatus.Suspended && (moves || type == ExecType.Replaced))
            return moves && order.ByQuantities == OrdStatus.Filled ? OrdStatus.Filled : held;
        if (held == OrdStatus.PendingNew && type == ExecType.Restated)
            return held;
        return type switch
        {
            ExecType.PendingNew => OrdStatus.PendingNew,
            ExecType.Canceled => OrdStatus.Canceled,
            ExecType.Rejected => OrdStatus.Rejected,
            ExecType.Expired => OrdStatus.Expired,
            ExecType.DoneForDay => OrdStatus.DoneForDay,
            ExecType.Suspended => OrdStatus.Suspended,
            ExecType.Unknown => OrdStatus.PendingUnknown,
            ExecType.PendingCancel or ExecType.PendingReplace => held,
            ExecType.OrderStatus when held != OrdStatus.PendingUnknown => held,
            _ => order.ByQuantities,
        };
    }

    private static void Advance(NaiveOrder order, NaiveRequest? request, NaiveReport report)
    {
        if (report.Type is ExecType.PendingCancel or ExecType.PendingReplace)
        {
            if (request is null && order.Requests.Count < 16)
            {
                request = new NaiveRequest
                {
                    Id = 0,
                    Type = TypeOf(report.Type),
                    Qty = report.Type == ExecType.PendingReplace ? report.OrderQty : 0,
                };
                order.Requests.Add(request);
            }

            if (request is not null)
                request.IsUnderWay = true;
        }
        else if (report.Type == ExecType.Replaced && request is not null)
        {
            order.Requests.Remove(request);
            if (request.Id == 0)
                return;
            order.IdBefore = order.Id;
            order.Id = request.Id;
        }
    }

    private static AnomalyCode SuspicionOf(NaiveOrder order, NaiveReport report, bool wasDead) =>
        report.Type == ExecType.Trade && wasDead ? AnomalyCode.ExecutionAfterTerminal
        : report.Type == ExecType.Trade && order.Cum > order.Qty ? AnomalyCode.OverFill
        : report.CumQty != 0 && report.CumQty != order.Cum ? AnomalyCode.QuantityMismatch
        : AnomalyCode.None;

    private static void CloseIfOver(NaiveOrder order)
    {
        if (!order.IsOpen)
            order.Requests.Clear();
    }

    private static IntentType TypeOf(ExecType type) => type switch
    {
        ExecType.PendingCancel => IntentType.Cancel,
        ExecType.PendingReplace or ExecType.Replaced => IntentType.Replace,
        _ => IntentType.None,
    };

    private static NaiveRequest? RequestOf(NaiveOrder order, ulong id, IntentType type) =>
        order.Requests.Find(one => one.Id == id && id != 0)
        ?? order.Requests.Find(one => one.Id == 0 && one.Type == type);

    private void Know(NaiveOrder order, ulong id)
    {
        _byId[id] = order;
        order.Ids.Add(id);
    }
}
