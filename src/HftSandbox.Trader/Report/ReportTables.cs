using System.Globalization;
using System.Numerics;
using HftSandbox.Trader.Commands;
using HftSandbox.Trader.Inspect;

namespace HftSandbox.Trader.Report;

/// <summary>A report as tables: the same on a terminal and on a page. Parts in which nothing happened are left
/// out.</summary>
/// <param name="report">The report.</param>
internal sealed class ReportTables(LogReport report)
{
    private const string Unknown = "-";

    /// <summary>The tables, most important first.</summary>
    public IEnumerable<Table> All =>
    [
        Runs(), ProfitAndLoss(), Currencies(), Orders(), Quantities(), FillTimes(), Limits(), .. Denials(),
        .. Troubles(),
    ];

    /// <summary>What the log holds, as names and values.</summary>
    public (string Name, string Value)[] Summary
    {
        get
        {
            var history = report.History;
            var check = report.Check;
            return
            [
                ("events", $"{Number(history.Events)} (sequences {history.FirstSequence}..{history.LastSequence})"
                    + (history.Missing == 0 ? "" : $", {Number(history.Missing)} before the last are not in the log")),
                ("time", $"{RecordText.Time(history.FirstTimeNs)} .. {RecordText.Time(history.LastTimeNs)}"),
                ("counted from", CountedFrom()),
                ("positions", $"{Number(check.Compared)} that the engine wrote compared with the fills, "
                    + (check.Differing == 0 ? "none differs" : $"{Number(check.Differing)} DIFFER")),
                ("strategies", string.Join(", ", report.Parts.Strategies.Select(part => part.StrategyId))),
                ("not shown", $"{Number(report.InstrumentParts.Count(IsIdle))} of "
                    + $"{Number(report.Instruments.Count)} instruments: nothing was asked or traded there"),
            ];
        }
    }

    /// <summary>Rows of a strategy that is alone would say everything twice.</summary>
    private bool HasOneStrategy => report.Parts.Strategies.Take(2).Count() == 1;

    /// <summary>A name from the log, without what a terminal acts on.</summary>
    /// <param name="name">The name.</param>
    public static string Name(string name) => TerminalText.Escape(name);

    private static string Percent(BigInteger part, BigInteger whole) => Percent(BasisPoints.Of(part, whole));

    private static string Percent(BigInteger? basisPoints) =>
        basisPoints is { } ratio ? PositionText.Scaled(ratio, 2) + " %" : Unknown;

    private string CountedFrom()
    {
        var anchored = report.InstrumentParts.Where(part => part.Account!.AnchoredAt != 0).ToArray();
        if (report.History.Missing == 0)
            return "the first event";
        var places = anchored.Select(part =>
            $"{Name(part.Account!.Instrument.Config.Name)} {part.Account.AnchoredAt}");
        return anchored.Length == 0
            ? $"event {report.History.FirstSequence}: no position is known"
            : $"event {report.History.FirstSequence}; positions and P&L before: the PositionChanged at "
                + string.Join(", ", places);
    }

    private IEnumerable<(string Name, Part Part)> PartsOfInstruments()
    {
        foreach (var part in report.InstrumentParts.Where(part => !IsIdle(part)))
        {
            var name = Name(part.Account!.Instrument.Config.Name);
            yield return (name, part);
            var strategies = report.Parts.InInstrument(part.Account.Instrument.Id).Skip(1);
            foreach (var strategy in HasOneStrategy ? [] : strategies)
                yield return ($"  strategy {strategy.StrategyId}", strategy);
        }
    }

    private IEnumerable<(string Name, Part Part)> PartsAndTotals() =>
    [
        .. PartsOfInstruments(),
        .. (HasOneStrategy ? [] : report.Parts.Strategies).Select(part => ($"strategy {part.StrategyId}", part)),
        ("total", report.Parts.Total),
    ];

    private static bool IsIdle(Part part) =>
        part.Activity is { NewIntents: 0, CancelIntents: 0, ReplaceIntents: 0, Fills: 0, Adjustments: 0 }
        && part.Account is { AnchoredAt: 0 };

