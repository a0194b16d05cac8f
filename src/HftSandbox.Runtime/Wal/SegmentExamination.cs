namespace HftSandbox.Runtime.Wal;

/// <summary>A segment, and how far it goes on with the log before it.</summary>
/// <param name="File">The file and its header.</param>
/// <param name="EndOffset">End of its last valid record, in bytes from its start; at least 8,192.</param>
/// <param name="FirstSequence">Its first event; 0 = none.</param>
/// <param name="LastSequence">Its last event; 0 = none.</param>
/// <param name="RecordCount">Its records, control records included.</param>
/// <param name="IsSealed">Whether the last of them is a Seal that agrees with the others.</param>
/// <param name="FileLength">Bytes of the file: behind <paramref name="EndOffset"/> lie the index and the trailer,
/// zeros, or what is not part of the log.</param>
public sealed record SegmentExamination(
    SegmentFile File,
    long EndOffset,
    ulong FirstSequence,
    ulong LastSequence,
    ulong RecordCount,
    bool IsSealed,
    long FileLength)
{
    /// <summary>Its number.</summary>
    public ulong Number => File.Number;

    /// <summary>Its path.</summary>
    public string Path => File.Path;

    /// <summary>Whether anything but zeros lies behind the last record of a segment without Seal.</summary>
    internal bool HasTail { get; init; }
}
