namespace HftSandbox.Trader.Report;

/// <summary>A report as one page that needs nothing else: no network, no script, no font. Well-formed, so that any XML
/// reader takes it.</summary>
/// <param name="report">The report.</param>
/// <param name="store">Name of the store.</param>
internal sealed class ReportPage(LogReport report, string store)
{
    private const int InstrumentsMax = 20;

    private const string Style =
        """
        :root { color-scheme: light dark; --ink: #1b1f24; --dim: #667; --line: #ccd3da; --paper: #fff; --blue: #0b62c4;
          --red: #c5221f; --green: #14803c; --amber: #a05a00; --fall: #c5221f33; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --dim: #9aa4ae; --line: #3a424b; --paper: #15191e;
          --blue: #6cb2ff; --red: #ff7b72; --green: #4fd07f; --amber: #f0b35b; --fall: #ff7b7244; } }
        body { margin: 2rem auto; max-width: 1180px; padding: 0 1rem; background: var(--paper); color: var(--ink);
          font: 14px/1.45 system-ui, sans-serif; }
        h1 { font-size: 1.5rem; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
        figure { margin: 1rem 0; } figcaption { font-weight: 600; margin-bottom: .2rem; }
        .note, dt { color: var(--dim); } dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; }
        dd { margin: 0; } .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .2rem .7rem; border-bottom: 1px solid var(--line); text-align: left; white-space: pre; }
        th { font-weight: 600; } .n { text-align: right; }
        svg { width: 100%; height: auto; } svg text { font-size: 11px; fill: var(--dim); }
        .end { text-anchor: end; } .middle { text-anchor: middle; }
        .grid { stroke: var(--line); stroke-width: .5; } .frame { fill: none; stroke: var(--line); }
        .run { stroke: var(--amber); stroke-dasharray: 4 3; } .hover { fill: transparent; }
        .line { fill: none; stroke: var(--blue); stroke-width: 1.2; } .price { fill: none; stroke: var(--dim); }
        .fall { fill: var(--fall); stroke: var(--red); stroke-width: .8; }
        .buy, .filled { fill: var(--green); } .sell, .refused { fill: var(--red); } .open { fill: var(--blue); }
        .canceled { fill: var(--amber); } .legend span::before { content: '\25a0\a0'; }
        .legend span { margin-right: 1.2rem; } .legend .filled { color: var(--green); }
        .legend .refused { color: var(--red); } .legend .open { color: var(--blue); }
        .legend .canceled { color: var(--amber); }
        """;

    private readonly Markup _page = new();
    private readonly ReportTables _tables = new(report);

    /// <summary>The page.</summary>
    public string Write()
    {
        var title = $"Report of {ReportTables.Name(store)}";
        _page.Raw("<!DOCTYPE html>\n").Open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en");
        _page.Open("head").Raw("<meta charset=\"utf-8\"/>\n")
            .Raw("<meta name=\"viewport\" content=\"width=device-width\"/>\n")
            .Element("title", title).Open("style").Raw(Style).Close().Close();
        _page.Open("body").Element("h1", title);
        Summary();
        foreach (var table in _tables.All.Take(3))
            Write(table);
        Charts();
        foreach (var table in _tables.All.Skip(3))
            Write(table);
        return _page.Close().Close().ToString();
    }

    private void Summary()
    {
        _page.Open("dl");
        foreach (var (name, value) in _tables.Summary)
            _page.Element("dt", name).Element("dd", value);
        _page.Close();
    }

    private void Write(Table table)
    {
        _page.Element("h2", table.Title);
        if (table.Note.Length > 0)
            _page.Element("p", table.Note, "class", "note");
        _page.Open("div", "class", "scroll").Open("table").Open("thead").Open("tr");
        foreach (var column in table.Columns)
            _page.Element("th", column.Name, "class", column.IsNumber ? "n" : "w");
        _page.Close().Close().Open("tbody");
        foreach (var row in table.Rows)
        {
            _page.Open("tr");
            foreach (var (column, cell) in table.Columns.Zip(row))
                _page.Element("td", cell, "class", column.IsNumber ? "n" : "w");
            _page.Close();
        }

        _page.Close().Close().Close();
    }

    private void Charts()
    {
        var traded = report.Charts!.Series
            .Where(entry => entry.Value.Buys.Count + entry.Value.Sells.Count > 0
                || entry.Value.Position.Buckets.Any(each => each.Bucket.Min != 0 || each.Bucket.Max != 0))
            .ToArray();
        var shown = traded
            .OrderByDescending(entry => entry.Value.Buys.Count + entry.Value.Sells.Count).ThenBy(entry => entry.Key)
            .Take(InstrumentsMax).OrderBy(entry => entry.Key).ToArray();
        _page.Element("h2", "Over time");
        _page.Element(
            "p",
            $"Seconds of receive time within runs, one run behind the other. {shown.Length} of {traded.Length} "
            + "instruments that traded. Lines show first, least, greatest and last value of every stretch of time.",
            "class", "note");
        foreach (var (id, series) in shown)
            Charts(id, series);
        foreach (var (id, equity) in report.Charts.Equities)
            Equity(report.Currencies[(int)id - 1], equity);
        new OrderLanes(report).Write(_page);
    }

    private void Charts(uint instrumentId, InstrumentSeries series)
    {
        var instrument = report.Instruments[instrumentId];
        var account = report.Parts.OfInstrument(instrumentId).Account!;
        var name = ReportTables.Name(instrument.Config.Name);
        if (series.Mark.Count > 0)
        {
            var price = Begin(
                $"{name}: mark and our fills (▲ bought, ▼ sold), price in quote currency", 280,
                [series.Mark, series.Buys, series.Sells], instrument.Config.PriceScale, isTwice: true);
            price.Line(series.Mark, "price", isStep: false);
            price.Tooltips(series.Mark);
            price.Markers(series.Buys, "buy", "bought", isUp: true);
            price.Markers(series.Sells, "sell", "sold", isUp: false);
            price.End();
        }

        var position = Begin(
            $"{name}: position, units", 150, [series.Position], instrument.Config.QuantityScale, isTwice: false);
        position.Line(series.Position, "line", isStep: true);
        position.Tooltips(series.Position);
        position.End();
        var equity = Begin(
            $"{name}: equity, quote currency", 220, [series.Equity], account.EquityScale, isTwice: true);
        equity.Line(series.Equity, "line", isStep: false);
        equity.Tooltips(series.Equity);
        equity.End();
        var fall = Begin(
            $"{name}: fall from the highest equity so far, quote currency", 130, [series.Drawdown],
            account.EquityScale, isTwice: true);
        fall.Area(series.Drawdown, "fall");
        fall.Tooltips(series.Drawdown);
        fall.End();
    }

    private void Equity(CurrencyAccount currency, TimeSeries series)
    {
        var equity = Begin(
            $"{ReportTables.Name(currency.Name)}: equity with the cash that operators moved", 220, [series],
            currency.Scale, isTwice: true);
        equity.Line(series, "line", isStep: false);
        equity.Tooltips(series);
        equity.End();
    }

    private Chart Begin(
        string title, int height, IReadOnlyCollection<TimeSeries> values, int scale, bool isTwice)
    {
        var chart = new Chart(_page, Chart.TimeAxis(report.History.ElapsedNs), height);
        chart.Begin(title, values, scale, isTwice, report.History.Runs.Select(run => run.StartNs));
        return chart;
    }
}
