using System.Globalization;
using System.Numerics;
using System.Text.Json;
using HftSandbox.Core.Instruments;
using HftSandbox.Trader.Commands;

namespace HftSandbox.Trader.Report;

/// <summary>A report as one JSON object; <see cref="Schema"/> is its description.</summary>
/// <param name="report">The report.</param>
internal sealed class ReportJson(LogReport report)
{
    /// <summary>The members, for the help.</summary>
    public const string Schema =
        """
        --json: one object. Quantities, prices and amounts are exact decimal strings, money in the instrument's quote
        currency; times are ns, ratios basis points rounded toward zero; null = not known, or a ratio of nothing.
          {schemaVersion: 1, firstSequence, lastSequence, events, missing, firstTimeNs, lastTimeNs,
           runs: [{sequence, mode, receiveTimeNs, wallTimeNs, engineVersion, source: {kind, name, sizeBytes}, venue,
             strategies: [name], stop}],
           configChanges: [sequence], total: ACTIVITY, instruments: [{symbol, ACTIVITY, TURNOVER, PNL}],
           currencies: [{currency, cashAdjustments, cash, realized, unrealized, fees, equity}],
           strategies: [{strategyId, ACTIVITY, instruments: [{symbol, ACTIVITY, TURNOVER, PNL}]}],
           limits: [{limit, scope, symbol, currency, strategyId, value, fromSequence, decisions, notDerived, greatest,
             greatestAllowed, usedBps, denied, touched}], decisionsOfUnknownLimits,
           positionCheck: {compared, differing, firstSequence, first}}
          ACTIVITY: orders: {new, cancel, replace, allowed, denied, withFill, withFillBps},
            fills: {count, buys, sells, makers, takers, busts, corrections, notApplied, adjustments},
            orderToFillNs: {count, min, p50, p90, p99, max}, denials: {REASON: n},
            reports: {canceled, rejected, expired, replaced, cancelRejects},
            anomalies: {CODE: n}, halts: {REASON: n}, strategyFaults: {CODE: n}
          TURNOVER: quantity: {ordered, filled, filledBps, bought, sold, maker, taker}, notional: {bought, sold, total}
          PNL: pnl: {anchoredAt, netQty, avgPx, markPx, realized, realizedFifo, unrealized, fees, equity, maxDrawdown,
            drawdownFrom, drawdownTo}
        'missing': events up to lastSequence that are not in the log. 'anchoredAt': the PositionChanged that the
        position and all P&L before are taken from, 0 = counted from nothing; strategies and cash are always counted
        from what is in the log. Of a currency: equity = cash + realized + unrealized - fees of its instruments; 'cash'
        is what operators moved: no profit, no loss, no drawdown. 'limits': one row for each value that was in force in
        a scope (global, currency, symbol, strategy); 'value' and 'greatest' are quantities, amounts, basis points or
        orders, "0" = off. 'notDerived': how often no record tells what was compared: gross exposure, unless it denied
        (at which prices?), and what began in missing events. The greatest daily loss is that after any input, so
        nothing is the greatest allowed.
        """;

    /// <summary>Writes the members.</summary>
    /// <param name="json">Inside an object.</param>
    public void WriteMembers(Utf8JsonWriter json)
    {
        var history = report.History;
        json.WriteNumber("firstSequence", history.FirstSequence);
        json.WriteNumber("lastSequence", history.LastSequence);
        json.WriteNumber("events", history.Events);
        json.WriteNumber("missing", history.Missing);
        json.WriteNumber("firstTimeNs", history.FirstTimeNs);
        json.WriteNumber("lastTimeNs", history.LastTimeNs);
        json.WriteArray("runs", history.Runs, run => WriteRun(json, run));
        json.WriteArray("configChanges", history.ConfigChanges, json.WriteNumberValue);
        json.WriteStartObject("total");
        WriteActivity(json, report.Parts.Total.Activity);
        json.WriteEndObject();
        json.WriteArray("instruments", report.InstrumentParts, part => WriteInstrument(json, part));
        json.WriteArray("currencies", report.Currencies, currency => WriteCurrency(json, currency));
        json.WriteArray("strategies", report.Parts.Strategies, part => WriteStrategy(json, part));
        json.WriteArray("limits", report.Limits.Rows, use => WriteLimit(json, use));
        json.WriteNumber("decisionsOfUnknownLimits", report.Limits.UnknownDecisions);
        WriteCheck(json, report.Check);
    }

