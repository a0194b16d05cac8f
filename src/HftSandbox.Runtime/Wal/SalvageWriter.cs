using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>Writes saved events into a new store. They keep their sequences and everything else but the CRCs; where
/// events are lost a new segment says so. Every segment is sealed. The segments have names of another prefix until all
/// of them are durable, and the first one gets its own name last: whatever interrupts this, what is left is never taken
/// for a log that ends early. One thread.</summary>
internal sealed class SalvageWriter : IDisposable
{
    private readonly IStorage _storage;
    private readonly SegmentWriter _segment;
    private readonly WalOptions _options;
    private readonly WalOptions _unfinished;
    private readonly byte[] _pending = GC.AllocateUninitializedArray<byte>(Limits.RecordBytesMax);
    private int _pendingLength;

    /// <summary>Opens the first segment.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="clock">Stamps segments.</param>
    /// <param name="options">Where to; a new store.</param>
    /// <param name="storeId">Its id.</param>
    /// <param name="firstSequence">The first event that there is.</param>
    public SalvageWriter(IStorage storage, IClock clock, WalOptions options, Id16 storeId, ulong firstSequence)
    {
        _storage = storage;
        _options = options;
        _unfinished = options with { Prefix = SegmentName.Unfinished(options.Prefix) };
        var end = firstSequence > 1 ? PredecessorEnd.Salvaged : PredecessorEnd.None;
        var start = new WalStart
        {
            StoreId = storeId,
            Epoch = 1,
            NextSegmentNumber = 1,
            LastSequence = firstSequence - 1,
            DurableSequence = 0,
            Predecessor = new SegmentPredecessor { End = end },
        };
        var factory = new SegmentFactory(storage, clock, _unfinished, start);
        _segment = new SegmentWriter(factory, options.SegmentBytes, start);
    }

    /// <summary>Where the next record goes.</summary>
    public MarkedPosition Position
    {
        get
        {
            Flush();
            return _segment.BehindLastEvent;
        }
    }

    /// <summary>Adds an event.</summary>
    /// <param name="record">The record as it was found; its sequence is greater than the last one's.</param>
    public void Add(ReadOnlySpan<byte> record)
    {
        if (_pendingLength + record.Length > _pending.Length)
            Flush();
        record.CopyTo(_pending.AsSpan(_pendingLength));
        _pendingLength += record.Length;
    }

    /// <summary>Events are lost: the next one opens a segment.</summary>
    /// <param name="lastLost">The last one that is.</param>
    public void SkipTo(ulong lastLost)
    {
        Flush();
        _segment.OpenBehindGap(lastLost, SealSegment());
    }

    /// <summary>A snapshot was carried over.</summary>
    /// <param name="body">What its record says.</param>
    public void AddSnapshotRecord(in SnapshotBody body) => _segment.AppendControl(EventKind.Snapshot, body);

    /// <summary>Completes the last segment and gives all of them their names; everything is durable then.</summary>
    public void Complete()
    {
        Flush();
        SealSegment();
        GiveNames(number => number > 1);
        GiveNames(number => number == 1);
    }

    /// <inheritdoc/>
    public void Dispose() => _segment.Dispose();

    private void Flush()
    {
        var events = _pending.AsSpan(0, _pendingLength);
        _pendingLength = 0;
        while (!events.IsEmpty)
        {
            var fitting = _segment.Fitting(events);
            if (fitting > 0)
                _segment.Append(events[..fitting]);
            events = events[fitting..];
            if (!events.IsEmpty)
                _segment.OpenNext(_segment.LastSequence, SealSegment());
        }
    }

    private SegmentPredecessor SealSegment()
    {
        _segment.File.SyncData();
        var predecessor = _segment.Finish(_segment.LastSequence);
        _segment.File.SyncData();
        return predecessor;
    }

    private void GiveNames(Predicate<ulong> isMeant)
    {
        foreach (var name in _storage.List(_options.Directory))
        {
            if (SegmentName.TryParse(name, _unfinished.Prefix, out var segment) && isMeant(segment.Number))
                _storage.Rename(PathOf(name), PathOf(_options.Prefix + name[_unfinished.Prefix.Length..]));
        }

        _storage.SyncDirectory(_options.Directory);
    }

    private string PathOf(string name) => Path.Join(_options.Directory, name);
}
