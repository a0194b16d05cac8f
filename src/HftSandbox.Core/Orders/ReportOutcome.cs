using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>A quantity that changed hands.</summary>
/// <param name="Px">Price.</param>
/// <param name="Qty">Quantity; 0 = none.</param>
/// <param name="Fee">Fee.</param>
internal readonly record struct Fill(Px Px, Qty Qty, Fee Fee)
{
    /// <summary>Whether there is one.</summary>
    public bool Exists
    {
        [HotPath]
        get => Qty.Mantissa != 0;
    }

    /// <summary>The same fill with its fee given back.</summary>
    /// <exception cref="OverflowException">There is no such fee.</exception>
    public Fill TakenBack
    {
        [HotPath]
        get => this with { Fee = new Fee(checked(-Fee.Mantissa)) };
    }
}

/// <summary>What a venue's report did to an order.</summary>
internal struct ReportOutcome
{
    /// <summary>The order, or None.</summary>
    public int Slot;

    /// <summary>Whether the order took it; else only the anomaly says that it came.</summary>
    public bool IsApplied;

    /// <summary>The fill that was taken back, with its fee given back.</summary>
    public Fill Reversed;

    /// <summary>Where the <see cref="ExecutionLog"/> keeps it.</summary>
    public int ReversedPlace;

    /// <summary>The new fill.</summary>
    public Fill Filled;

    /// <summary>What should be looked at; None = nothing.</summary>
    public AnomalyCode Anomaly;

    /// <summary>What should have been.</summary>
    public long Expected;

    /// <summary>What was.</summary>
    public long Actual;

    /// <summary>A report that changed nothing.</summary>
    [HotPath]
    public static ReportOutcome Refused(int slot, AnomalyCode anomaly, long expected = 0, long actual = 0) =>
        new() { Slot = slot, Anomaly = anomaly, Expected = expected, Actual = actual };

    [HotPath]
    public void Suspect(AnomalyCode anomaly, long expected, long actual)
    {
        Anomaly = anomaly;
        Expected = expected;
        Actual = actual;
    }
}
