namespace HftSandbox.Events;

/// <summary>Where the engine puts records: the outbound ring when it runs, the comparison with the log when it
/// replays. One thread.</summary>
public interface IRecordOutput
{
    /// <summary>Claims room for one record; the caller fills it in place. It belongs to the caller until the next call
    /// of
    /// either method. Waits while there is no room.</summary>
    /// <param name="totalLength">Bytes of the whole record, a multiple of 8, at most the maximum record length.</param>
    /// <returns>Exactly <paramref name="totalLength"/> bytes; their content is undefined.</returns>
    Span<byte> Claim(int totalLength);

    /// <summary>The input and everything derived from it is complete: the group may be written.</summary>
    void Commit();
}
