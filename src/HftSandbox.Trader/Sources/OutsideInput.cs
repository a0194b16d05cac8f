using HftSandbox.Events;

namespace HftSandbox.Trader.Sources;

/// <summary>Which events may come in from a file of events or from another log, and where they are said to come
/// from.</summary>
internal static class OutsideInput
{
    /// <summary>Every source that <see cref="SourceOf"/> can give: the feeds and the venues.</summary>
    public static IEnumerable<SourceId> SourcesOfInputs =>
        Enumerable.Range((int)SourceId.Pipeline + 1, SourceId.FirstStrategy - SourceId.Pipeline - 1)
            .Select(source => (SourceId)source);

    /// <summary>Whether events of a kind can come from outside: market data, requests, what an outside venue says, an
    /// operator's corrections and changed limits. Runs are the pipeline's own.</summary>
    /// <param name="kind">Any kind.</param>
    public static bool Takes(EventKind kind) => kind is
        EventKind.Quote or EventKind.Trade or EventKind.BookLevel or EventKind.BookClear or EventKind.Bar
        or EventKind.FeedGap or EventKind.Timer
        or EventKind.OrderRequest or EventKind.CancelRequest or EventKind.ReplaceRequest
        or EventKind.ExecutionReport or EventKind.CancelReject
        or EventKind.PositionAdjustment or EventKind.CashAdjustment or EventKind.RiskReset or EventKind.Config;

    /// <summary>Whether an event of a kind says nothing without an instrument. The others name an order, or concern
    /// everything.</summary>
    /// <param name="kind">A kind that is taken.</param>
    public static bool NeedsInstrument(EventKind kind) => kind is
        EventKind.Quote or EventKind.Trade or EventKind.BookLevel or EventKind.BookClear or EventKind.Bar
        or EventKind.OrderRequest or EventKind.PositionAdjustment or EventKind.CashAdjustment;

    /// <summary>The source of an input: what it was, if that was a feed or a venue.</summary>
    /// <param name="source">What stands in the line or log; Engine = nothing.</param>
    /// <param name="kind">The kind.</param>
    public static SourceId SourceOf(SourceId source, EventKind kind)
    {
        if (source is > SourceId.Pipeline and < SourceId.FirstStrategy)
            return source;
        return kind is EventKind.ExecutionReport or EventKind.CancelReject ? SourceId.OutsideVenue : SourceId.Events;
    }
}
