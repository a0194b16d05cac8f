using System.Globalization;
using System.Text;
using HftSandbox.Adapters;

namespace HftSandbox.Trader.Config;

/// <summary>Reads single values as the table of keys types them. A value that is wrong is reported, and the default
/// taken so that the rest can still be looked at.</summary>
internal sealed class ConfigReader(ConfigLayers layers)
{
    private const int FeeDecimals = 4;

    /// <summary>A text; null = absent.</summary>
    public string? Text(string path)
    {
        if (!layers.TryGet(path, out var value))
            return null;
        if (value.Form is ValueForm.Text or ValueForm.Bare && value.Text.Length > 0)
            return value.Text;
        layers.Report(path, "must be a text");
        return null;
    }

    /// <summary>true or false.</summary>
    public bool Boolean(string path)
    {
        var fallback = KeyTree.KeyAt(path).Default == "true";
        if (!layers.TryGet(path, out var value))
            return fallback;
        if (value.Form is ValueForm.Boolean or ValueForm.Bare && bool.TryParse(value.Text, out var result))
            return result;
        layers.Report(path, "must be true or false");
        return fallback;
    }

    /// <summary>An integer.</summary>
    public long Integer(string path)
    {
        if (!layers.TryGet(path, out var value))
            return Default(path);
        if (value.Form is ValueForm.Number or ValueForm.Bare && TryMantissa(value, out var result))
            return InRange(path, result);
        var isNumber = value.Form != ValueForm.Text && IsDigits(value.Text);
        layers.Report(path, isNumber ? "is too large" : "must be an integer");
        return Default(path);
    }

    /// <summary>An amount at a scale: a mantissa, or a decimal text. A scale of null: a decimal cannot be converted,
    /// because the symbols it is for differ in their scales.</summary>
    public long Amount(string path, int? scale)
    {
        if (!layers.TryGet(path, out var value))
            return Default(path);
        if (value.Form is ValueForm.Number or ValueForm.Bare && TryMantissa(value, out var mantissa))
            return InRange(path, mantissa);

        var text = value.Form == ValueForm.Bare ? value.Text.Trim('"') : value.Text;
        if (value.Form is not (ValueForm.Text or ValueForm.Bare))
            layers.Report(path, $"must be an integer, the mantissa, or a decimal in quotes{Quoted(value)}");
        else if (scale is null)
            layers.Report(path, "is a decimal, and the symbols' scales differ: give a mantissa, or a limit per symbol");
        else if (TryDecimal(text, scale.Value, out mantissa) is { } fault)
            layers.Report(path, $"\"{text}\" {fault}");
        else
            return InRange(path, mantissa);
        return Default(path);
    }

    /// <summary>A fee in basis points, as a rate × 10^-8: a basis point is 10^4 of them.</summary>
    public long FeeRateE8(string path)
    {
        if (!layers.TryGet(path, out var value))
            return 0;
        var text = value.Text.Trim('"');
        if (value.Form == ValueForm.Number && !TryMantissa(value, out _))
            layers.Report(path, $"must be an integer, or a decimal in quotes{Quoted(value)}");
        else if (value.Form is ValueForm.Boolean or ValueForm.Null)
            layers.Report(path, "must be basis points");
        else if (TryDecimal(text, FeeDecimals, out var rate) is { } fault)
            layers.Report(path, $"\"{text}\" {fault}");
        else
            return InRange(path, rate, FeeDecimals);
        return 0;
    }

    /// <summary>A duration in nanoseconds.</summary>
    public long DurationNs(string path)
    {
        if (!layers.TryGet(path, out var value))
            return Default(path);
        if (value.Form is ValueForm.Number or ValueForm.Bare && TryMantissa(value, out var durationNs))
            return InRange(path, durationNs);
        if (value.Form is not (ValueForm.Text or ValueForm.Bare))
            layers.Report(path, "must be nanoseconds or a text such as \"50ms\"");
        else if (!GoDuration.TryParse(value.Text, out durationNs, out var reason))
            layers.Report(path, $"\"{value.Text}\" {reason}");
        else
            return InRange(path, durationNs);
        return Default(path);
    }

    /// <summary>The place of a choice in its list, from 1; 0 = absent without a default, or wrong.</summary>
    public int Choice(string path)
    {
        var key = KeyTree.KeyAt(path);
        var fallback = key.Default is null ? 0 : NumberOf(key, key.Default);
        if (!layers.TryGet(path, out var value))
            return fallback;
        var number = NumberOf(key, value.Text);
        if (number == 0 && key.Type == ConfigType.Enumeration && TryMantissa(value, out var given))
            number = given >= 1 && given <= key.Choices.Length ? (int)given : 0;
        if (number != 0)
            return number;

        var choices = key.Type == ConfigType.Enumeration
            ? key.Choices.Select((name, index) => $"{name} ({index + 1})")
            : key.Choices;
        layers.Report(
            path,
            $"\"{value.Text}\" is not one of {string.Join(", ", choices)}",
            Spelling.Closest(value.Text, key.Choices));
        return fallback;
    }

    /// <summary>The name of a choice; null = absent without a default, or wrong.</summary>
    public string? ChoiceName(string path)
    {
        var number = Choice(path);
        return number == 0 ? null : KeyTree.KeyAt(path).Choices[number - 1];
    }

    private static int NumberOf(ConfigKey key, string name) =>
        key.Choices.ToList().FindIndex(choice => choice.Equals(name, StringComparison.OrdinalIgnoreCase)) + 1;

    private static bool TryMantissa(ConfigValue value, out long mantissa) =>
        long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out mantissa);

    private static bool IsDigits(string text) => text.Length > 0 && text.TrimStart('-').All(char.IsAsciiDigit);

    private static string Quoted(ConfigValue value) =>
        value.Form != ValueForm.Number ? "" : IsDigits(value.Text) ? ": it is too large" : $": \"{value.Text}\"";

    /// <summary>Reads a decimal with an optional minus; returns what is wrong with it.</summary>
    private static string? TryDecimal(string text, int scale, out long mantissa)
    {
        var isNegative = text.StartsWith('-');
        var fault = ScaledDecimal.Parse(Encoding.UTF8.GetBytes(isNegative ? text[1..] : text), scale, out mantissa);
        if (isNegative)
            mantissa = -mantissa;
        return fault == DecimalFault.None ? null : ScaledDecimal.Describe(fault, scale);
    }

    private static long Default(string path)
    {
        var key = KeyTree.KeyAt(path);
        if (key.Type == ConfigType.Duration && GoDuration.TryParse(key.Default ?? "0", out var durationNs, out _))
            return durationNs;
        return key.Default is null ? 0 : long.Parse(key.Default, CultureInfo.InvariantCulture);
    }

    private long InRange(string path, long value, int decimals = 0)
    {
        var key = KeyTree.KeyAt(path);
        if (value >= key.Min && value <= key.Max)
            return value;
        var unit = decimals == 0 ? 1 : 10_000;
        if (value < 0 && key.Min == 0)
            layers.Report(path, "is negative");
        else if (key.Max == long.MaxValue)
            layers.Report(path, $"must be at least {key.Min / unit}");
        else
            layers.Report(path, $"must be {key.Min / unit} … {key.Max / unit}");
        return Default(path);
    }
}
