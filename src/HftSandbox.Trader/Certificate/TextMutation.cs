using System.Text;

namespace HftSandbox.Trader.Certificate;

/// <summary>Changes JSON documents so that most of them still are JSON.</summary>
internal static class TextMutation
{
    private static readonly byte[][] Values =
    [
        .. new[]
        {
            "0", "-1", "1", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
            "99999999999999999999999999", "1e400", "0.1", "null", "true", "{}", "[]", "\"\"", "\"x\"", "\"\\u0000\"",
            "[[[[]]]]", "{\"a\":{\"a\":{}}}",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>Changes a document.</summary>
    /// <param name="random">Decides what.</param>
    /// <param name="text">The document.</param>
    public static byte[] Change(Random random, ReadOnlySpan<byte> text)
    {
        var (start, end) = Token(random, text);
        return random.Next(6) switch
        {
            0 => Splice(text, start, end, Values[random.Next(Values.Length)]),
            1 => Splice(text, start, end, []),
            2 => Splice(text, end, end, text[start..end]),
            3 => Splice(text, start, start + 1, [(byte)random.Next(256)]),
            4 => Splice(text, start, end, Digits(random)),
            _ => Splice(text, random.Next(text.Length), text.Length, []),
        };
    }

    private static byte[] Digits(Random random) =>
        Encoding.ASCII.GetBytes(random.NextInt64(long.MinValue, long.MaxValue).ToString("D"));

    private static byte[] Splice(ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<byte> with) =>
        [.. text[..start], .. with, .. text[end..]];

    // What lies between two marks of JSON around a random place.
    private static (int Start, int End) Token(Random random, ReadOnlySpan<byte> text)
    {
        var marks = "{}[]:,"u8;
        var start = random.Next(text.Length);
        while (start > 0 && marks.IndexOf(text[start - 1]) < 0)
            start--;
        var length = text[start..].IndexOfAny(marks);
        return (start, length <= 0 ? start + 1 : start + length);
    }
}
