namespace HftSandbox.Runtime.Wal;

/// <summary>How the WAL writer writes. Nothing here influences an event.</summary>
public sealed record WalOptions
{
    /// <summary>The store's directory; it exists and is locked by the caller.</summary>
    public required string Directory { get; init; }

    /// <summary>How its files' names start; default <c>wal</c>.</summary>
    public string Prefix { get; init; } = SegmentName.DefaultPrefix;

    /// <summary>A segment ends before an event that would take its headers and records, the Seal included, past so many
    /// bytes; the index and the trailer come on top. Default 256 MiB; a segment holds one event at least.</summary>
    public long SegmentBytes { get; init; } = 256L << 20;

    /// <summary>When data is made durable; default <c>interval:10ms</c>.</summary>
    public DurabilityPolicy Policy { get; init; } = DurabilityPolicy.Default;

    /// <summary>The disk counts as almost full when less is free, but not before three quarters of what was free at the
    /// start are gone; 0 = never. What is in the ring, a snapshot and a Seal should fit into the rest. Default
    /// 32 MiB.</summary>
    public long LowWaterBytes { get; init; } = 32L << 20;

    /// <summary>Stands in every segment header.</summary>
    public required string EngineVersion { get; init; }

    /// <summary>Stands in every segment header; default this machine's name.</summary>
    public string Host { get; init; } = Environment.MachineName;
}
