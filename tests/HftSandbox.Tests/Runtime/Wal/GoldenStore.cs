using System.Text;
using HftSandbox.Events;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

/// <summary>The store in testdata/golden: a segment with every kind that was left without a Seal, and the one that a
/// recovery opened behind it and that ended cleanly; a snapshot; and the listing that the product must read out of
/// it. Run the tests with HFTSANDBOX_WRITE_GOLDEN=1 to write the files anew: only a new format version may change
/// them.</summary>
internal static class GoldenStore
{
    public const string WriteSwitch = "HFTSANDBOX_WRITE_GOLDEN";

    public const string ListingName = "listing.txt";

    private const int DiscardedBytes = 24;

    public static string Directory { get; } = RepositoryRoot.File("testdata", "golden");

    public static LogBuilder Build()
    {
        var log = new LogBuilder().Open();
        foreach (var kind in EventSchema.Bodies.Keys)
        {
            var isDerived = (ushort)kind >= 0x0100;
            var flags = isDerived ? RecordFlags.Derived : RecordFlags.Input | RecordFlags.LastOfMessage;
            log.Event(
                kind,
                BodyText.Sample(kind, EventSchema.HasJsonTail(kind) ? """{"n":1}""" : ""),
                (byte)flags,
                (ushort)(isDerived ? SourceId.Engine : SourceId.Sim),
                instrument: 3,
                eventTimeNs: log.TimeNs - 500,
                cause: isDerived ? 16UL : 0,
                feedPosition: isDerived ? 0 : (uint)log.Sequence + 1);
            if (kind == EventKind.Quote)
                log.Sync(3).Control(EventKind.Snapshot, BodyText.Sample(EventKind.Snapshot, ""));
        }

        log.Control(EventKind.Retire, BodyText.Sample(EventKind.Retire, ""));
        log.Open(epoch: 2, durable: log.Sequence, cutOffset: log.Position, discarded: DiscardedBytes);
        log.Event(EventKind.RunStarted, BodyText.Sample(EventKind.RunStarted, "{}"), source: (ushort)SourceId.Pipeline);
        log.Events(2).Sync();
        return log.Event(EventKind.RunStopped, BodyText.Sample(EventKind.RunStopped, "")).Seal();
    }

    public static byte[] Snapshot(LogBuilder log) => SnapshotBuilder.Bytes(log, log.Sequence, epoch: 2);

    /// <summary>One line per record, as the product reads it.</summary>
    public static string Listing(string directory)
    {
        var storage = new PosixStorage();
        var store = StoreRecovery.Examine(storage, directory);
        var text = new StringBuilder();
        using var reader = new WalReader(storage, store.Segments, includeControl: true);
        while (reader.MoveNext())
            Append(text, reader);
        return text.ToString();
    }

    private static void Append(StringBuilder text, WalReader reader)
    {
        ref readonly var header = ref reader.Header;
        text.Append($"{reader.Segment.Number}:{reader.Offset} {header.Sequence} {header.Kind} v{header.Version} ")
            .Append($"flags={header.Flags} source={header.Source} ")
            .Append($"event={header.EventTimeNs} receive={header.ReceiveTimeNs} ")
            .Append($"instrument={header.InstrumentId} cause={header.CauseSequence} feed={header.FeedPosition} ")
            .Append($"bytes={header.TotalLength}/{header.PayloadLength} ")
            .Append($"crcs={header.PreviousCrc:x8}/{header.HeaderCrc:x8}/{reader.RecordCrc:x8} ")
            .Append(BodyText.Show(header.Kind, reader.Payload)).Append('\n');
    }
}
