namespace HftSandbox.Adapters.Lobster;

/// <summary>The columns of a comma-separated line, one after the other.</summary>
/// <param name="line">The line, without line feed.</param>
internal ref struct LobsterColumns(ReadOnlySpan<byte> line)
{
    private const byte Comma = (byte)',';

    private ReadOnlySpan<byte> _rest = line.TrimEnd((byte)'\r');
    private bool _ended;

    /// <summary>Whether a line is the header that some copies of the data have.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> line) =>
        !line.IsEmpty && (line[0] | 0x20) is >= (byte)'a' and <= (byte)'z';

    /// <summary>The next column; false = there is none.</summary>
    public bool TryNext(out ReadOnlySpan<byte> column)
    {
        var comma = _rest.IndexOf(Comma);
        column = comma < 0 ? _rest : _rest[..comma];
        var found = !_ended;
        _ended = comma < 0;
        _rest = _ended ? default : _rest[(comma + 1)..];
        return found;
    }

    /// <summary>Whether every column was read.</summary>
    public readonly bool AtEnd => _ended;
}
