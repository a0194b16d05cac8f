using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>The orders that are open, and what may still fill of each strategy's, as intents, decisions and order
/// states tell it. An unanswered replace counts with the larger of old and new.</summary>
internal sealed class OpenOrders
{
    private readonly Dictionary<OrderLife, Standing> _open = [];
    private readonly Dictionary<LimitScope, int> _counts = [];
    private readonly Dictionary<(ushort StrategyId, uint InstrumentId, Side Side), Int128> _quantities = [];
    private bool _isKnown = true;

    /// <summary>Events before this one are not in the log: which orders are open is not known.</summary>
    public void OnMissing() => _isKnown = false;

    /// <summary>A start from flat: nothing is open.</summary>
    public void Clear()
    {
        _isKnown = true;
        _open.Clear();
        _counts.Clear();
        _quantities.Clear();
    }

    /// <summary>How many are open; null = not known.</summary>
    /// <param name="scope">What is counted.</param>
    public int? Count(LimitScope scope) => _isKnown ? _counts.GetValueOrDefault(scope) : null;

    /// <summary>What may still fill of a strategy's orders; null = not known.</summary>
    /// <param name="strategyId">Strategy.</param>
    /// <param name="instrumentId">Instrument.</param>
    /// <param name="side">Side.</param>
    public Int128? Quantity(ushort strategyId, uint instrumentId, Side side) =>
        _isKnown ? _quantities.GetValueOrDefault((strategyId, instrumentId, side)) : null;

    /// <summary>What may still fill of an order.</summary>
    /// <param name="order">The order.</param>
    public Int128 Exposed(OrderLife order) => _open.GetValueOrDefault(order)?.Exposed ?? 0;

    /// <summary>Risk let a new order through.</summary>
    /// <param name="order">The order.</param>
    public void Open(OrderLife order) => Settle(order, new Standing { Qty = order.Qty.Mantissa });

    /// <summary>A replace is on its way.</summary>
    /// <param name="order">The order.</param>
    /// <param name="clOrdId">Id of the replace; 0 = the venue began it.</param>
    /// <param name="qty">What the order shall be.</param>
    public void Ask(OrderLife order, ulong clOrdId, Qty qty)
    {
        if (!_open.TryGetValue(order, out var standing))
            return;
        standing.Replaces.Add((clOrdId, qty.Mantissa));
        Settle(order, standing);
    }

    /// <summary>How an order stands after what a venue said of it.</summary>
    /// <param name="order">The order.</param>
    /// <param name="state">How it stands.</param>
    /// <param name="said">What the venue said.</param>
    public void OnState(OrderLife order, in OrderStateBody state, in Answer said)
    {
        var standing = _open.GetValueOrDefault(order) ?? new Standing();
        (standing.Qty, standing.CumQty) = (state.OrderQty.Mantissa, state.CumQty.Mantissa);
        standing.Status = state.OrdStatus;
        standing.Hear(said);
        Settle(order, standing);
    }

    private void Settle(OrderLife order, Standing standing)
    {
        var before = standing.Exposed;
        standing.Exposed = standing.MayFill;
        var quantity = (order.StrategyId, order.InstrumentId, order.Side);
        _quantities[quantity] = _quantities.GetValueOrDefault(quantity) + standing.Exposed - before;
        var isOpen = standing.Exposed != 0 || !OrderLifecycle.IsTerminal(standing.Status);
        if (isOpen && _open.TryAdd(order, standing))
            CountAll(order, 1);
        else if (!isOpen && _open.Remove(order))
            CountAll(order, -1);
    }

    private void CountAll(OrderLife order, int orders)
    {
        foreach (var scope in LimitScope.Of(order.InstrumentId, order.StrategyId))
            _counts[scope] = _counts.GetValueOrDefault(scope) + orders;
    }

    /// <summary>What a venue said of a request.</summary>
    /// <param name="ClOrdId">Its id.</param>
    /// <param name="Qty">What the order shall be.</param>
    /// <param name="IsReplace">Whether it is a replace; else it may be anything.</param>
    /// <param name="IsOver">Whether it is done or refused.</param>
    internal readonly record struct Answer(ulong ClOrdId, Qty Qty, bool IsReplace, bool IsOver)
    {
        /// <summary>In a report.</summary>
        /// <param name="report">It.</param>
        public static Answer In(in ExecutionReportBody report) => new(
            report.ClOrdId,
            report.OrderQty,
            report.ExecType is ExecType.PendingReplace or ExecType.Replaced,
            report.ExecType == ExecType.Replaced);

        /// <summary>In a refusal.</summary>
        /// <param name="reject">It.</param>
        public static Answer In(in CancelRejectBody reject) => new(
            reject.ClOrdId, default, reject.ResponseTo == CancelRejectResponseTo.Replace, IsOver: true);
    }

    private sealed class Standing
    {
        public long Qty { get; set; }

        public long CumQty { get; set; }

        public OrdStatus Status { get; set; } = OrdStatus.PendingNew;

        public Int128 Exposed { get; set; }

        public List<(ulong ClOrdId, long Qty)> Replaces { get; } = [];

        public Int128 MayFill => OrderLifecycle.HasNoLeaves(Status)
            ? 0
            : Int128.Max(0, Replaces.Select(replace => (Int128)replace.Qty).Append(Qty).Max() - CumQty);

        /// <summary>A replace that the venue begins by itself has no id of ours.</summary>
        public void Hear(Answer said)
        {
            var replace = said.ClOrdId == 0 ? -1 : Replaces.FindIndex(each => each.ClOrdId == said.ClOrdId);
            if (replace < 0 && said.IsReplace)
                replace = Replaces.FindIndex(each => each.ClOrdId == 0);
            if (said.IsOver && replace >= 0)
                Replaces.RemoveAt(replace);
            else if (said is { IsReplace: true, IsOver: false } && replace < 0)
                Replaces.Add((0, said.Qty.Mantissa));
        }
    }
}
