namespace HftSandbox.Trader.Config;

/// <summary>Guesses what was meant by a misspelled name.</summary>
internal static class Spelling
{
    /// <summary>The closest of some names, if it is close: at most a third of its letters differ.</summary>
    public static string? Closest(string name, IEnumerable<string> known) => known
        .Select(candidate => (
            Name: candidate,
            Distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
        .Where(candidate => candidate.Distance <= Math.Max(1, candidate.Name.Length / 3))
        .OrderBy(candidate => candidate.Distance)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();

    /// <summary>Insertions, deletions, replacements (Levenshtein) that lead from one to the other.</summary>
    private static int Distance(string from, string to)
    {
        if (from.Length > 64)
            return int.MaxValue;
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j - 1], row[j]) + 1);
            }
        }

        return row[^1];
    }
}
