using System.Collections.Immutable;
using System.Text;

namespace HftSandbox.Trader.Config;

/// <summary>Something wrong with a configuration.</summary>
/// <param name="File">The file, or <c>environment</c>, <c>flags</c> or <c>built-in</c>.</param>
/// <param name="Line">From 1; 0 = not about a place.</param>
/// <param name="Column">In characters, from 1; 0 = not about a place.</param>
/// <param name="Key">The key as written there; empty = the whole file.</param>
/// <param name="Message">What is wrong. Never holds the value of a key that looks like a secret.</param>
/// <param name="Suggestion">What may have been meant; null = no idea.</param>
/// <param name="IsError">False = a warning.</param>
public sealed record ConfigProblem(
    string File, int Line, int Column, string Key, string Message, string? Suggestion, bool IsError)
{
    /// <summary>One line: <c>config.json:7:12: risk.MaxOrderQtyy: unknown key; did you mean MaxOrderQty?</c></summary>
    public override string ToString()
    {
        var place = Line == 0 ? "" : $":{Line}:{Column}";
        var severity = IsError ? "" : " warning:";
        var key = Key.Length == 0 ? "" : $" {Key}:";
        var suggestion = Suggestion is null ? "" : $"; did you mean {Suggestion}?";
        return Printable($"{File}{place}:{severity}{key} {Message}{suggestion}");
    }

    /// <summary>Keys and values come from outside: nothing in them may steer a terminal.</summary>
    private static string Printable(string text)
    {
        if (!text.Any(char.IsControl))
            return text;
        var printable = new StringBuilder();
        foreach (var character in text)
            printable.Append(char.IsControl(character) ? $"\\u{(int)character:x4}" : character.ToString());
        return printable.ToString();
    }
}

/// <summary>What came of reading a configuration.</summary>
/// <param name="Config">The configuration; null if there is any error.</param>
/// <param name="Problems">Every error and warning, in the order of the places they are at.</param>
/// <param name="IsUnreadable">The file could not be read at all (exit 5, not 3).</param>
/// <param name="ContentHash">SHA-256 of the file in hex; empty without a file.</param>
public sealed record ConfigResult(
    TraderConfig? Config, ImmutableArray<ConfigProblem> Problems, bool IsUnreadable, string ContentHash);
