namespace HftSandbox.Runtime.Wal;

/// <summary>What each record carries over to the next, across segments.</summary>
internal struct ChainState
{
    /// <summary>CRC of the last record, control records included: the next one's previousCrc.</summary>
    public uint LastCrc;

    /// <summary>The last event; 0 = none.</summary>
    public ulong LastSequence;

    /// <summary>Receive time of the last event; 0 = none.</summary>
    public long LastReceiveTimeNs;
}
