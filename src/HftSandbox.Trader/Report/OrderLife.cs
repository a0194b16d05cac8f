using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>One order that risk let through.</summary>
internal sealed class OrderLife
{
    /// <summary>Our first id of it.</summary>
    public required ulong ClOrdId { get; init; }

    /// <summary>Its instrument.</summary>
    public required uint InstrumentId { get; init; }

    /// <summary>Its strategy; 0 = none.</summary>
    public required ushort StrategyId { get; init; }

    /// <summary>Its side.</summary>
    public required Side Side { get; init; }

    /// <summary>Receive time of its intent; null = its intent is not in the log.</summary>
    public required long? IntentTimeNs { get; init; }

    /// <summary>Quantity, as last replaced.</summary>
    public Qty Qty { get; set; }

    /// <summary>Limit price, as last replaced; 0 for a market order.</summary>
    public Px Px { get; set; }

    /// <summary>Filled, after busts and corrections.</summary>
    public Int128 Filled { get; set; }

    /// <summary>Whether it has had a fill.</summary>
    public bool HasFill { get; set; }

    /// <summary>Status in the last OrderState.</summary>
    public OrdStatus Status { get; set; } = OrdStatus.PendingNew;

    /// <summary>Where the intent lies on the charts' axis of time.</summary>
    public long StartNs { get; init; }

    /// <summary>Where the last OrderState lies on it.</summary>
    public long LastNs { get; set; }
}
