using System.Numerics;

namespace HftSandbox.Trader.Report;

/// <summary>How far one value of a limit was used.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Scope">What it covers.</param>
/// <param name="Value">Its value; 0 = off.</param>
/// <param name="Scale">Digits of the value and of what is compared with it.</param>
/// <param name="FromSequence">The first event from which it was in force; 0 = before the first event of the
/// log.</param>
internal sealed record LimitUse(Limit Limit, LimitScope Scope, long Value, int Scale, ulong FromSequence)
{
    /// <summary>Decisions that came as far as this limit and had something to compare.</summary>
    public long Decisions { get; private set; }

    /// <summary>Of what was compared with it: how often the log does not tell the value.</summary>
    public long NotDerived { get; private set; }

    /// <summary>The greatest value that was compared with it; null = none that is known.</summary>
    public Int128? Greatest { get; private set; }

    /// <summary>The greatest of those that were let through.</summary>
    public Int128? GreatestAllowed { get; private set; }

    /// <summary>How often it denied.</summary>
    public long Denied { get; private set; }

    /// <summary>Whether something met or passed it; null = the log does not tell.</summary>
    public bool? IsTouched => Value != 0 && Greatest >= Value ? true : NotDerived > 0 ? null : false;

    /// <summary>The greatest in basis points of the value; null = it is off, or the log does not tell.</summary>
    public BigInteger? UsedBps =>
        Greatest is null && NotDerived > 0 ? null : BasisPoints.Of(Greatest ?? 0, Value);

    /// <summary>It was compared with, outside of a decision.</summary>
    /// <param name="observed">With what; null = the log does not tell.</param>
    public void Observe(Int128? observed)
    {
        if (observed is null && Value != 0)
            NotDerived++;
        if (observed is not null && !(observed <= Greatest))
            Greatest = observed;
    }

    /// <summary>A decision came past it.</summary>
    /// <param name="observed">What was compared; null = the log does not tell.</param>
    /// <param name="isAllowed">Whether the order was let through.</param>
    public void Pass(Int128? observed, bool isAllowed)
    {
        if (observed is null && Value == 0)
            return;
        Decisions++;
        if (Limit != Limit.DailyLoss)
            Observe(observed);
        if (isAllowed && observed is not null && !(observed <= GreatestAllowed))
            GreatestAllowed = observed;
    }

    /// <summary>It denied.</summary>
    /// <param name="observed">What was compared.</param>
    public void Deny(Int128 observed)
    {
        Decisions++;
        Denied++;
        Observe(observed);
    }
}
