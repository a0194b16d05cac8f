using HftSandbox.Events;

namespace HftSandbox.Runtime.Wal;

/// <summary>Where the log stands: what the next record and the next segment must continue.</summary>
internal sealed class LogChain
{
    private SegmentExamination? _previous;
    private bool _linksToAny;
    private Sha256Bytes _sealDigest;

    /// <summary>Last event; 0 = none.</summary>
    public ulong LastSequence { get; private set; }

    /// <summary>The events up to this one are not all there: they were retired, or lost before a salvage; 0 = all are
    /// there.</summary>
    public ulong LastMissing { get; private set; }

    /// <summary>Receive time of the last event; 0 = none.</summary>
    public long LastReceiveTimeNs { get; private set; }

    /// <summary>CRC of the last record; 0 = none.</summary>
    public uint LastCrc { get; private set; }

    /// <summary>Digest of the last seal; zeros if none.</summary>
    public ref readonly Sha256Bytes SealDigest => ref _sealDigest;

    /// <summary>Whether the last event is RunStopped and a Seal follows it.</summary>
    public bool StoppedCleanly { get; private set; }

    private EventKind LastKind { get; set; }

    /// <summary>Stands where a segment's header says the log stood before it; that segment links.</summary>
    /// <param name="header">The header.</param>
    public static LogChain Before(in SegmentHeader header)
    {
        var last = Math.Max(header.FirstSequence, 1) - 1;
        return new LogChain
        {
            _linksToAny = true,
            LastSequence = last,
            LastMissing = last,
            LastCrc = header.PredecessorLastCrc,
            _sealDigest = header.PredecessorSealDigest,
        };
    }

    /// <summary>Why a segment does not continue the log; null when it does.</summary>
    /// <param name="header">Its header.</param>
    public string? LinkProblem(in SegmentHeader header)
    {
        if (_linksToAny)
            return null;
        var end = _previous switch
        {
            null => PredecessorEnd.None,
            { IsSealed: true } => PredecessorEnd.Sealed,
            _ => PredecessorEnd.Recovered,
        };
        var isBehindGap = header.PredecessorEnd == PredecessorEnd.Salvaged && end != PredecessorEnd.Recovered;
        if (isBehindGap ? header.FirstSequence <= LastSequence + 1 : header.FirstSequence != LastSequence + 1)
            return $"the segment starts with sequence {header.FirstSequence}";
        if (header.PredecessorNumber != (_previous?.Number ?? 0) || (header.PredecessorEnd != end && !isBehindGap))
            return $"its predecessor is {header.PredecessorNumber} ({header.PredecessorEnd}), "
                + $"the log has {_previous?.Number ?? 0} ({end})";
        if (header.PredecessorLastSequence != LastSequence || header.PredecessorLastCrc != LastCrc)
            return "its predecessor's last record is another one";
        if (header.PredecessorDataLength != (_previous?.EndOffset ?? 0))
            return $"its predecessor ended at offset {header.PredecessorDataLength}";
        ReadOnlySpan<byte> seal = SealDigest;
        if (!seal.SequenceEqual(header.PredecessorSealDigest))
            return "its predecessor's seal is another one";
        return header.Epoch < (_previous?.File.Header.Epoch ?? 0) ? $"its epoch {header.Epoch} is in the past" : null;
    }

    /// <summary>Goes on with a segment that links.</summary>
    /// <param name="header">Its header.</param>
    /// <returns>Whether events are missing before it.</returns>
    public bool Enter(in SegmentHeader header)
    {
        _linksToAny = false;
        if (header.FirstSequence == LastSequence + 1)
            return false;
        (LastSequence, LastMissing) = (header.FirstSequence - 1, header.FirstSequence - 1);
        return true;
    }

    /// <summary>Why a valid record does not continue the log; null when it does.</summary>
    /// <param name="header">Its header.</param>
    public string? RecordProblem(in RecordHeader header)
    {
        if (header.Sequence != (header.IsControl ? LastSequence : LastSequence + 1))
            return $"sequence {header.Sequence} is out of order";
        return header.PreviousCrc != LastCrc ? "previousCrc does not match the record before" : null;
    }

    /// <summary>Goes on by a record.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="crc">Its record CRC.</param>
    public void Accept(in RecordHeader header, uint crc)
    {
        LastCrc = crc;
        if (header.IsControl)
            return;
        LastSequence = header.Sequence;
        LastReceiveTimeNs = header.ReceiveTimeNs;
        LastKind = header.Kind;
        StoppedCleanly = false;
    }

    /// <summary>Goes on by a Seal, accepted as a record before.</summary>
    /// <param name="digest">Its digest.</param>
    public void AcceptSeal(in Sha256Bytes digest)
    {
        _sealDigest = digest;
        StoppedCleanly = LastKind == EventKind.RunStopped;
    }

    /// <summary>Leaves a segment behind.</summary>
    /// <param name="segment">The segment.</param>
    public void Close(SegmentExamination segment) => _previous = segment;
}
