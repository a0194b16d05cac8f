namespace HftSandbox.Runtime.Wal;

/// <summary>A segment is intact but of a format that this program does not know: nothing is read from the
/// store.</summary>
/// <param name="path">The segment.</param>
/// <param name="what">What is not known.</param>
public sealed class UnsupportedFormatException(string path, string what)
    : IOException($"{path}: {what} is not supported; this program reads format {SegmentHeader.MajorVersion}.x")
{
    /// <summary>The segment.</summary>
    public string Path { get; } = path;
}

/// <summary>Bytes that an examination found valid are no longer: the file changed under the reader.</summary>
/// <param name="path">The segment.</param>
/// <param name="offset">Where, in bytes from its start.</param>
/// <param name="sequence">The event that was expected there, or a control record behind the event before it.</param>
/// <param name="reason">What is wrong.</param>
public sealed class WalDamagedException(string path, long offset, ulong sequence, string reason)
    : IOException($"{path} offset {offset} sequence {sequence}: {reason}")
{
    /// <summary>The segment.</summary>
    public string Path { get; } = path;

    /// <summary>Where, in bytes from its start.</summary>
    public long Offset { get; } = offset;

    /// <summary>The event that was expected there.</summary>
    public ulong Sequence { get; } = sequence;
}