    private static void WriteRun(Utf8JsonWriter json, Run run)
    {
        json.WriteStartObject();
        json.WriteNumber("sequence", run.Sequence);
        json.WriteString("mode", run.Mode.ToString());
        json.WriteNumber("receiveTimeNs", run.ReceiveTimeNs);
        json.WriteNumber("wallTimeNs", run.WallTimeNs);
        json.WriteString("engineVersion", run.Configuration.EngineVersion);
        json.WriteStartObject("source");
        json.WriteString("kind", run.Configuration.Source.Kind);
        json.WriteString("name", run.Configuration.Source.Name);
        json.WriteNumber("sizeBytes", run.Configuration.Source.SizeBytes);
        json.WriteEndObject();
        json.WriteString("venue", run.Configuration.Venue);
        json.WriteArray("strategies", run.Configuration.Strategies, strategy => json.WriteStringValue(strategy.Name));
        json.WriteString("stop", run.Stop.ToString());
        json.WriteEndObject();
    }

    private void WriteCurrency(Utf8JsonWriter json, CurrencyAccount currency)
    {
        json.WriteStartObject();
        json.WriteString("currency", currency.Name);
        json.WriteNumber("cashAdjustments", currency.Adjustments);
        json.WriteString("cash", PositionText.Scaled(currency.Cash, currency.Scale));
        json.WriteString("realized", PositionText.Scaled(currency.Realized, currency.Scale));
        json.WriteString("unrealized", AmountText.Half(currency.TwiceUnrealized(report.Mark), currency.Scale));
        json.WriteString("fees", PositionText.Scaled(currency.Fees, currency.Scale));
        json.WriteString("equity", AmountText.Half(currency.TwiceEquity(report.Mark), currency.Scale));
        json.WriteEndObject();
    }

    private void WriteStrategy(Utf8JsonWriter json, Part part)
    {
        json.WriteStartObject();
        json.WriteNumber("strategyId", part.StrategyId!.Value);
        WriteActivity(json, part.Activity);
        var instruments = report.Parts.OfStrategy(part.StrategyId.Value);
        json.WriteArray("instruments", instruments, each => WriteInstrument(json, each));
        json.WriteEndObject();
    }

    private void WriteInstrument(Utf8JsonWriter json, Part part)
    {
        var account = part.Account!;
        json.WriteStartObject();
        json.WriteString("symbol", account.Instrument.Config.Name);
        WriteActivity(json, part.Activity);
        WriteTurnover(json, part.Turnover, account.Instrument);
        WritePnl(json, account);
        json.WriteEndObject();
    }

    private static void WriteActivity(Utf8JsonWriter json, Activity activity)
    {
        json.WriteStartObject("orders");
        json.WriteNumber("new", activity.NewIntents);
        json.WriteNumber("cancel", activity.CancelIntents);
        json.WriteNumber("replace", activity.ReplaceIntents);
        json.WriteNumber("allowed", activity.Allowed);
        json.WriteNumber("denied", activity.Denied);
        json.WriteNumber("withFill", activity.WithFill);
        WriteRatio(json, "withFillBps", activity.WithFill, activity.Allowed);
        json.WriteEndObject();
        json.WriteStartObject("fills");
        json.WriteNumber("count", activity.Fills);
        json.WriteNumber("buys", activity.Buys);
        json.WriteNumber("sells", activity.Sells);
        json.WriteNumber("makers", activity.Makers);
        json.WriteNumber("takers", activity.Takers);
        json.WriteNumber("busts", activity.Busts);
        json.WriteNumber("corrections", activity.Corrections);
        json.WriteNumber("notApplied", activity.NotApplied);
        json.WriteNumber("adjustments", activity.Adjustments);
        json.WriteEndObject();
        WriteTimes(json, activity.Times);
        WriteCounts(json, "denials", activity.Denials);
        json.WriteStartObject("reports");
        json.WriteNumber("canceled", activity.Canceled);
        json.WriteNumber("rejected", activity.Rejected);
        json.WriteNumber("expired", activity.Expired);
        json.WriteNumber("replaced", activity.Replaced);
        json.WriteNumber("cancelRejects", activity.CancelRejects);
        json.WriteEndObject();
        WriteCounts(json, "anomalies", activity.Anomalies);
        WriteCounts(json, "halts", activity.Halts);
        WriteCounts(json, "strategyFaults", activity.Faults);
    }

    private static void WriteTimes(Utf8JsonWriter json, FillTimes times)
    {
        if (times.Count == 0)
        {
            json.WriteNull("orderToFillNs");
            return;
        }

        json.WriteStartObject("orderToFillNs");
        json.WriteNumber("count", times.Count);
        json.WriteNumber("min", times.Percentile(0));
        json.WriteNumber("p50", times.Percentile(50));
        json.WriteNumber("p90", times.Percentile(90));
        json.WriteNumber("p99", times.Percentile(99));
        json.WriteNumber("max", times.Percentile(100));
        json.WriteEndObject();
    }

