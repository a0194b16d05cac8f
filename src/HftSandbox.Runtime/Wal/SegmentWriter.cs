using System.Diagnostics;
using System.Runtime.InteropServices;
using HftSandbox.Events;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>Appends records to the current segment and starts and ends segments: completes the CRC chain, collects Seal
/// and index, knows where the next byte goes. Knows nothing of policies. One thread.</summary>
internal sealed class SegmentWriter : IDisposable
{
    // What usually follows the last event of a segment: the record of its sync, a snapshot's, and the Seal.
    private static readonly uint ControlBytes = RecordHeader.TotalLengthOf(SyncBody.SizeBytes)
        + RecordHeader.TotalLengthOf(SnapshotBody.SizeBytes)
        + RecordHeader.TotalLengthOf(SealBody.SizeBytes);

    private readonly SegmentFactory _factory;
    private readonly ControlRecordWriter _controls = new();
    private readonly SealBuilder _seal = new();
    private readonly IndexBuilder _index;
    private readonly long _eventsEndMax;
    private SegmentHeader _header;
    private ChainState _chain;
    private uint _crcStart;
    private long _eventsEnd;
    private uint _eventsEndCrc;

    /// <summary>Opens the first segment of this writer.</summary>
    /// <param name="factory">Makes segments.</param>
    /// <param name="segmentBytes">Most bytes of headers and records.</param>
    /// <param name="start">Where to go on.</param>
    public SegmentWriter(SegmentFactory factory, long segmentBytes, WalStart start)
    {
        _factory = factory;
        _eventsEndMax = segmentBytes - ControlBytes;
        _index = new IndexBuilder(segmentBytes);
        _chain = new ChainState
        {
            LastCrc = start.Predecessor.LastCrc,
            LastSequence = start.LastSequence,
            LastReceiveTimeNs = start.LastReceiveTimeNs,
        };
        File = Open(start.NextSegmentNumber, start.DurableSequence, start.Predecessor);
    }

    /// <summary>The file of the current segment.</summary>
    public IStorageFile File { get; private set; }

    /// <summary>Its number.</summary>
    public ulong Number => _header.SegmentNumber;

    /// <summary>Where the next record goes.</summary>
    public long Position { get; private set; }

    /// <summary>The place behind the last event, or where the first record goes. Control records may follow it: those
    /// can be lost although every event is durable.</summary>
    public MarkedPosition BehindLastEvent => new(LastSequence, Number, _eventsEnd, _eventsEndCrc);

    /// <summary>The last event written; 0 = none.</summary>
    public ulong LastSequence => _chain.LastSequence;

    /// <summary>How many of these bytes, in whole records, still belong into this segment.</summary>
    /// <param name="events">Whole events.</param>
    public int Fitting(Span<byte> events)
    {
        var room = _eventsEndMax - Position;
        if (events.Length <= room)
            return events.Length;
        var fitting = _seal.HasNoEvent ? (int)RecordHeader.At(events).TotalLength : 0;
        while (fitting < events.Length)
        {
            var next = fitting + (int)RecordHeader.At(events[fitting..]).TotalLength;
            if (next > room)
                break;
            fitting = next;
        }

        return fitting;
    }

    /// <summary>Completes events in place and writes them with one call.</summary>
    /// <param name="events">Whole events.</param>
    public void Append(Span<byte> events)
    {
        Complete(events);
        File.Write(Position, events);
        Position += events.Length;
        _eventsEnd = Position;
        _eventsEndCrc = _chain.LastCrc;
    }

    /// <summary>Writes a control record.</summary>
    /// <typeparam name="TBody">The body of <paramref name="kind"/>.</typeparam>
    /// <param name="kind">A control kind.</param>
    /// <param name="body">Its body.</param>
    public void AppendControl<TBody>(EventKind kind, in TBody body)
        where TBody : unmanaged
    {
        var record = BuildControl(kind, body);
        _seal.Add(_chain.LastCrc);
        File.Write(Position, record);
        Position += record.Length;
    }

