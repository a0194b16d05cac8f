using HftSandbox.Core.Instruments;
using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>Orders and executions as the log goes on: intent, decision, what venues report.</summary>
/// <param name="instruments">The instruments.</param>
/// <param name="parts">Where to count.</param>
/// <param name="limits">Where to measure what was asked.</param>
/// <param name="risk">What is asked is measured by it.</param>
internal sealed class OrderFlow(InstrumentRegistry instruments, Parts parts, LimitTable limits, RiskHistory risk)
{
    private readonly Dictionary<ulong, OrderLife> _orders = [];
    private readonly List<OrderLife> _lives = [];
    private readonly Dictionary<(SourceId Venue, Id16 ExecId), Execution> _executions = [];
    private OrderIntentBody _intent;
    private OpenOrders.Answer _answer;

    /// <summary>Every order that risk let through, in the order of the intents.</summary>
    public IReadOnlyList<OrderLife> Lives => _lives;

    /// <summary>Whether an order or execution that was never seen cannot be: the log has it all.</summary>
    public bool IsWhole { get; set; } = true;

    /// <summary>An intent. An order is also known by the ids of the requests about it.</summary>
    /// <param name="header">Its record.</param>
    /// <param name="intent">It.</param>
    public void OnIntent(in RecordHeader header, in OrderIntentBody intent)
    {
        _intent = intent;
        if (intent.IntentType != IntentType.New && _orders.TryGetValue(intent.OrigClOrdId, out var order))
            _orders[intent.ClOrdId] = order;
        foreach (var part in parts.Of(header.InstrumentId, intent.StrategyId))
        {
            if (intent.IntentType == IntentType.Cancel)
                part.Activity.CancelIntents++;
            else if (intent.IntentType == IntentType.Replace)
                part.Activity.ReplaceIntents++;
            else
                part.Activity.NewIntents++;
        }
    }

    /// <summary>What risk said to the intent before.</summary>
    /// <param name="header">Its record.</param>
    /// <param name="decision">It.</param>
    /// <param name="chartNs">Now, on the charts' axis.</param>
    public void OnDecision(in RecordHeader header, in RiskDecisionBody decision, long chartNs)
    {
        var intent = _intent.ClOrdId == decision.ClOrdId ? _intent : default;
        var isNew = intent.IntentType == IntentType.New;
        var isAllowed = decision.Decision == Decision.Allow;
        foreach (var part in parts.Of(header.InstrumentId, decision.StrategyId))
        {
            if (!isAllowed)
                Activity.Count(part.Activity.Denials, decision.Reason);
            if (isNew && isAllowed)
                part.Activity.Allowed++;
            else if (isNew)
                part.Activity.Denied++;
            if (isNew && isAllowed)
                part.Turnover.Ordered += intent.Qty.Mantissa;
        }

        // An intent that is not in the log asked for nothing that is known.
        if (intent.ClOrdId == 0)
            return;
        var replaced = _orders.GetValueOrDefault(intent.OrigClOrdId);
        limits.Add(new Asked(header.InstrumentId, header.ReceiveTimeNs, intent, decision, replaced, risk));
        if (isNew && isAllowed)
            Open(header, intent, chartNs);
        else if (isAllowed && replaced is not null)
            risk.Open.Ask(replaced, intent.ClOrdId, intent.Qty);
    }

    /// <summary>What a venue says, before the engine says what it makes of it.</summary>
    /// <param name="answer">It.</param>
    public void Hear(in OpenOrders.Answer answer) => _answer = answer;

    /// <summary>An execution, bust or correction that the engine did not pass over.</summary>
    /// <param name="header">Its record.</param>
    /// <param name="report">It.</param>
    /// <returns>The instrument of the order.</returns>
    public uint OnExecution(in RecordHeader header, in ExecutionReportBody report)
    {
        var applied = report.ExecType switch
        {
            ExecType.Trade => OnTrade(header, report),
            ExecType.TradeCancel => OnBust(header, report),
            _ => OnCorrection(header, report),
        };
        if (!applied)
            OnNotApplied(header, report.StrategyId);
        return Known(report)?.InstrumentId ?? header.InstrumentId;
    }

    /// <summary>An execution that moves nothing.</summary>
    /// <param name="header">Its record.</param>
    /// <param name="strategyId">Strategy.</param>
    public void OnNotApplied(in RecordHeader header, ushort strategyId)
    {
        foreach (var part in parts.Of(header.InstrumentId, strategyId))
            part.Activity.NotApplied++;
    }

    /// <summary>Any other report of a venue.</summary>
    /// <param name="header">Its record.</param>
    /// <param name="report">It.</param>
    public void OnReport(in RecordHeader header, in ExecutionReportBody report)
    {
        foreach (var part in parts.Of(header.InstrumentId, report.StrategyId))
        {
            var activity = part.Activity;
            switch (report.ExecType)
            {
                case ExecType.Canceled:
                    activity.Canceled++;
                    break;
                case ExecType.Rejected:
                    activity.Rejected++;
                    break;
                case ExecType.Expired:
                    activity.Expired++;
                    break;
                case ExecType.Replaced:
                    activity.Replaced++;
                    break;
                default:
                    break;
            }
        }

        if (report.ExecType == ExecType.Replaced)
            OnReplaced(report);
    }

    /// <summary>The engine's view of an order.</summary>
    /// <param name="state">It.</param>
    /// <param name="chartNs">Now, on the charts' axis.</param>
    public void OnState(in OrderStateBody state, long chartNs)
    {
        if (!_orders.TryGetValue(state.ClOrdId, out var order))
            return;
        order.Status = state.OrdStatus;
        order.LastNs = chartNs;
        risk.Open.OnState(order, state, _answer);
    }

