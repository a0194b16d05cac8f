using HftSandbox.Events;

namespace HftSandbox.Runtime.Wal;

/// <summary>Where a writer goes on: what recovery found, or a new store.</summary>
public sealed class WalStart
{
    /// <summary>The store's id.</summary>
    public required Id16 StoreId { get; init; }

    /// <summary>This writer's epoch: the last one + 1, from 1.</summary>
    public required uint Epoch { get; init; }

    /// <summary>Number of the segment that this writer opens, from 1.</summary>
    public required ulong NextSegmentNumber { get; init; }

    /// <summary>Last event in the log; 0 = none.</summary>
    public required ulong LastSequence { get; init; }

    /// <summary>Last event known to be durable; 0 = none.</summary>
    public required ulong DurableSequence { get; init; }

    /// <summary>Receive time of the last event; 0 = none. Control records before the first event repeat it.</summary>
    public long LastReceiveTimeNs { get; init; }

    /// <summary>How the segment before ended; the default is "there is none".</summary>
    public SegmentPredecessor Predecessor { get; init; }

    /// <summary>The start of a store that holds nothing.</summary>
    /// <param name="storeId">Its id.</param>
    public static WalStart NewStore(Id16 storeId) => new()
    {
        StoreId = storeId,
        Epoch = 1,
        NextSegmentNumber = 1,
        LastSequence = 0,
        DurableSequence = 0,
    };
}

/// <summary>What a segment header says about the segment before; the fields of <see cref="SegmentHeader"/> without
/// "Predecessor".</summary>
public readonly struct SegmentPredecessor
{
    /// <summary>Its number; 0 = there is none.</summary>
    public ulong Number { get; init; }

    /// <summary>Its last event; if it holds none, the last one before it.</summary>
    public ulong LastSequence { get; init; }

    /// <summary>CRC of its last record; if it holds none, the predecessor CRC of its own header.</summary>
    public uint LastCrc { get; init; }

    /// <summary>How it ended.</summary>
    public PredecessorEnd End { get; init; }

    /// <summary>Bytes of its headers and records, the Seal included.</summary>
    public long DataLength { get; init; }

    /// <summary>Recovered: where it was cut; 0 = it was not.</summary>
    public long CutOffset { get; init; }

    /// <summary>Recovered: bytes cut off.</summary>
    public long BytesDiscarded { get; init; }

    /// <summary>Its seal digest; for a recovered segment the last one before it; zeros if none.</summary>
    public Sha256Bytes SealDigest { get; init; }
}
