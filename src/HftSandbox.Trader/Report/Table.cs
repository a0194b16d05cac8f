namespace HftSandbox.Trader.Report;

/// <summary>One column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsNumber">Whether it is aligned to the right.</param>
internal sealed record Column(string Name, bool IsNumber = true)
{
    /// <summary>A column of words.</summary>
    /// <param name="name">Its name.</param>
    public static Column Words(string name) => new(name, IsNumber: false);
}

/// <summary>One topic of a report, as people read it.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Columns">Its columns; the first names the rows.</param>
/// <param name="Rows">Its rows, a cell for each column.</param>
/// <param name="Note">What to know about it; may be empty.</param>
internal sealed record Table(
    string Title, IReadOnlyList<Column> Columns, IReadOnlyList<string[]> Rows, string Note = "")
{
    private const int WidthMax = 120;
    private const string Gap = "  ";

    /// <summary>Prints it in aligned columns. A table wider than a screen is printed in several blocks, each with the
    /// names of the rows.</summary>
    /// <param name="output">Where to.</param>
    public void Print(TextWriter output)
    {
        output.WriteLine(Title);
        if (Note.Length > 0)
            output.WriteLine($"({Note})");
        var widths = Columns.Select((column, at) => Rows.Append([]).Max(row => CellWidth(row, column, at))).ToArray();
        for (var from = 1; from < Columns.Count;)
        {
            var to = from;
            for (var width = widths[0]; to < Columns.Count; to++)
            {
                width += Gap.Length + widths[to];
                if (width > WidthMax && to > from)
                    break;
            }

            PrintBlock(output, widths, from, to);
            from = to;
        }
    }

    private static int CellWidth(string[] row, Column column, int at) =>
        Math.Max(column.Name.Length, at < row.Length ? row[at].Length : 0);

    private void PrintBlock(TextWriter output, int[] widths, int from, int to)
    {
        int[] shown = [0, .. Enumerable.Range(from, to - from)];
        foreach (var row in Rows.Prepend([.. Columns.Select(column => column.Name)]))
        {
            var cells = shown.Select(at =>
                Columns[at].IsNumber ? row[at].PadLeft(widths[at]) : row[at].PadRight(widths[at]));
            output.WriteLine(string.Join(Gap, cells).TrimEnd());
        }

        output.WriteLine();
    }
}
