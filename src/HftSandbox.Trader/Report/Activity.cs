using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>What happened in one part of the log, counted.</summary>
internal sealed class Activity
{
    /// <summary>Intents of new orders, allowed or not.</summary>
    public long NewIntents { get; set; }

    /// <summary>Intents to cancel.</summary>
    public long CancelIntents { get; set; }

    /// <summary>Intents to replace.</summary>
    public long ReplaceIntents { get; set; }

    /// <summary>New orders that risk let through.</summary>
    public long Allowed { get; set; }

    /// <summary>New orders that risk denied.</summary>
    public long Denied { get; set; }

    /// <summary>Allowed orders that had a fill.</summary>
    public long WithFill => Times.Count;

    /// <summary>From their intents to their first fills.</summary>
    public FillTimes Times { get; } = new();

    /// <summary>Denials of new orders and replaces.</summary>
    public SortedDictionary<RiskReason, long> Denials { get; } = [];

    /// <summary>Executions that counted, also those busted later.</summary>
    public long Fills { get; set; }

    /// <summary>Of them, buys.</summary>
    public long Buys { get; set; }

    /// <summary>Of them, sells.</summary>
    public long Sells { get; set; }

    /// <summary>Of them, of resting orders.</summary>
    public long Makers { get; set; }

    /// <summary>Of them, of taking orders.</summary>
    public long Takers { get; set; }

    /// <summary>Executions that a venue took back.</summary>
    public long Busts { get; set; }

    /// <summary>Executions that a venue corrected.</summary>
    public long Corrections { get; set; }

    /// <summary>Executions, busts and corrections that moved nothing: repeated, orphaned, of an unknown execution, or
    /// beyond an integer.</summary>
    public long NotApplied { get; set; }

    /// <summary>Orders that a venue reported as canceled.</summary>
    public long Canceled { get; set; }

    /// <summary>As rejected.</summary>
    public long Rejected { get; set; }

    /// <summary>As expired.</summary>
    public long Expired { get; set; }

    /// <summary>As replaced.</summary>
    public long Replaced { get; set; }

    /// <summary>Cancels and replaces that a venue refused.</summary>
    public long CancelRejects { get; set; }

    /// <summary>Positions moved by an operator.</summary>
    public long Adjustments { get; set; }

    /// <summary>What should not have happened.</summary>
    public SortedDictionary<AnomalyCode, long> Anomalies { get; } = [];

    /// <summary>Halts that began.</summary>
    public SortedDictionary<HaltReason, long> Halts { get; } = [];

    /// <summary>Strategies quarantined.</summary>
    public SortedDictionary<StrategyFaultCode, long> Faults { get; } = [];

    /// <summary>Counts one more under a key.</summary>
    /// <typeparam name="TKey">A code.</typeparam>
    /// <param name="counts">The counts.</param>
    /// <param name="key">The key.</param>
    public static void Count<TKey>(SortedDictionary<TKey, long> counts, TKey key)
        where TKey : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;

    /// <summary>Counts an execution.</summary>
    /// <param name="side">Its side.</param>
    /// <param name="liquidity">Maker, taker, or unknown.</param>
    public void CountFill(Side side, Liquidity liquidity)
    {
        Fills++;
        if (side == Side.Buy)
            Buys++;
        else
            Sells++;
        if (liquidity == Liquidity.Maker)
            Makers++;
        else if (liquidity == Liquidity.Taker)
            Takers++;
    }
}