    private static void WriteTurnover(Utf8JsonWriter json, Turnover turnover, Instrument instrument)
    {
        json.WriteStartObject("quantity");
        json.WriteString("ordered", AmountText.Quantity(instrument, turnover.Ordered));
        json.WriteString("filled", AmountText.Quantity(instrument, turnover.Filled));
        WriteRatio(json, "filledBps", turnover.Filled, turnover.Ordered);
        json.WriteString("bought", AmountText.Quantity(instrument, turnover.Bought));
        json.WriteString("sold", AmountText.Quantity(instrument, turnover.Sold));
        json.WriteString("maker", AmountText.Quantity(instrument, turnover.Maker));
        json.WriteString("taker", AmountText.Quantity(instrument, turnover.Taker));
        json.WriteEndObject();
        json.WriteStartObject("notional");
        json.WriteString("bought", AmountText.Cost(instrument, turnover.BoughtCost));
        json.WriteString("sold", AmountText.Cost(instrument, turnover.SoldCost));
        json.WriteString("total", AmountText.Cost(instrument, turnover.TotalCost));
        json.WriteEndObject();
    }

    private void WritePnl(Utf8JsonWriter json, Account account)
    {
        var instrument = account.Instrument;
        var mark = report.Mark(instrument.Id);
        json.WriteStartObject("pnl");
        json.WriteNumber("anchoredAt", account.AnchoredAt);
        json.WriteString("netQty", PositionText.Quantity(instrument, account.Position));
        json.WriteString("avgPx", PositionText.AveragePx(instrument, account.Position));
        json.WriteString("markPx", AmountText.Mark(instrument, mark));
        json.WriteString("realized", AmountText.Cost(instrument, account.Realized));
        json.WriteString("realizedFifo", AmountText.Cost(instrument, account.RealizedFifo));
        json.WriteString("unrealized", AmountText.TwiceCost(instrument, account.TwiceUnrealized(mark)));
        json.WriteString("fees", AmountText.Fee(instrument, account.Fees));
        json.WriteString("equity", AmountText.TwiceEquity(account, account.TwiceEquity(mark)));
        json.WriteString("maxDrawdown", AmountText.TwiceEquity(account, account.Drawdown.TwiceWorst));
        json.WriteNumber("drawdownFrom", account.Drawdown.FromSequence);
        json.WriteNumber("drawdownTo", account.Drawdown.ToSequence);
        json.WriteEndObject();
    }

    private void WriteLimit(Utf8JsonWriter json, LimitUse use)
    {
        var (kind, id) = (use.Scope.Kind, use.Scope.Id);
        json.WriteStartObject();
        json.WriteString("limit", use.Limit.Name);
        json.WriteString("scope", kind.ToString().ToLowerInvariant());
        json.WriteString("symbol", kind == ScopeKind.Symbol ? report.Instruments[id].Config.Name : null);
        json.WriteString("currency", kind == ScopeKind.Currency ? report.Instruments.CurrencyName(id) : null);
        WriteNumberOrNull(json, "strategyId", kind == ScopeKind.Strategy ? id : null);
        json.WriteString("value", AmountText.Limit(use, use.Value));
        json.WriteNumber("fromSequence", use.FromSequence);
        json.WriteNumber("decisions", use.Decisions);
        json.WriteNumber("notDerived", use.NotDerived);
        json.WriteString("greatest", AmountText.Limit(use, use.Greatest));
        json.WriteString("greatestAllowed", AmountText.Limit(use, use.GreatestAllowed));
        WriteNumberOrNull(json, "usedBps", use.UsedBps);
        json.WriteNumber("denied", use.Denied);
        json.WritePropertyName("touched");
        if (use.IsTouched is { } isTouched)
            json.WriteBooleanValue(isTouched);
        else
            json.WriteNullValue();
        json.WriteEndObject();
    }

    private static void WriteCheck(Utf8JsonWriter json, PositionCheck check)
    {
        json.WriteStartObject("positionCheck");
        json.WriteNumber("compared", check.Compared);
        json.WriteNumber("differing", check.Differing);
        json.WriteNumber("firstSequence", check.FirstSequence);
        json.WriteString("first", check.First);
        json.WriteEndObject();
    }

    private static void WriteRatio(Utf8JsonWriter json, string name, BigInteger part, BigInteger whole) =>
        WriteNumberOrNull(json, name, BasisPoints.Of(part, whole));

    private static void WriteNumberOrNull(Utf8JsonWriter json, string name, BigInteger? value)
    {
        json.WritePropertyName(name);
        if (value is { } number)
            json.WriteRawValue(number.ToString(CultureInfo.InvariantCulture));
        else
            json.WriteNullValue();
    }

    private static void WriteCounts<TKey>(Utf8JsonWriter json, string name, SortedDictionary<TKey, long> counts)
        where TKey : notnull
    {
        json.WriteStartObject(name);
        foreach (var (key, count) in counts)
            json.WriteNumber(key.ToString()!, count);
        json.WriteEndObject();
    }
}
