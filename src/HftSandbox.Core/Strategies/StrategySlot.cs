using HftSandbox.Events;

namespace HftSandbox.Core.Strategies;

/// <summary>A running strategy and everything that is kept of it between two inputs.</summary>
internal sealed class StrategySlot
{
    /// <summary>It has never asked for anything.</summary>
    public const long NeverAsked = long.MinValue;

    /// <summary>The strategy.</summary>
    public required IStrategy Strategy { get; init; }

    /// <summary>Its instrument.</summary>
    public required uint InstrumentId { get; init; }

    /// <summary>What its orders are booked to.</summary>
    public required ushort StrategyId { get; init; }

    /// <summary>Its memory.</summary>
    public long[] Memory { get; private set; } = new long[Limits.StrategyMemoryMax];

    /// <summary>When it asked last.</summary>
    public long LastAskedNs { get; set; } = NeverAsked;

    /// <summary>When its timer is due; 0 = never.</summary>
    public long WakeAtNs { get; set; }

    /// <summary>Whether it is called no more.</summary>
    public bool Quarantined { get; set; }

    /// <summary>Stands in the header of what it asks for.</summary>
    public SourceId Source
    {
        [HotPath]
        get => (SourceId)((ushort)SourceId.FirstStrategy + StrategyId);
    }

    /// <summary>Goes on where the same strategy was before a reload.</summary>
    public void Resume(StrategySlot before)
    {
        Memory = before.Memory;
        LastAskedNs = before.LastAskedNs;
        WakeAtNs = before.WakeAtNs;
        Quarantined = before.Quarantined;
    }
}