    private Table Runs() => new(
        "Runs",
        [new("from event"), Column.Words("mode"), Column.Words("source"), Column.Words("venue"),
            Column.Words("strategies"), Column.Words("engine"), Column.Words("started"), Column.Words("stopped by")],
        [.. report.History.Runs.Select(run => (string[])
        [
            Number(run.Sequence), run.Mode.ToString(),
            Name($"{run.Configuration.Source.Kind} {run.Configuration.Source.Name}".TrimEnd()),
            Name(run.Configuration.Venue),
            Name(string.Join(' ', run.Configuration.Strategies.Select(strategy => strategy.Name))),
            Name(run.Configuration.EngineVersion), RecordText.Time(run.WallTimeNs)[..19],
            run.Stop == Events.StopReason.None ? "(no stop)" : run.Stop.ToString(),
        ])],
        report.History.ConfigChanges.Count == 0
            ? ""
            : $"{Number(report.History.ConfigChanges.Count)} changes of configuration, the first at event "
                + Number(report.History.ConfigChanges[0]));

    private Table ProfitAndLoss() => new(
        "Profit and loss",
        [Column.Words("in quote currency"), new("position"), new("average"), new("mark"), new("realised"),
            new("realised FIFO"), new("unrealised"), new("fees"), new("equity"), new("max drawdown")],
        [.. PartsOfInstruments().Select(row => ProfitAndLossOf(row.Name, row.Part.Account!))],
        "a strategy is counted without the others");

    private string[] ProfitAndLossOf(string name, Account account)
    {
        var instrument = account.Instrument;
        var mark = report.Mark(instrument.Id);
        return
        [
            name, PositionText.Quantity(instrument, account.Position), Average(account),
            AmountText.Mark(instrument, mark) ?? Unknown, AmountText.Cost(instrument, account.Realized)!,
            AmountText.Cost(instrument, account.RealizedFifo) ?? Unknown,
            AmountText.TwiceCost(instrument, account.TwiceUnrealized(mark)) ?? Unknown,
            AmountText.Fee(instrument, account.Fees),
            AmountText.TwiceEquity(account, account.TwiceEquity(mark)) ?? Unknown,
            AmountText.TwiceEquity(account, account.Drawdown.TwiceWorst) ?? Unknown,
        ];
    }

    private Table Currencies() => new(
        "Equity",
        [Column.Words("currency"), new("cash moved"), new("times"), new("realised"), new("unrealised"), new("fees"),
            new("equity")],
        [.. report.Currencies.Where(IsShown).Select(currency => (string[])
        [
            Name(currency.Name), PositionText.Scaled(currency.Cash, currency.Scale), Number(currency.Adjustments),
            PositionText.Scaled(currency.Realized, currency.Scale),
            AmountText.Half(currency.TwiceUnrealized(report.Mark), currency.Scale) ?? Unknown,
            PositionText.Scaled(currency.Fees, currency.Scale),
            AmountText.Half(currency.TwiceEquity(report.Mark), currency.Scale) ?? Unknown,
        ])],
        "cash moved by operators is equity, and neither profit nor loss");

    private bool IsShown(CurrencyAccount currency) => currency.Adjustments > 0
        || currency.Accounts.Any(account => !IsIdle(report.Parts.OfInstrument(account.Instrument.Id)));

    private static string Average(Account account) => account.Position.NetQty.Mantissa == 0
        ? Unknown
        : PositionText.AveragePx(account.Instrument, account.Position);

    private Table Orders() => new(
        "Orders and fills",
        [Column.Words(""), new("new"), new("cancel"), new("replace"), new("allowed"), new("denied"),
            new("with fill"), new("of allowed"), new("fills"), new("buys"), new("sells"), new("maker"), new("taker")],
        [.. PartsAndTotals().Select(row => OrdersOf(row.Name, row.Part.Activity))]);

    private static string[] OrdersOf(string name, Activity activity) =>
    [
        name, Number(activity.NewIntents), Number(activity.CancelIntents), Number(activity.ReplaceIntents),
        Number(activity.Allowed), Number(activity.Denied), Number(activity.WithFill),
        Percent(activity.WithFill, activity.Allowed), Number(activity.Fills), Number(activity.Buys),
        Number(activity.Sells), Number(activity.Makers), Number(activity.Takers),
    ];

    private Table Quantities() => new(
        "Quantities and amounts",
        [Column.Words(""), new("ordered"), new("filled"), new("of ordered"), new("bought"), new("sold"), new("maker"),
            new("taker"), new("bought for"), new("sold for")],
        [.. PartsOfInstruments().Select(row =>
        {
            var (turnover, instrument) = (row.Part.Turnover, row.Part.Account!.Instrument);
            return (string[])
            [
                row.Name, AmountText.Quantity(instrument, turnover.Ordered),
                AmountText.Quantity(instrument, turnover.Filled), Percent(turnover.Filled, turnover.Ordered),
                AmountText.Quantity(instrument, turnover.Bought), AmountText.Quantity(instrument, turnover.Sold),
                AmountText.Quantity(instrument, turnover.Maker), AmountText.Quantity(instrument, turnover.Taker),
                AmountText.Cost(instrument, turnover.BoughtCost)!, AmountText.Cost(instrument, turnover.SoldCost)!,
            ];
        })],
        "of allowed orders, as last replaced; after busts and corrections");

