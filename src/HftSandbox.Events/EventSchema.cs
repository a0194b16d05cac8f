using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;

namespace HftSandbox.Events;

/// <summary>One field of a layout, as declared.</summary>
/// <param name="Name">The declared name.</param>
/// <param name="Offset">Bytes from the start of the layout.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Type">The declared type: a unit, an enum, an id or an integer.</param>
public sealed record LayoutField(string Name, int Offset, int Size, Type Type);

/// <summary>A layout read back from its declaration, so that dumps, comparisons and the format page can never disagree
/// with the struct.</summary>
/// <param name="Type">The struct.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Fields">In offset order.</param>
public sealed record Layout(Type Type, int Size, ImmutableArray<LayoutField> Fields)
{
    /// <summary>Reads the layout of an explicit struct.</summary>
    /// <param name="type">A struct with <see cref="LayoutKind.Explicit"/>.</param>
    public static Layout Of(Type type)
    {
        var fields = type.GetFields(BindingFlags.Public | BindingFlags.Instance)
            .Select(field => new LayoutField(
                field.Name,
                field.GetCustomAttribute<FieldOffsetAttribute>()?.Value ?? -1,
                SizeOf(field.FieldType),
                field.FieldType))
            .OrderBy(field => field.Offset);
        return new Layout(type, type.StructLayoutAttribute!.Size, [.. fields]);
    }

    private static int SizeOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => 1,
        TypeCode.UInt16 => 2,
        TypeCode.UInt32 => 4,
        TypeCode.UInt64 or TypeCode.Int64 => 8,
        _ => Marshal.SizeOf(type),
    };
}

/// <summary>The event kinds and the layout of each one's body.</summary>
public static class EventSchema
{
    /// <summary>Every event kind with its body (control records are the log's own, not events).</summary>
    public static ImmutableSortedDictionary<EventKind, Layout> Bodies { get; } = new (EventKind Kind, Type Body)[]
    {
        (EventKind.RunStarted, typeof(RunStartedBody)),
        (EventKind.RunStopped, typeof(RunStoppedBody)),
        (EventKind.Config, typeof(ConfigBody)),
        (EventKind.Timer, typeof(TimerBody)),
        (EventKind.Quote, typeof(QuoteBody)),
        (EventKind.Trade, typeof(TradeBody)),
        (EventKind.BookLevel, typeof(BookLevelBody)),
        (EventKind.BookClear, typeof(BookClearBody)),
        (EventKind.Bar, typeof(BarBody)),
        (EventKind.FeedGap, typeof(FeedGapBody)),
        (EventKind.OrderRequest, typeof(OrderRequestBody)),
        (EventKind.CancelRequest, typeof(CancelRequestBody)),
        (EventKind.ReplaceRequest, typeof(ReplaceRequestBody)),
        (EventKind.PositionAdjustment, typeof(PositionAdjustmentBody)),
        (EventKind.CashAdjustment, typeof(CashAdjustmentBody)),
        (EventKind.RiskReset, typeof(RiskResetBody)),
        (EventKind.Signal, typeof(SignalBody)),
        (EventKind.OrderIntent, typeof(OrderIntentBody)),
        (EventKind.RiskDecision, typeof(RiskDecisionBody)),
        (EventKind.ExecutionReport, typeof(ExecutionReportBody)),
        (EventKind.CancelReject, typeof(CancelRejectBody)),
        (EventKind.OrderState, typeof(OrderStateBody)),
        (EventKind.PositionChanged, typeof(PositionChangedBody)),
        (EventKind.Anomaly, typeof(AnomalyBody)),
        (EventKind.RiskHalt, typeof(RiskHaltBody)),
        (EventKind.StrategyFault, typeof(StrategyFaultBody)),
        (EventKind.Digest, typeof(DigestBody)),
    }.ToImmutableSortedDictionary(entry => entry.Kind, entry => Layout.Of(entry.Body));

    /// <summary>Whether the payload goes on behind the body with the JSON that the body's <c>JsonLength</c>
    /// counts.</summary>
    /// <param name="kind">An event kind.</param>
    public static bool HasJsonTail(EventKind kind) => kind is EventKind.RunStarted or EventKind.Config;
}
