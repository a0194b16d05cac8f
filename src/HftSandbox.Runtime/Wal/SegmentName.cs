using System.Globalization;

namespace HftSandbox.Runtime.Wal;

/// <summary>The names of a store's files: <c>prefix-YYYYMMDD-HHMMSS-NNNNNNNNNN.wal</c> (UTC of the segment's creation,
/// segment number in ten digits), <c>prefix.next</c> (a segment being prepared) and <c>prefix.lock</c>. The number
/// alone orders segments; the time is for people.</summary>
/// <param name="CreatedUtc">When the segment was created, to the second, UTC.</param>
/// <param name="Number">The segment's number, from 1.</param>
public readonly record struct SegmentName(DateTime CreatedUtc, ulong Number)
{
    /// <summary>The prefix that is used when none is given.</summary>
    public const string DefaultPrefix = "wal";

    /// <summary>Greatest segment number: ten digits.</summary>
    public const ulong NumberMax = 9_999_999_999;

    private const string Extension = ".wal";
    private const string TimeFormat = "yyyyMMdd-HHmmss";
    private const int NumberDigits = 10;

    /// <summary>The name of a segment.</summary>
    /// <param name="prefix">The store's prefix.</param>
    /// <param name="createdNs">Its creation, nanoseconds since 1970-01-01 UTC.</param>
    /// <param name="number">Its number, 1 to <see cref="NumberMax"/>.</param>
    public static string Format(string prefix, long createdNs, ulong number)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, NumberMax);
        var created = DateTime.UnixEpoch.AddTicks(createdNs / 100);
        return $"{prefix}-{created.ToString(TimeFormat, CultureInfo.InvariantCulture)}-{number:D10}{Extension}";
    }

    /// <summary>Reads a name back; false for anything that is not exactly a segment of this prefix.</summary>
    /// <param name="fileName">A name without directory.</param>
    /// <param name="prefix">The store's prefix.</param>
    /// <param name="name">The parts.</param>
    public static bool TryParse(string fileName, string prefix, out SegmentName name)
    {
        name = default;
        var length = prefix.Length + 1 + TimeFormat.Length + 1 + NumberDigits + Extension.Length;
        if (fileName.Length != length || !fileName.StartsWith(prefix, StringComparison.Ordinal))
            return false;
        var rest = fileName.AsSpan(prefix.Length);
        var time = rest.Slice(1, TimeFormat.Length);
        var number = rest.Slice(1 + TimeFormat.Length + 1, NumberDigits);
        if (rest[0] != '-' || rest[1 + TimeFormat.Length] != '-' || !rest.EndsWith(Extension, StringComparison.Ordinal))
            return false;
        if (!ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) || parsed == 0)
            return false;
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTime.TryParseExact(time, TimeFormat, CultureInfo.InvariantCulture, Utc, out var created))
            return false;
        name = new SegmentName(created, parsed);
        return true;
    }

    /// <summary>The name of the segment that is being prepared; whatever lies there at a start is deleted.</summary>
    /// <param name="prefix">The store's prefix.</param>
    public static string Next(string prefix) => prefix + ".next";

    /// <summary>The prefix that the segments of a salvage have until it has come to its end.</summary>
    /// <param name="prefix">The store's prefix.</param>
    public static string Unfinished(string prefix) => prefix + ".part";

    /// <summary>The name of the lock file.</summary>
    /// <param name="prefix">The store's prefix.</param>
    public static string Lock(string prefix) => prefix + ".lock";

    /// <summary>Whether a text can be a prefix: 1 to 64 ASCII letters, digits, <c>.</c>, <c>_</c> or <c>-</c>, not
    /// starting with a dot.</summary>
    /// <param name="prefix">Any text.</param>
    public static bool IsValidPrefix(string prefix) =>
        prefix.Length is > 0 and <= 64
        && prefix[0] != '.'
        && prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
