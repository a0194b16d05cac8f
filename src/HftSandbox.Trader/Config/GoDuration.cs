using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace HftSandbox.Trader.Config;

/// <summary>Durations as Go's <c>time.ParseDuration</c> reads them (<c>20us</c>, <c>50ms</c>, <c>2s</c>, <c>1m30s</c>,
/// <c>1.5h</c>, <c>0</c>), in nanoseconds. Exact: a fraction of a nanosecond is refused, not cut off; so is a
/// negative duration, which nothing here has a use for.</summary>
public static class GoDuration
{
    private const int DigitsMax = 18;

    private static readonly (string Name, long Ns)[] Units =
    [
        ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000),
        ("ns", 1),
    ];

    private static readonly SearchValues<char> DigitsAndPoint = SearchValues.Create("0123456789.");

    /// <summary>Reads a duration.</summary>
    /// <param name="text">One or more of number and unit (ns, us, µs, ms, s, m, h), or <c>0</c>.</param>
    /// <param name="durationNs">Nanoseconds, 0 or more.</param>
    /// <param name="reason">Why it is none; null if it is one.</param>
    public static bool TryParse(string text, out long durationNs, [NotNullWhen(false)] out string? reason)
    {
        durationNs = 0;
        ArgumentNullException.ThrowIfNull(text);
        if (text == "0")
        {
            reason = null;
            return true;
        }

        reason = text.Length == 0 ? "is empty" : text[0] == '-' ? "is negative" : null;
        var rest = text.AsSpan();
        Int128 sum = 0;
        while (reason is null && !rest.IsEmpty)
        {
            reason = Take(ref rest, out var part);
            sum += part;
            if (sum > long.MaxValue)
                reason = "is longer than 64 bits of nanoseconds (292 years)";
        }

        if (reason is null)
            durationNs = (long)sum;
        return reason is null;
    }

    /// <summary>Writes a duration so that <see cref="TryParse"/> reads the same: <c>1m30s</c>, <c>1s500ms</c>,
    /// <c>0</c>.</summary>
    /// <param name="durationNs">Nanoseconds, 0 or more.</param>
    public static string Format(long durationNs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(durationNs);
        if (durationNs == 0)
            return "0";
        var text = new StringBuilder();
        foreach (var (name, ns) in Units)
        {
            var count = durationNs / ns;
            durationNs -= count * ns;
            if (count != 0)
                text.Append(count).Append(name);
        }

        return text.ToString();
    }

    /// <summary>Takes one number and its unit off the text; returns what is wrong with them.</summary>
    private static string? Take(ref ReadOnlySpan<char> rest, out Int128 durationNs)
    {
        durationNs = 0;
        var whole = TakeDigits(ref rest);
        var hasPoint = rest is ['.', ..];
        rest = hasPoint ? rest[1..] : rest;
        var fraction = hasPoint ? TakeDigits(ref rest) : default;
        if (whole.IsEmpty && fraction.IsEmpty)
            return "is no duration such as 50ms or 1m30s";
        fraction = fraction.TrimEnd('0');

        var unitLength = rest.IndexOfAny(DigitsAndPoint);
        var unit = (unitLength < 0 ? rest : rest[..unitLength]).ToString();
        rest = rest[unit.Length..];
        if (unit.Length == 0)
            return "lacks a unit (ns, us, ms, s, m, h)";
        var unitNs = Array.Find(Units, known => known.Name == unit.Replace('µ', 'u').Replace('μ', 'u')).Ns;
        if (unitNs == 0)
            return "has an unknown unit (known: ns, us, ms, s, m, h)";
        whole = whole.TrimStart('0');
        if (whole.Length > DigitsMax + 1)
            return "is longer than 64 bits of nanoseconds (292 years)";
        if (fraction.Length > DigitsMax)
            return "is finer than a nanosecond";

        durationNs = NumberOf(whole) * unitNs;
        var (parts, power) = (NumberOf(fraction) * unitNs, Power(fraction.Length));
        durationNs += parts / power;
        return parts % power == 0 ? null : "is finer than a nanosecond";
    }

    private static ReadOnlySpan<char> TakeDigits(scoped ref ReadOnlySpan<char> rest)
    {
        var length = rest.IndexOfAnyExceptInRange('0', '9');
        var digits = length < 0 ? rest : rest[..length];
        rest = rest[digits.Length..];
        return digits;
    }

    private static Int128 NumberOf(ReadOnlySpan<char> digits)
    {
        Int128 number = 0;
        foreach (var digit in digits)
            number = (number * 10) + (digit - '0');
        return number;
    }

    private static Int128 Power(int exponent)
    {
        Int128 power = 1;
        for (var i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }
}
