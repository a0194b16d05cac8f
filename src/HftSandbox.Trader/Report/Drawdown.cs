namespace HftSandbox.Trader.Report;

/// <summary>The worst fall of equity from a peak before it.</summary>
internal sealed class Drawdown
{
    private Int128? _peak;
    private ulong _peakSequence;

    /// <summary>Twice the fall, in the unit of the equity; 0 = it never fell, null = equity was never known.</summary>
    public Int128? TwiceWorst { get; private set; }

    /// <summary>Event of the peak; 0 = before the first event, or it never fell.</summary>
    public ulong FromSequence { get; private set; }

    /// <summary>Event of the lowest point; 0 = it never fell.</summary>
    public ulong ToSequence { get; private set; }

    /// <summary>Twice the fall from the highest point so far to the last; null = equity was never known.</summary>
    public Int128? TwiceCurrent { get; private set; }

    /// <summary>Of an equity that is zero before the first event.</summary>
    public static Drawdown FromNothing()
    {
        var drawdown = new Drawdown();
        drawdown.Add(0, 0);
        return drawdown;
    }

    /// <summary>The next equity.</summary>
    /// <param name="sequence">The event.</param>
    /// <param name="twiceEquity">Twice the equity.</param>
    public void Add(ulong sequence, Int128 twiceEquity)
    {
        if (_peak is null || twiceEquity > _peak)
            (_peak, _peakSequence) = (twiceEquity, sequence);
        TwiceCurrent = _peak - twiceEquity;
        if (TwiceWorst is { } worst && TwiceCurrent <= worst)
            return;
        TwiceWorst = TwiceCurrent;
        if (TwiceCurrent > 0)
            (FromSequence, ToSequence) = (_peakSequence, sequence);
    }
}
