namespace HftSandbox.Trader.Sources;

/// <summary>What a log, or a file of its events, holds besides the inputs that are taken from it.</summary>
internal sealed class SkippedRecords
{
    /// <summary>What the engine derives again.</summary>
    public ulong Derived { get; set; }

    /// <summary>Starts and stops of runs.</summary>
    public ulong Runs { get; set; }

    /// <summary>The log's own records.</summary>
    public ulong Control { get; set; }

    /// <summary>All of them.</summary>
    public ulong Count => Derived + Runs + Control;

    /// <inheritdoc/>
    public override string ToString()
    {
        (ulong Count, string What)[] parts =
            [(Derived, "derived"), (Runs, "RunStarted or RunStopped"), (Control, "control")];
        return string.Join(", ", parts.Where(part => part.Count > 0).Select(part => $"{part.Count} {part.What}"));
    }
}
