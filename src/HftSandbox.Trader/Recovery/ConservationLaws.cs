using System.Globalization;
using System.Runtime.InteropServices;
using HftSandbox.Core;
using HftSandbox.Core.Instruments;
using HftSandbox.Events;

namespace HftSandbox.Trader.Recovery;

/// <summary>What must hold of every log, whatever engine wrote it, counted from its records in the plainest way: fills
/// and adjustments add up to the position; realised P&amp;L − open cost is the money that they moved, so equity follows
/// at any mark; fees add up; our own venues fill no more than was printed, and nothing worse than its limit. One
/// thread.</summary>
internal sealed class ConservationLaws
{
    private const int PrintsMax = 1 << 16;

    private readonly InstrumentRegistry _instruments;
    private readonly Tally[] _tallies = new Tally[Limits.InstrumentsMax + 1];
    private readonly Dictionary<ulong, long> _unfilledPrints = [];
    private readonly Queue<ulong> _prints = new();
    private readonly Dictionary<Id16, Moved> _outsideFills = [];
    private ExecutionReportBody _report;
    private bool _reportIsInput;
    private bool _reportIsOpen;
    private Tally _before;

    /// <summary>Counts from an engine's positions on.</summary>
    /// <param name="engine">Its registry is looked up when a record needs it.</param>
    public ConservationLaws(TradingEngine engine)
    {
        _instruments = engine.Instruments;
        for (uint id = 1; id <= _instruments.Count; id++)
        {
            var position = engine.Positions[id];
            _tallies[id] = new Tally(
                position.NetQty.Mantissa,
                position.RealizedPnl.Mantissa - position.OpenCost.Mantissa,
                position.Fees.Mantissa);
        }
    }

    /// <summary>Takes an event, in the order of the log.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="payload">Its payload.</param>
    /// <returns>The law that it breaks; null = none.</returns>
    public Divergence? Add(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Kind)
        {
            case EventKind.RunStarted when As<RunStartedBody>(payload).Mode == RunMode.Flat:
                Array.Clear(_tallies);
                return null;
            case EventKind.Trade:
                Remember(header.Sequence, As<TradeBody>(payload).Qty.Mantissa);
                return null;
            case EventKind.PositionAdjustment:
                var adjustment = As<PositionAdjustmentBody>(payload);
                _before = _tallies[header.InstrumentId];
                Move(header.InstrumentId, new Moved(adjustment.Px, adjustment.QtyDelta.Mantissa, default));
                return null;
            case EventKind.ExecutionReport:
                return OnReport(header, As<ExecutionReportBody>(payload));
            case EventKind.OrderState when _reportIsOpen:
                OnApplied(header.InstrumentId, As<OrderStateBody>(payload).Side);
                return null;
            case EventKind.Anomaly when As<AnomalyBody>(payload).Code == AnomalyCode.ArithmeticOverflow:
                _tallies[header.InstrumentId] = _before;
                return null;
            case EventKind.PositionChanged:
                return Check(header, As<PositionChangedBody>(payload));
            default:
                return null;
        }
    }

    private static T As<T>(ReadOnlySpan<byte> payload)
        where T : unmanaged => MemoryMarshal.Read<T>(payload);

    /// <summary>A report counts when our view of the order follows it; a refused one only has an anomaly.</summary>
    private Divergence? OnReport(in RecordHeader header, in ExecutionReportBody report)
    {
        _report = report;
        _reportIsInput = header.IsInput;
        _reportIsOpen = true;
        if (header.IsInput || report.ExecType != ExecType.Trade)
            return null;
        if (report.OrdType == OrdType.Limit && IsWorse(report))
            return Broken(header, "lastPx by the limit", report.LastPx.Mantissa, report.Px.Mantissa);
        var isPrinted = report.FillCause is FillCause.QueueReached or FillCause.TradedThrough;
        return isPrinted ? TakeFromPrint(header, report) : null;
    }

    private static bool IsWorse(in ExecutionReportBody report) => report.Side == Side.Buy
        ? report.LastPx.Mantissa > report.Px.Mantissa
        : report.LastPx.Mantissa < report.Px.Mantissa;

    private Divergence? TakeFromPrint(in RecordHeader header, in ExecutionReportBody report)
    {
        var left = _unfilledPrints.GetValueOrDefault(report.CauseId) - report.LastQty.Mantissa;
        _unfilledPrints[report.CauseId] = left;
        return left >= 0
            ? null
            : Broken(header, "lastQty by the print", report.LastQty.Mantissa, left + report.LastQty.Mantissa);
    }

    private void Remember(ulong sequence, long qty)
    {
        if (_prints.Count == PrintsMax)
            _unfilledPrints.Remove(_prints.Dequeue());
        _prints.Enqueue(sequence);
        _unfilledPrints[sequence] = qty;
    }

    private void OnApplied(uint instrumentId, Side side)
    {
        _reportIsOpen = false;
        _before = _tallies[instrumentId];
        if (_report.ExecType is ExecType.TradeCancel or ExecType.TradeCorrect
            && _outsideFills.Remove(_report.RefExecId, out var reversed))
            Move(instrumentId, reversed.Reversed);
        if (_report.ExecType is not (ExecType.Trade or ExecType.TradeCorrect) || _report.LastQty.Mantissa == 0)
            return;
        var qty = _report.LastQty.Mantissa;
        var moved = new Moved(_report.LastPx, side == Side.Buy ? qty : -qty, _report.Fee);
        if (_reportIsInput)
            _outsideFills[_report.ExecId] = moved;
        Move(instrumentId, moved);
    }

    private void Move(uint instrumentId, in Moved moved)
    {
        ref var tally = ref _tallies[instrumentId];
        var cost = _instruments[instrumentId].CostOf(moved.Px, new Qty(moved.SignedQty));
        tally = new Tally(
            unchecked(tally.NetQty + moved.SignedQty), tally.Money - cost, tally.Fees + moved.Fee.Mantissa);
    }

    private Divergence? Check(in RecordHeader header, in PositionChangedBody body)
    {
        var tally = _tallies[header.InstrumentId];
        var money = body.RealizedPnl.Mantissa - body.OpenCost.Mantissa;
        return body.NetQty.Mantissa != tally.NetQty ? Broken(header, "netQty", body.NetQty.Mantissa, tally.NetQty)
            : money != tally.Money ? Broken(header, "realizedPnl - openCost", money, tally.Money)
            : body.Fees.Mantissa != tally.Fees ? Broken(header, "fees", body.Fees.Mantissa, tally.Fees)
            : null;
    }

    private static Divergence Broken(in RecordHeader header, string what, Int128 logged, Int128 counted) => new(
        header.Sequence,
        what,
        logged.ToString(CultureInfo.InvariantCulture),
        counted.ToString(CultureInfo.InvariantCulture));

    private readonly record struct Tally(long NetQty, Int128 Money, Int128 Fees);

    private readonly record struct Moved(Px Px, long SignedQty, Fee Fee)
    {
        public Moved Reversed => new(Px, -SignedQty, new Fee(-Fee.Mantissa));
    }
}
