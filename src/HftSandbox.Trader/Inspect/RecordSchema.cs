using System.Collections.Immutable;
using HftSandbox.Events;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Inspect;

/// <summary>The fields of one kind of body.</summary>
/// <param name="Size">Bytes of the fixed part.</param>
/// <param name="Fields">All fields in offset order, reserved ones included.</param>
/// <param name="HasJsonTail">Whether JSON follows the fixed part up to the end of the payload.</param>
public sealed record RecordBody(int Size, ImmutableArray<RecordField> Fields, bool HasJsonTail);

/// <summary>What dumps and comparisons know of records; all of it read from the declared layouts.</summary>
public static class RecordSchema
{
    /// <summary>The name of a JSON tail in dumps and comparisons.</summary>
    public const string JsonTailName = "configuration";

    /// <summary>The only version of the bodies so far.</summary>
    public const byte BodyVersion = 1;

    private static readonly ImmutableDictionary<EventKind, RecordBody> Bodies = EventSchema.Bodies
        .Add(EventKind.Sync, Layout.Of(typeof(SyncBody)))
        .Add(EventKind.Snapshot, Layout.Of(typeof(SnapshotBody)))
        .Add(EventKind.Seal, Layout.Of(typeof(SealBody)))
        .Add(EventKind.Retire, Layout.Of(typeof(RetireBody)))
        .ToImmutableDictionary(body => body.Key, body => BodyOf(body.Key, body.Value));

    /// <summary>The header's fields in the order of a dump, without the lengths and CRCs that are the log's
    /// own.</summary>
    public static ImmutableArray<RecordField> Header { get; } = HeaderFields(
        nameof(RecordHeader.Sequence),
        nameof(RecordHeader.Kind),
        nameof(RecordHeader.Version),
        nameof(RecordHeader.Flags),
        nameof(RecordHeader.Source),
        nameof(RecordHeader.EventTimeNs),
        nameof(RecordHeader.ReceiveTimeNs),
        nameof(RecordHeader.InstrumentId),
        nameof(RecordHeader.CauseSequence),
        nameof(RecordHeader.FeedPosition));

    /// <summary>The body of a record; null if its kind, version or length is not one that is known: its payload can
    /// then only be shown as bytes.</summary>
    /// <param name="header">The record's header.</param>
    public static RecordBody? BodyOf(in RecordHeader header)
    {
        if (header.Version != BodyVersion || !Bodies.TryGetValue(header.Kind, out var body))
            return null;
        var fits = body.HasJsonTail ? header.PayloadLength >= body.Size : header.PayloadLength == body.Size;
        return fits ? body : null;
    }

    private static RecordBody BodyOf(EventKind kind, Layout layout) =>
        new(layout.Size, [.. layout.Fields.Select(field => new RecordField(field))], EventSchema.HasJsonTail(kind));

    private static ImmutableArray<RecordField> HeaderFields(params string[] names)
    {
        var declared = Layout.Of(typeof(RecordHeader)).Fields.ToDictionary(field => field.Name);
        return [.. names.Select(name => new RecordField(declared[name]))];
    }
}
