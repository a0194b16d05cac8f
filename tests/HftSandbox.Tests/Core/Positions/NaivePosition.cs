using System.Numerics;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Positions;

/// <summary>A position kept three ways in big integers: at average cost by the rule of the released cost, at average
/// cost as an exact fraction, and first in, first out. Knows nothing of the product but its results.</summary>
internal sealed class NaivePosition(InstrumentConfig instrument)
{
    private readonly BigInteger _unit = instrument.Multiplier * BigInteger.Pow(
        10,
        Math.Max(0, instrument.NotionalScale - instrument.PriceScale - instrument.QuantityScale));

    private readonly Queue<(BigInteger Qty, BigInteger Px)> _lots = new();
    private BigInteger _firstLotLeft;
    private BigInteger _cash;
    private BigInteger _fees;
    private BigInteger _cost;
    private BigInteger _realized;
    private BigInteger _fifoRealized;
    private BigInteger _numerator;
    private BigInteger _denominator = 1;

    public BigInteger Net { get; private set; }

    /// <summary>Closes since the position was flat: each may leave less than one unit of cost behind.</summary>
    public int Closes { get; private set; }

    public int Flats { get; private set; }

    public void Fill(Side side, long px, long qty, long fee)
    {
        BigInteger signed = side == Side.Buy ? qty : -qty;
        _cash -= signed * px * _unit;
        _fees += fee;
        MatchLots(signed, px);
        BigInteger closing = Net.Sign * signed.Sign < 0 ? BigInteger.Min(BigInteger.Abs(Net), qty) * signed.Sign : 0;
        if (closing != 0)
            Close(closing, px);
        Open(signed - closing, px);
        if (Net != 0)
            return;
        Flats++;
        Closes = 0;
    }

    /// <summary>What differs between this position and the product's; null = nothing.</summary>
    public string? DifferenceFrom(in Position position, Int128 unrealized, long markPx)
    {
        BigInteger realized = position.RealizedPnl.Mantissa;
        BigInteger cost = position.OpenCost.Mantissa;
        BigInteger offFraction = BigInteger.Abs((cost * _denominator) - _numerator);
        return position.NetQty.Mantissa != Net ? $"net {position.NetQty.Mantissa}, is {Net}"
            : cost != _cost ? $"open cost {cost}, is {_cost}"
            : realized != _realized ? $"realised {realized}, is {_realized}"
            : position.Fees.Mantissa != _fees ? $"fees {position.Fees.Mantissa}, are {_fees}"
            : realized + unrealized != _cash + (Net * markPx * _unit) ? "realised and unrealised are not the equity"
            : offFraction > Closes * BigInteger.Abs(_denominator) ? $"open cost {cost}, average says {_numerator}"
            : Net == 0 && _fifoRealized != realized ? $"realised {realized}, first in first out {_fifoRealized}"
            : Net == 0 && !cost.IsZero ? $"flat, with an open cost of {cost}"
            : null;
    }

    /// <summary>q·(|C| div |Q|) + (q·(|C| mod |Q|)) div |Q| of the cost is released, with its sign.</summary>
    private void Close(BigInteger closing, BigInteger px)
    {
        BigInteger held = BigInteger.Abs(Net);
        BigInteger perUnit = BigInteger.DivRem(BigInteger.Abs(_cost), held, out BigInteger rest);
        BigInteger qty = BigInteger.Abs(closing);
        BigInteger released = _cost.Sign * ((qty * perUnit) + (qty * rest / held));
        _realized += -(closing * px * _unit) - released;
        _cost -= released;
        _numerator *= Net + closing;
        _denominator *= Net;
        Net += closing;
        Closes++;
        Reduce();
    }

    private void Open(BigInteger opening, BigInteger px)
    {
        _cost += opening * px * _unit;
        _numerator += opening * px * _unit * _denominator;
        Net += opening;
    }

    private void Reduce()
    {
        BigInteger common = BigInteger.GreatestCommonDivisor(_numerator, _denominator);
        if (_numerator.IsZero)
            common = BigInteger.Abs(_denominator);
        _numerator /= common * _denominator.Sign;
        _denominator /= common * _denominator.Sign;
    }

    private void MatchLots(BigInteger signed, BigInteger px)
    {
        while (signed != 0 && _lots.Count > 0 && _lots.Peek().Qty.Sign != signed.Sign)
        {
            BigInteger matched = BigInteger.Min(BigInteger.Abs(signed), BigInteger.Abs(_firstLotLeft));
            _fifoRealized += signed.Sign * matched * (_lots.Peek().Px - px) * _unit;
            signed -= signed.Sign * matched;
            _firstLotLeft -= _firstLotLeft.Sign * matched;
            if (!_firstLotLeft.IsZero)
                continue;
            _lots.Dequeue();
            _firstLotLeft = _lots.Count > 0 ? _lots.Peek().Qty : 0;
        }

        if (signed == 0)
            return;
        if (_lots.Count == 0)
            _firstLotLeft = signed;
        _lots.Enqueue((signed, px));
    }
}
