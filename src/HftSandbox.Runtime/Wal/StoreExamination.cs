using System.Collections.Immutable;
using HftSandbox.Events;
using HftSandbox.Runtime.Snapshots;

namespace HftSandbox.Runtime.Wal;

/// <summary>What an examination found; it changed nothing.</summary>
public sealed record StoreExamination
{
    /// <summary>The store's directory.</summary>
    public required string Directory { get; init; }

    /// <summary>The store's prefix.</summary>
    public required string Prefix { get; init; }

    /// <summary>What to think of it.</summary>
    public required StoreVerdict Verdict { get; init; }

    /// <summary>Name of the row of the table that decided: <c>clean end</c>, <c>torn tail</c> …</summary>
    public required string Finding { get; init; }

    /// <summary>The store; the zero id if it does not exist yet.</summary>
    public required Id16 StoreId { get; init; }

    /// <summary>Epoch of its last writer; 0 = there was none.</summary>
    public required uint Epoch { get; init; }

    /// <summary>The segments up to the valid end, which is the last one's
    /// <see cref="SegmentExamination.EndOffset"/>. With a refusal: up to the first damage.</summary>
    public required ImmutableArray<SegmentExamination> Segments { get; init; }

    /// <summary>The last event up to the valid end; 0 = none.</summary>
    public required ulong LastSequence { get; init; }

    /// <summary>The events up to this one are not all in the log: they were retired, or lost before a salvage; whoever
    /// needs the engine's state needs a snapshot at or behind it. 0 = the log goes back to the first event.</summary>
    public required ulong LastMissing { get; init; }

    /// <summary>Receive time of that event; 0 = none.</summary>
    public required long LastReceiveTimeNs { get; init; }

    /// <summary>W: the greatest sequence that was known to be durable, wherever it is witnessed.</summary>
    public required ulong DurableSequence { get; init; }

    /// <summary>CRC of the last record up to the valid end.</summary>
    public required uint LastCrc { get; init; }

    /// <summary>Digest of the last seal up to the valid end; zeros if none.</summary>
    public required Sha256Bytes SealDigest { get; init; }

    /// <summary>Whether the last event is RunStopped and a Seal follows it.</summary>
    public required bool CleanStop { get; init; }

    /// <summary>Healable: bytes that a start cuts off or sets aside.</summary>
    public required long DiscardedBytes { get; init; }

    /// <summary>Healable: the last event that can be told in those bytes; the first is <see cref="LastSequence"/> + 1;
    /// 0 = none can be told.</summary>
    public required ulong DiscardedLastSequence { get; init; }

    /// <summary>Whole segments behind the valid end that a start sets aside.</summary>
    public required ImmutableArray<SegmentFile> SetAside { get; init; }

    /// <summary>Snapshots of this log that a start can begin from, newest first.</summary>
    public required ImmutableArray<SnapshotCandidate> Snapshots { get; init; }

    /// <summary>What the Snapshot records up to the valid end say of the engine's state, in order.</summary>
    public required ImmutableArray<SnapshotBody> SnapshotRecords { get; init; }

    /// <summary>One line each: what is damaged or foreign and does not matter.</summary>
    public required ImmutableArray<string> Warnings { get; init; }

    /// <summary>One line that says why a start is refused, where, what is lost and what helps; null when it is
    /// not.</summary>
    public required string? Refusal { get; init; }

    /// <summary>One line on what a start cuts off; null when it cuts nothing.</summary>
    public string? Discard
    {
        get
        {
            if (Verdict != StoreVerdict.Healable)
                return null;
            var events = DiscardedLastSequence > LastSequence
                ? $"sequences {LastSequence + 1}..{DiscardedLastSequence}"
                : $"sequence {LastSequence + 1} onward";
            var place = Segments.IsEmpty ? Directory : $"{Segments[^1].Path} offset {Segments[^1].EndOffset}";
            return $"{Finding}: {place}: {DiscardedBytes} bytes behind {LastSequence} discarded "
                + $"({events}, none was durable)";
        }
    }
}
