using HftSandbox.Core.Instruments;
using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>Position, profit and loss in one instrument, of all strategies or of one, from the fills alone. The
/// position follows the engine's own rule (<see cref="Position"/>); a start from flat sets it to zero, and what was
/// realised before is carried.</summary>
/// <param name="instrument">The instrument.</param>
internal sealed class Account(Instrument instrument)
{
    private readonly FifoLots _lots = new();
    private Position _position;
    private Position _between;
    private Int128 _carriedRealized;
    private Int128 _carriedFees;

    /// <summary>The instrument.</summary>
    public Instrument Instrument => instrument;

    /// <summary>Whether the position is known.</summary>
    public bool IsAnchored { get; private set; } = true;

    /// <summary>The PositionChanged that everything before is taken from; 0 = counted from nothing.</summary>
    public ulong AnchoredAt { get; private set; }

    /// <summary>The position since the last start from flat.</summary>
    public Position Position => _position;

    /// <summary>Scale of the mantissas of equity and drawdown. They are doubled, because marks are mids, and so
    /// exact.</summary>
    public int EquityScale => Math.Max(instrument.CostScale, instrument.Config.FeeScale);

    /// <summary>Realised at average cost, gross of fees, at CostScale.</summary>
    public Int128 Realized => checked(_carriedRealized + _position.RealizedPnl.Mantissa);

    /// <summary>Realised first in, first out, gross of fees, at CostScale; null = beyond an integer.</summary>
    public Int128? RealizedFifo => _lots.Realized;

    /// <summary>Fees, at FeeScale.</summary>
    public Int128 Fees => checked(_carriedFees + _position.Fees.Mantissa);

    /// <summary>The worst fall of equity.</summary>
    public Drawdown Drawdown { get; private set; } = Drawdown.FromNothing();

    /// <summary>A fill, a part of one taken back, or an adjustment.</summary>
    /// <param name="side">Side.</param>
    /// <param name="px">Price.</param>
    /// <param name="qty">Quantity, positive.</param>
    /// <param name="fee">Fee.</param>
    /// <param name="isSecondStep">Whether it completes a correction whose first step took the execution back.</param>
    /// <returns>False = something does not fit its integer; nothing was applied.</returns>
    public bool TryMove(Side side, Px px, Qty qty, Fee fee, bool isSecondStep = false)
    {
        if (!IsAnchored)
            return true;
        if (!_position.TryFill(instrument, side, px, qty, fee, out var after))
            return false;
        _between = isSecondStep ? _position : after;
        _position = after;
        _lots.Fill(instrument, side, px, qty);
        return true;
    }

    /// <summary>Events before this one are missing: until the log says what the position is, it is not known.</summary>
    public void Unanchor() => (IsAnchored, Drawdown) = (false, new Drawdown());

    /// <summary>Whether the log's position is this one; one between the two steps of a correction will do.</summary>
    /// <param name="logged">What the log says.</param>
    public bool Agrees(in Position logged) => logged == _position || logged == _between;

    /// <summary>What came before is not known: takes the log's word for it.</summary>
    /// <param name="sequence">The event that says it.</param>
    /// <param name="logged">What the log says.</param>
    public void Anchor(ulong sequence, in Position logged)
    {
        (IsAnchored, AnchoredAt) = (true, sequence);
        (_position, _between) = (logged, logged);
        (_carriedRealized, _carriedFees) = (0, 0);
        _lots.Restart(logged);
    }

    /// <summary>A run starts from flat.</summary>
    public void Flatten()
    {
        IsAnchored = true;
        (_carriedRealized, _carriedFees) = (Realized, Fees);
        (_position, _between) = (default, default);
        _lots.Clear();
    }

    /// <summary>Twice what closing at the mark would realise, gross of fees, at CostScale; null = open without a mark,
    /// or beyond an integer.</summary>
    /// <param name="mark">The mark.</param>
    public Int128? TwiceUnrealized(in MarkPrice mark)
    {
        if (!IsAnchored)
            return null;
        if (_position.NetQty.Mantissa == 0)
            return 0;
        if (!mark.IsKnown)
            return null;
        try
        {
            return checked(_position.UnrealizedPnl(instrument, mark.LowPx).Mantissa
                + _position.UnrealizedPnl(instrument, mark.HighPx).Mantissa);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    /// <summary>Twice realised + unrealised − fees, at <see cref="EquityScale"/>; null = not known.</summary>
    /// <param name="mark">The mark.</param>
    public Int128? TwiceEquity(in MarkPrice mark)
    {
        if (TwiceUnrealized(mark) is not { } unrealized)
            return null;
        try
        {
            checked
            {
                var gain = ((2 * Realized) + unrealized) * Decimals.PowerOfTen(EquityScale - instrument.CostScale);
                var fees = 2 * Fees * Decimals.PowerOfTen(EquityScale - instrument.Config.FeeScale);
                return gain - fees;
            }
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
