using System.Globalization;
using System.Text;

namespace HftSandbox.Trader.Inspect;

/// <summary>Text from outside on its way to a terminal.</summary>
public static class TerminalText
{
    /// <summary>Replaces every character that a terminal may act on instead of showing it (control characters, line
    /// separators, direction marks) by <c>\uXXXX</c>.</summary>
    /// <param name="text">Any text.</param>
    public static string Escape(string text)
    {
        if (!text.Any(Acts))
            return text;
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            if (Acts(character))
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            else
                escaped.Append(character);
        }

        return escaped.ToString();
    }

    private static bool Acts(char character) => char.GetUnicodeCategory(character) is UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