    private Table FillTimes() => new(
        "From intent to first fill, ns of receive time",
        [Column.Words(""), new("orders"), new("min"), new("p50"), new("p90"), new("p99"), new("max")],
        [.. PartsAndTotals().Where(row => row.Part.Activity.Times.Count > 0).Select(row =>
        {
            var times = row.Part.Activity.Times;
            int[] percents = [0, 50, 90, 99, 100];
            return (string[])
                [row.Name, Number(times.Count), .. percents.Select(percent => Number(times.Percentile(percent)))];
        })]);

    private Table Limits() => new(
        "Limits",
        [Column.Words("limit"), Column.Words("of"), new("value"), new("from event"), new("decisions"),
            new("greatest"), new("allowed"), new("used"), new("denied"), Column.Words("")],
        [.. report.Limits.Rows
            .Where(use => use.Value != 0 && (use.Decisions > 0 || use.Scope.Kind is ScopeKind.Global))
            .Select(LimitRow)],
        "those that are on, where something was asked; not logged: no record tells what was compared"
        + (report.Limits.UnknownDecisions == 0
            ? ""
            : $"; {Number(report.Limits.UnknownDecisions)} decisions by limits that the log does not hold"));

    private string[] LimitRow(LimitUse use) =>
    [
        use.Limit.Name, ScopeName(use.Scope), AmountText.Limit(use, use.Value)!, Number(use.FromSequence),
        Number(use.Decisions), AmountText.Limit(use, use.Greatest) ?? Unknown,
        AmountText.Limit(use, use.GreatestAllowed) ?? Unknown, Percent(use.UsedBps), Number(use.Denied),
        use.IsTouched switch { true => "", false => "never touched", null => "not logged" },
    ];

    private string ScopeName(LimitScope scope) => scope.Kind switch
    {
        ScopeKind.Currency => $"all in {Name(report.Instruments.CurrencyName(scope.Id))}",
        ScopeKind.Symbol => Name(report.Instruments[scope.Id].Config.Name),
        ScopeKind.Strategy => $"strategy {scope.Id}",
        _ => "all",
    };

    private IEnumerable<Table> Denials()
    {
        var reasons = report.Parts.Total.Activity.Denials.Keys.ToArray();
        if (reasons.Length == 0)
            return [];
        return
        [
            new Table(
                "Denials",
                [Column.Words(""), .. reasons.Select(reason => new Column(reason.ToString()))],
                [.. PartsAndTotals().Where(row => row.Part.Activity.Denials.Count > 0).Select(row => (string[])
                    [row.Name, .. reasons.Select(reason =>
                        Number(row.Part.Activity.Denials.GetValueOrDefault(reason)))])]),
        ];
    }

    private IEnumerable<Table> Troubles()
    {
        var rows = PartsAndTotals().SelectMany(row => TroublesOf(row.Part.Activity)
            .Where(trouble => trouble.Count > 0)
            .Select(trouble => (string[])[row.Name, trouble.Name, Number(trouble.Count)])).ToArray();
        return rows.Length == 0
            ? []
            : [new Table("What else happened", [Column.Words(""), Column.Words("what"), new("times")], rows)];
    }

    private static IEnumerable<(string Name, long Count)> TroublesOf(Activity activity) =>
    [
        ("orders canceled", activity.Canceled), ("orders rejected", activity.Rejected),
        ("orders expired", activity.Expired), ("orders replaced", activity.Replaced),
        ("cancels and replaces refused", activity.CancelRejects), ("executions busted", activity.Busts),
        ("executions corrected", activity.Corrections), ("executions that moved nothing", activity.NotApplied),
        ("positions adjusted", activity.Adjustments),
        .. activity.Anomalies.Select(count => ($"anomaly {count.Key}", count.Value)),
        .. activity.Halts.Select(count => ($"halt {count.Key}", count.Value)),
        .. activity.Faults.Select(count => ($"strategy quarantined: {count.Key}", count.Value)),
    ];

    private static string Number(BigInteger value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
