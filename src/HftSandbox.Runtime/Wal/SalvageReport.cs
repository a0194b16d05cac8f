using System.Collections.Immutable;
using HftSandbox.Events;

namespace HftSandbox.Runtime.Wal;

/// <summary>What to salvage, and where to.</summary>
public sealed record SalvageRequest
{
    /// <summary>The damaged store; only read.</summary>
    public required string Directory { get; init; }

    /// <summary>Its prefix, and that of the new one.</summary>
    public string Prefix { get; init; } = SegmentName.DefaultPrefix;

    /// <summary>Its newest snapshot; null = <c>positions.json</c> in the directory.</summary>
    public string? SnapshotPath { get; init; }

    /// <summary>The new store: an empty directory, or none yet.</summary>
    public required string OutDirectory { get; init; }

    /// <summary>Stands in the new store's segment headers.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>The new store's segments roll at this size.</summary>
    public long SegmentBytes { get; init; } = 256L << 20;
}

/// <summary>What a salvage saved and what is lost.</summary>
public sealed record SalvageReport
{
    /// <summary>Events that were saved.</summary>
    public required ulong Events { get; init; }

    /// <summary>The first of them; 0 = none.</summary>
    public required ulong FirstSequence { get; init; }

    /// <summary>The last of them; 0 = none.</summary>
    public required ulong LastSequence { get; init; }

    /// <summary>Segments that were read.</summary>
    public required int Segments { get; init; }

    /// <summary>Segments of which nothing could be read: neither copy of their header is valid.</summary>
    public required ImmutableArray<string> UnreadableSegments { get; init; }

    /// <summary>The last event that was retired, which is no loss; 0 = none was, or it is not known because the segment
    /// behind it is gone.</summary>
    public required ulong LastRetired { get; init; }

    /// <summary>The first so many segments were retired. Where <see cref="LastRetired"/> is 0 all the same, a loss that
    /// begins with event 1 counts theirs too.</summary>
    public required ulong RetiredSegments { get; init; }

    /// <summary>Events that are known to have existed and are not there any more, in order.</summary>
    public required ImmutableArray<SalvageLoss> Lost { get; init; }

    /// <summary>Stretches that hold no record, by segment and offset.</summary>
    public required ImmutableArray<SalvageDamage> Damaged { get; init; }

    /// <summary>Bytes in 512-byte sectors that the disk refused to read.</summary>
    public required long UnreadableBytes { get; init; }

    /// <summary>Events that were there more than once; one of each was saved.</summary>
    public required ulong Duplicates { get; init; }

    /// <summary>Snapshots that were carried over, by sequence, ascending.</summary>
    public required ImmutableArray<ulong> Snapshots { get; init; }

    /// <summary>Whether the new store can be continued: no event is missing, or a snapshot stands in for those that
    /// are.</summary>
    public bool CanContinue => Events > 0 && (LastMissing == 0 || (Snapshots is [.., var last] && last >= LastMissing));

    /// <summary>One line each: files that are not of this store, damaged snapshots.</summary>
    public required ImmutableArray<string> Warnings { get; init; }

    /// <summary>The new store; the zero id if nothing was saved and no store was made.</summary>
    public required Id16 StoreId { get; init; }

    private ulong LastMissing => Lost.Where(loss => loss.LastSequence < LastSequence)
        .Select(loss => loss.LastSequence).Append(LastRetired).Max();
}

/// <summary>Events that are lost.</summary>
/// <param name="FirstSequence">The first one.</param>
/// <param name="LastSequence">The last one.</param>
/// <param name="Segment">Name of the segment that holds the event before them; null = there is none.</param>
/// <param name="Offset">End of that event, or of the records behind it, in bytes from the start of the segment.</param>
public readonly record struct SalvageLoss(ulong FirstSequence, ulong LastSequence, string? Segment, long Offset)
{
    /// <summary>How many.</summary>
    public ulong Events => LastSequence - FirstSequence + 1;
}

/// <summary>A stretch of a segment that holds no record.</summary>
/// <param name="Segment">Name of the segment.</param>
/// <param name="Offset">Bytes from its start.</param>
/// <param name="Bytes">Length.</param>
public readonly record struct SalvageDamage(string Segment, long Offset, long Bytes);
