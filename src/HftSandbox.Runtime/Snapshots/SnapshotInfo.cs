using HftSandbox.Events;

namespace HftSandbox.Runtime.Snapshots;

/// <summary>What a snapshot is of, without the state itself.</summary>
public sealed record SnapshotInfo
{
    /// <summary>The store.</summary>
    public required Id16 StoreId { get; init; }

    /// <summary>Epoch of the writer.</summary>
    public required uint Epoch { get; init; }

    /// <summary>The event after which the state was taken: the last one of an input's derived set.</summary>
    public required ulong Sequence { get; init; }

    /// <summary>Number of the segment in which the log stood behind that event; 0 = not known.</summary>
    public required ulong Segment { get; init; }

    /// <summary>Where the next record goes there, in bytes from the start of the segment.</summary>
    public required long Offset { get; init; }

    /// <summary>CRC of the record before that place: the next record's previousCrc.</summary>
    public required uint RecordCrc { get; init; }

    /// <summary>Version of the engine whose state it is.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>Wall clock when it was taken, nanoseconds since 1970-01-01 UTC.</summary>
    public required long CreatedNs { get; init; }

    /// <summary>SHA-256 of the state's bytes, 64 lower-case hex digits.</summary>
    public required string StateSha256 { get; init; }
}
