using HftSandbox.Core.Instruments;
using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>First in, first out: what is closed is what was opened first. A lot is a position that one fill opened, and
/// closing a part of it is the position's own rule, so every amount is an exact integer. Differs from average cost only
/// while something is open: each way, what was paid is spread over the same quantities.</summary>
internal sealed class FifoLots
{
    private readonly Queue<Position> _behind = new();
    private Position _oldest;
    private Int128? _realized = 0;

    /// <summary>Realised, gross of fees, at the instrument's CostScale; null = beyond an integer.</summary>
    public Int128? Realized => _realized;

    /// <summary>Begins anew with one lot: what is open now, at its average cost.</summary>
    /// <param name="position">The open position and what it has realised.</param>
    public void Restart(in Position position)
    {
        Clear();
        _oldest = position with { RealizedPnl = default, Fees = default };
        _realized = position.RealizedPnl.Mantissa;
    }

    /// <summary>Forgets what is open; what was realised stays.</summary>
    public void Clear()
    {
        _behind.Clear();
        _oldest = default;
    }

    /// <summary>Takes in a fill.</summary>
    /// <param name="instrument">Its instrument.</param>
    /// <param name="side">Its side.</param>
    /// <param name="px">Its price.</param>
    /// <param name="qty">Its quantity, positive.</param>
    public void Fill(Instrument instrument, Side side, Px px, Qty qty)
    {
        var left = qty.Mantissa;
        while (left > 0 && IsOpposite(_oldest, side))
        {
            var closing = (long)Int128.Min(left, Int128.Abs(_oldest.NetQty.Mantissa));
            if (!_oldest.TryFill(instrument, side, px, new Qty(closing), default, out var after))
                _realized = null;
            _realized += after.RealizedPnl.Mantissa;
            _oldest = after with { RealizedPnl = default };
            left -= closing;
            if (_oldest.NetQty.Mantissa == 0 && !_behind.TryDequeue(out _oldest))
                _oldest = default;
        }

        if (left > 0)
            Open(instrument, side, px, new Qty(left));
    }

    private static bool IsOpposite(in Position lot, Side side) =>
        side == Side.Buy ? lot.NetQty.Mantissa < 0 : lot.NetQty.Mantissa > 0;

    private void Open(Instrument instrument, Side side, Px px, Qty qty)
    {
        if (!default(Position).TryFill(instrument, side, px, qty, default, out var lot))
            _realized = null;
        if (_oldest.NetQty.Mantissa == 0)
            _oldest = lot;
        else
            _behind.Enqueue(lot);
    }
}
