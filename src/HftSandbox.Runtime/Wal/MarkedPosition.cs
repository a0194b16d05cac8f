namespace HftSandbox.Runtime.Wal;

/// <summary>Where in the log a mark of the ring lies: behind the event with this sequence.</summary>
/// <param name="Sequence">The last event before the mark; 0 = none.</param>
/// <param name="SegmentNumber">The segment that was being written.</param>
/// <param name="Offset">Where the next record goes, in bytes from the start of that segment.</param>
/// <param name="RecordCrc">CRC of the last record before it.</param>
public sealed record MarkedPosition(ulong Sequence, ulong SegmentNumber, long Offset, uint RecordCrc);