    private void Open(in RecordHeader header, in OrderIntentBody intent, long chartNs)
    {
        var order = new OrderLife
        {
            ClOrdId = intent.ClOrdId,
            InstrumentId = header.InstrumentId,
            StrategyId = intent.StrategyId,
            Side = intent.Side,
            IntentTimeNs = header.ReceiveTimeNs,
            Qty = intent.Qty,
            Px = intent.Px,
            StartNs = chartNs,
            LastNs = chartNs,
        };
        _orders[intent.ClOrdId] = order;
        _lives.Add(order);
        risk.Open.Open(order);
    }

    private bool OnTrade(in RecordHeader header, in ExecutionReportBody report)
    {
        if (_executions.ContainsKey((header.Source, report.ExecId)) || OrderOf(header, report) is not { } order)
            return false;
        // Of an outside venue's report only price, quantity and fee count: the order is known to be ours.
        var fill = new Fill(order, order.Side, report.LastPx, report.LastQty, report.Fee, report.Liquidity);
        if (!TryMove(header, fill, fill.Side, fill.Fee))
            return false;
        _executions[(header.Source, report.ExecId)] = new Execution { Fill = fill };
        order.Filled += fill.Qty.Mantissa;
        foreach (var part in parts.Of(order.InstrumentId, order.StrategyId))
        {
            part.Activity.CountFill(fill.Side, fill.Liquidity);
            part.AddTurnover(fill, 1);
            if (!order.HasFill && order.IntentTimeNs is { } intentNs)
                part.Activity.Times.Add(header.ReceiveTimeNs - intentNs);
        }

        order.HasFill = true;
        return true;
    }

    private bool OnBust(in RecordHeader header, in ExecutionReportBody report)
    {
        if (Standing(header, report) is not { Fill: var fill } execution
            || !TryMove(header, fill, Opposite(fill.Side), new Fee(-fill.Fee.Mantissa)))
            return false;
        execution.IsBusted = true;
        fill.Order.Filled -= fill.Qty.Mantissa;
        foreach (var part in parts.Of(fill.Order.InstrumentId, fill.Order.StrategyId))
        {
            part.Activity.Busts++;
            part.AddTurnover(fill, -1);
        }

        return true;
    }

    /// <summary>A correction is a bust and a fill at what is right.</summary>
    private bool OnCorrection(in RecordHeader header, in ExecutionReportBody report)
    {
        if (Standing(header, report) is not { Fill: var wrong } execution)
            return false;
        var right = wrong with { Px = report.LastPx, Qty = report.LastQty, Fee = report.Fee };
        if (!TryMove(header, wrong, Opposite(wrong.Side), new Fee(-wrong.Fee.Mantissa))
            || !TryMove(header, right, right.Side, right.Fee, isSecondStep: true))
            return false;
        execution.Fill = right;
        _executions[(header.Source, report.ExecId)] = execution;
        right.Order.Filled += right.Qty.Mantissa - (Int128)wrong.Qty.Mantissa;
        foreach (var part in parts.Of(right.Order.InstrumentId, right.Order.StrategyId))
        {
            part.Activity.Corrections++;
            part.AddTurnover(wrong, -1);
            part.AddTurnover(right, 1);
        }

        return true;
    }

    /// <summary>The execution that a bust or correction is about, if it was not taken back before.</summary>
    private Execution? Standing(in RecordHeader header, in ExecutionReportBody report) =>
        _executions.GetValueOrDefault((header.Source, report.RefExecId)) is { IsBusted: false } execution
            ? execution
            : null;

    private void OnReplaced(in ExecutionReportBody report)
    {
        if (Known(report) is not { } order)
            return;
        foreach (var part in parts.Of(order.InstrumentId, order.StrategyId))
            part.Turnover.Ordered += report.OrderQty.Mantissa - (Int128)order.Qty.Mantissa;
        (order.Qty, order.Px) = (report.OrderQty, report.Px);
        _orders[report.ClOrdId] = order;
    }

    private bool TryMove(in RecordHeader header, in Fill fill, Side side, Fee fee, bool isSecondStep = false)
    {
        var order = fill.Order;
        if (!instruments.Contains(order.InstrumentId))
            return false;
        foreach (var part in parts.Of(order.InstrumentId, order.StrategyId))
        {
            if (part.Account?.TryMove(side, fill.Px, fill.Qty, fee, isSecondStep) == false)
                return false;
        }

        risk.Move(order.InstrumentId, order.StrategyId, header.Source, side, fill.Px, fill.Qty, fee);
        return true;
    }

    private static Side Opposite(Side side) => side == Side.Buy ? Side.Sell : Side.Buy;

    /// <summary>The order of an execution; one whose intent was retired is made up from what the venue says.</summary>
    private OrderLife? OrderOf(in RecordHeader header, in ExecutionReportBody report)
    {
        if (Known(report) is { } order)
            return order;
        if (IsWhole)
            return null;
        return _orders[report.ClOrdId] = new OrderLife
        {
            ClOrdId = report.ClOrdId,
            InstrumentId = header.InstrumentId,
            StrategyId = report.StrategyId,
            Side = report.Side,
            IntentTimeNs = null,
            Qty = report.OrderQty,
            Px = report.Px,
        };
    }

    private OrderLife? Known(in ExecutionReportBody report) =>
        _orders.GetValueOrDefault(report.ClOrdId) ?? _orders.GetValueOrDefault(report.OrigClOrdId);

    /// <summary>An execution under every id it has had; one that was busted is still known as a
    /// duplicate.</summary>
    private sealed class Execution
    {
        public required Fill Fill { get; set; }

        public bool IsBusted { get; set; }
    }
}