    /// <summary>Writes Seal, index and trailer with one call; nothing can be appended any more. The caller
    /// syncs.</summary>
    /// <param name="durableSequence">The last event known to be durable.</param>
    /// <returns>The predecessor of the next segment.</returns>
    public SegmentPredecessor Finish(ulong durableSequence)
    {
        var body = _seal.Finish(Position, durableSequence);
        var seal = BuildControl(EventKind.Seal, body);
        var sealOffset = Position;
        Position += seal.Length;
        byte[] ending = [.. seal, .. _index.Finish(_header, sealOffset, Position)];
        File.Write(sealOffset, ending);
        return new SegmentPredecessor
        {
            Number = Number,
            LastSequence = _chain.LastSequence,
            LastCrc = _chain.LastCrc,
            End = PredecessorEnd.Sealed,
            DataLength = Position,
            SealDigest = body.Digest,
        };
    }

    /// <summary>Opens the next segment; the last one is sealed and durable.</summary>
    /// <param name="durableSequence">The last event known to be durable.</param>
    /// <param name="predecessor">What <see cref="Finish"/> returned.</param>
    public void OpenNext(ulong durableSequence, in SegmentPredecessor predecessor)
    {
        File.Dispose();
        File = Open(predecessor.Number + 1, durableSequence, predecessor);
    }

    /// <summary>Opens the next segment where events are lost; the last one is sealed and durable.</summary>
    /// <param name="lastLost">The last event that is lost.</param>
    /// <param name="predecessor">What <see cref="Finish"/> returned.</param>
    public void OpenBehindGap(ulong lastLost, in SegmentPredecessor predecessor)
    {
        var durableSequence = _chain.LastSequence;
        _chain.LastSequence = lastLost;
        File.Dispose();
        File = Open(predecessor.Number + 1, durableSequence, predecessor with { End = PredecessorEnd.Salvaged });
    }

    /// <summary>Closes the file, without writing or syncing anything.</summary>
    public void Dispose()
    {
        File.Dispose();
        _seal.Dispose();
    }

    private IStorageFile Open(ulong number, ulong durableSequence, in SegmentPredecessor predecessor)
    {
        var file = _factory.Create(number, durableSequence, _chain.LastSequence, predecessor, out _header);
        _crcStart = Crc32C.Start(Crc32C.SaltOf(_header.SegmentId));
        _seal.Start(predecessor.SealDigest, _header);
        _index.Start();
        Position = SegmentHeader.FirstRecordOffset;
        _eventsEnd = Position;
        _eventsEndCrc = _chain.LastCrc;
        return file;
    }

    [HotPath]
    private void Complete(Span<byte> events)
    {
        var previousCrc = _chain.LastCrc;
        var offset = 0;
        while (offset < events.Length)
        {
            ref var header = ref RecordHeader.At(events[offset..]);
            Debug.Assert(header.Sequence == _chain.LastSequence + 1, "sequences have no gaps");
            Debug.Assert(header.TotalLength == RecordHeader.TotalLengthOf(header.PayloadLength), "lengths agree");
            previousCrc = RecordCrcs.Complete(ref events[offset], previousCrc, _crcStart);
            _seal.Add(previousCrc, header.Sequence, header.ReceiveTimeNs);
            _index.Add(header, Position + offset);
            _chain.LastSequence = header.Sequence;
            _chain.LastReceiveTimeNs = header.ReceiveTimeNs;
            offset += (int)header.TotalLength;
        }

        _chain.LastCrc = previousCrc;
    }

    private Span<byte> BuildControl<TBody>(EventKind kind, in TBody body)
        where TBody : unmanaged
    {
        var record = _controls.Build(kind, body, _chain);
        _chain.LastCrc = RecordCrcs.Complete(ref MemoryMarshal.GetReference(record), _chain.LastCrc, _crcStart);
        return record;
    }
}
