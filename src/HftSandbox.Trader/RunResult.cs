using HftSandbox.Core;
using HftSandbox.Events;

namespace HftSandbox.Trader;

/// <summary>What a run did; printed at its end.</summary>
internal sealed record RunResult
{
    /// <summary>Ok, or why the run ended early.</summary>
    public required ExitCode ExitCode { get; init; }

    /// <summary>One line that says why; null when the run ended cleanly.</summary>
    public string? Failure { get; init; }

    /// <summary>Why the run stopped.</summary>
    public required StopReason Reason { get; init; }

    /// <summary>Whether the run ended as it should, even if it ended early.</summary>
    public bool IsCleanStop => Failure is null || Reason == StopReason.NoSpace;

    /// <summary>Totals of this run.</summary>
    public required RunTotals Totals { get; init; }

    /// <summary>The store's last event.</summary>
    public required ulong LastSequence { get; init; }

    /// <summary>The last event known to be durable.</summary>
    public required ulong DurableSequence { get; init; }

    /// <summary>Running hash over the store's events.</summary>
    public required Id16 Digest { get; init; }

    /// <summary>From the first input to the completed stop.</summary>
    public required long ElapsedNs { get; init; }

    /// <summary>Garbage collections during the run, all generations.</summary>
    public required int GcCollections { get; init; }

    /// <summary>Bytes that the engine's thread allocated while it took inputs, but for the first one.</summary>
    public required long HotPathAllocatedBytes { get; init; }

    /// <summary>Denied orders by reason, in the order of the checks; only reasons that occurred.</summary>
    public IEnumerable<(RiskReason Reason, ulong Count)> Denied => Enum.GetValues<RiskReason>()
        .Select(reason => (reason, Totals.Denied(reason)))
        .Where(entry => entry.Item2 > 0);

    /// <summary>Events of this run per second.</summary>
    public long EventsPerSecond => ElapsedNs == 0 ? 0 : (long)((Int128)Totals.Events * 1_000_000_000 / ElapsedNs);
}
