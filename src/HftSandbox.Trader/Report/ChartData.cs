using System.Numerics;
using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>What is drawn of one instrument. Prices and equity are doubled mantissas: mids are exact.</summary>
internal sealed class InstrumentSeries
{
    /// <summary>Stretches of a line: about one for each pixel.</summary>
    public const int LineBuckets = 1024;

    /// <summary>Stretches with marks: as many as the eye tells apart.</summary>
    private const int MarkerBuckets = 256;

    /// <summary>Twice the mark.</summary>
    public TimeSeries Mark { get; } = new(LineBuckets);

    /// <summary>Twice the prices bought at.</summary>
    public TimeSeries Buys { get; } = new(MarkerBuckets);

    /// <summary>Twice the prices sold at.</summary>
    public TimeSeries Sells { get; } = new(MarkerBuckets);

    /// <summary>The position.</summary>
    public TimeSeries Position { get; } = new(LineBuckets);

    /// <summary>Twice the equity.</summary>
    public TimeSeries Equity { get; } = new(LineBuckets);

    /// <summary>Twice the fall from the highest equity so far, as a negative number.</summary>
    public TimeSeries Drawdown { get; } = new(LineBuckets);
}

/// <summary>What is drawn, gathered while the log is read: bounded, however long the log is.</summary>
internal sealed class ChartData
{
    private readonly SortedDictionary<uint, InstrumentSeries> _series = [];
    private readonly SortedDictionary<uint, TimeSeries> _equities = [];

    /// <summary>The instruments with something to draw.</summary>
    public IReadOnlyDictionary<uint, InstrumentSeries> Series => _series;

    /// <summary>Twice the equity of each quote currency.</summary>
    public IReadOnlyDictionary<uint, TimeSeries> Equities => _equities;

    /// <summary>A mark.</summary>
    /// <param name="instrumentId">Instrument.</param>
    /// <param name="timeNs">Now, on the axis.</param>
    /// <param name="mark">It.</param>
    public void OnMark(uint instrumentId, long timeNs, in MarkPrice mark) =>
        Of(instrumentId).Mark.Add(timeNs, mark.TwicePx);

    /// <summary>An execution; busts and corrections show in position and equity.</summary>
    /// <param name="instrumentId">Instrument.</param>
    /// <param name="timeNs">Now, on the axis.</param>
    /// <param name="report">It.</param>
    public void OnExecution(uint instrumentId, long timeNs, in ExecutionReportBody report)
    {
        if (report.ExecType != ExecType.Trade)
            return;
        var series = Of(instrumentId);
        (report.Side == Side.Buy ? series.Buys : series.Sells).Add(timeNs, 2 * (Int128)report.LastPx.Mantissa);
    }

    /// <summary>An equity.</summary>
    /// <param name="instrumentId">Instrument.</param>
    /// <param name="timeNs">Now, on the axis.</param>
    /// <param name="twiceEquity">Twice the equity.</param>
    /// <param name="account">The account of all strategies.</param>
    public void OnEquity(uint instrumentId, long timeNs, Int128 twiceEquity, Account account)
    {
        var series = Of(instrumentId);
        series.Position.Add(timeNs, account.Position.NetQty.Mantissa);
        series.Equity.Add(timeNs, twiceEquity);
        series.Drawdown.Add(timeNs, -(account.Drawdown.TwiceCurrent ?? 0));
    }

    /// <summary>An equity of a quote currency.</summary>
    /// <param name="currencyId">Currency.</param>
    /// <param name="timeNs">Now, on the axis.</param>
    /// <param name="twiceEquity">Twice the equity.</param>
    public void OnEquity(uint currencyId, long timeNs, BigInteger twiceEquity)
    {
        if (!_equities.TryGetValue(currencyId, out var series))
            _equities[currencyId] = series = new TimeSeries(InstrumentSeries.LineBuckets);
        series.Add(timeNs, Int128.CreateSaturating(twiceEquity));
    }

    private InstrumentSeries Of(uint instrumentId)
    {
        if (!_series.TryGetValue(instrumentId, out var series))
            _series[instrumentId] = series = new InstrumentSeries();
        return series;
    }
}
