using System.Globalization;
using System.Text.RegularExpressions;

namespace HftSandbox.Adapters.Lobster;

/// <summary>What the name of a LOBSTER file says, <c>AMZN_2012-06-21_34200000_57600000_message_1.csv</c>: the date
/// stands nowhere else.</summary>
/// <param name="Ticker">The symbol.</param>
/// <param name="MidnightNs">Midnight in New York, from which the file's times count, as nanoseconds since 1970-01-01
/// UTC.</param>
/// <param name="Level">Levels of the book whose changes are in the file.</param>
internal sealed partial record LobsterFileName(string Ticker, long MidnightNs, int Level)
{
    private const long NsPerHour = 3_600_000_000_000;

    /// <summary>Reads a name; null = it is not one.</summary>
    /// <param name="file">Path of a message file.</param>
    public static LobsterFileName? Parse(string file)
    {
        var match = Name().Match(Path.GetFileName(file));
        if (!match.Success
            || !DateOnly.TryParseExact(match.Groups["date"].ValueSpan, "yyyy-MM-dd", out var date)
            || !int.TryParse(match.Groups["level"].ValueSpan, CultureInfo.InvariantCulture, out var level))
            return null;
        var days = date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        var hoursBehind = IsDaylightSaving(date) ? 4 : 5;
        return new LobsterFileName(match.Groups["ticker"].Value, ((days * 24L) + hoursBehind) * NsPerHour, level);
    }

    /// <summary>The second Sunday of March up to the first of November, the rule since 2007, the first year of the
    /// data. No session is open while the clocks change.</summary>
    private static bool IsDaylightSaving(DateOnly date)
    {
        var firstOfMarch = new DateOnly(date.Year, 3, 1);
        var firstOfNovember = new DateOnly(date.Year, 11, 1);
        return date >= firstOfMarch.AddDays(DaysToSunday(firstOfMarch) + 7)
            && date < firstOfNovember.AddDays(DaysToSunday(firstOfNovember));
    }

    private static int DaysToSunday(DateOnly date) => (7 - (int)date.DayOfWeek) % 7;

    [GeneratedRegex(@"^(?<ticker>[^_]+)_(?<date>[0-9-]{10})_[0-9]+_[0-9]+_message_(?<level>[0-9]+)\.csv(\.gz)?$")]
    private static partial Regex Name();
}
