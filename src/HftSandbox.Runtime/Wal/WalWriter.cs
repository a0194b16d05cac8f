using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>The one thread that writes the log. A duty cycle takes what is in the ring, completes the CRCs in place,
/// writes it with one call, syncs as the policy says, publishes how far it is, and gives the room back.
/// Order at a roll: Seal, index and trailer of the old segment → its fdatasync → the new header into <c>.next</c> →
/// fdatasync → rename → fsync of the directory → first record. So a segment exists only when the one before is durable
/// as a whole; a crash at any step leaves a sealed or an unsealed end, both of which recovery knows.
/// A write or sync that fails poisons the writer: it never tries again, publishes nothing further, and closes the ring
/// so that the engine stops.</summary>
public sealed class WalWriter : IAgent, IDisposable
{
    private readonly RecordRingReader _ring;
    private readonly SegmentWriter _segment;
    private readonly Durability _durability;
    private readonly bool _groupsAreInputs;
    private readonly IStorage _storage;
    private readonly string _directory;
    private readonly ConcurrentQueue<SnapshotBody> _snapshots = new();
    private readonly ConcurrentQueue<RetireBody> _retirements = new();
    private readonly SpaceWatch _space;
    private ulong _appendedSequence;
    private ulong _firstKeptSegment;
    private MarkedPosition? _lastMark;
    private volatile int _rolls;
    private volatile bool _sealRequested;
    private volatile bool _isSealed;
    private volatile bool _isPoisoned;

    /// <summary>Opens the first segment: when this returns it exists and is durable.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="clock">Stamps segments, measures syncs; the clock of the thread that runs this agent.</param>
    /// <param name="options">How to write.</param>
    /// <param name="ring">Where the records come from.</param>
    /// <param name="start">Where to go on.</param>
    /// <exception cref="StorageException">The segment could not be made.</exception>
    public WalWriter(IStorage storage, IClock clock, WalOptions options, RecordRingReader ring, WalStart start)
    {
        _ring = ring;
        _storage = storage;
        _directory = options.Directory;
        _groupsAreInputs = options.Policy.Kind == DurabilityKind.Every;
        _appendedSequence = start.LastSequence;
        var factory = new SegmentFactory(storage, clock, options, start);
        factory.DeleteStaleNext();
        _segment = new SegmentWriter(factory, options.SegmentBytes, start);
        _durability = new Durability(_segment, options.Policy, clock, start.DurableSequence);
        _space = new SpaceWatch(storage, options.Directory, options.LowWaterBytes);
    }

    /// <inheritdoc/>
    public string Name => "wal";

    /// <summary>The last event whose write has returned; 0 = none. Any thread.</summary>
    public ulong AppendedSequence => Volatile.Read(ref _appendedSequence);

    /// <summary>The last event known to be durable; 0 = none. Any thread.</summary>
    public ulong DurableSequence => _durability.Sequence;

    /// <summary>Whether the disk is almost full: see <see cref="WalOptions.LowWaterBytes"/>. Once true it stays so. Any
    /// thread.</summary>
    public bool IsLowOnSpace => _space.IsLow;

    /// <summary>First segment that a Retire record keeps; the record is durable. 0 = none was written. Any
    /// thread.</summary>
    public ulong FirstKeptSegment => Volatile.Read(ref _firstKeptSegment);

    /// <summary>How often a full segment was followed by another. Any thread.</summary>
    public int Rolls => _rolls;

    /// <summary>Whether the last segment is complete and durable: see <see cref="CompleteAndSeal"/>. Any
    /// thread.</summary>
    public bool IsSealed => _isSealed;

    /// <summary>Whether a write or sync has failed. Any thread.</summary>
    public bool IsPoisoned => _isPoisoned;

    /// <summary>Where the last mark of the ring lies; null = none was passed yet. Any thread.</summary>
    public MarkedPosition? MarkedPosition => Volatile.Read(ref _lastMark);

    /// <inheritdoc/>
    public int DoWork(long nowNs)
    {
        if (_isSealed || _isPoisoned)
            return 0;
        try
        {
            return Work(nowNs);
        }
        catch
        {
            _isPoisoned = true;
            _ring.Close();
            throw;
        }
    }

    /// <summary>Asks that an event be made durable soon, whatever the policy. Any thread.</summary>
    /// <param name="sequence">The event; it may still be on its way.</param>
    public void RequestDurable(ulong sequence) => _durability.Request(sequence);

    /// <summary>Asks for a Snapshot record; the snapshot's file is durable. Any thread.</summary>
    /// <param name="body">What it says.</param>
    public void AppendSnapshotRecord(in SnapshotBody body) => _snapshots.Enqueue(body);

    /// <summary>Asks for a Retire record; <see cref="FirstKeptSegment"/> tells when it is durable. Any
    /// thread.</summary>
    /// <param name="body">What it says.</param>
    public void AppendRetireRecord(in RetireBody body) => _retirements.Enqueue(body);

    /// <summary>Asks to write what is in the ring, to make it durable, and to seal the segment; <see cref="IsSealed"/>
    /// tells when that is done. Nothing may be put into the ring, and no record asked for, after this. Any
    /// thread.</summary>
    public void CompleteAndSeal() => _sealRequested = true;

    /// <summary>Closes the file without writing or syncing anything. The agent's thread has ended.</summary>
    public void Dispose()
    {
        _durability.Dispose();
        _segment.Dispose();
    }

    private int Work(long nowNs)
    {
        // Read first: what was put into the ring before the request is then seen below.
        var sealRequested = _sealRequested;
        _durability.OnDutyCycle(nowNs);
        var written = WriteRecords();
        _space.OnWritten(written, nowNs);
        var work = written + PassMark() + WriteSnapshotRecords() + WriteRetireRecords();
        if (work > 0)
            return work;
        if (sealRequested)
            Seal();
        else
            _durability.RecordLoneSync(nowNs);
        return 0;
    }

    [HotPath]
    private int WriteRecords()
    {
        var records = _ring.Available(Limits.WriteBytesMax);
        var written = 0;
        while (written < records.Length)
        {
            var group = _groupsAreInputs ? FirstGroup(records[written..]) : records;
            WriteGroup(group);
            _ring.Release(group.Length);
            written += group.Length;
        }

        return written;
    }

    // One input and what was derived from it.
    [HotPath]
    private static Span<byte> FirstGroup(Span<byte> records)
    {
        var length = (int)RecordHeader.At(records).TotalLength;
        while (length < records.Length && !RecordHeader.At(records[length..]).IsInput)
            length += (int)RecordHeader.At(records[length..]).TotalLength;
        return records[..length];
    }

    [HotPath]
    private void WriteGroup(Span<byte> group)
    {
        _durability.RecordSync();
        var fitting = _segment.Fitting(group);
        while (fitting < group.Length)
        {
            if (fitting > 0)
                Append(group[..fitting]);
            Roll();
            group = group[fitting..];
            fitting = _segment.Fitting(group);
        }

        Append(group);
        _durability.OnGroupWritten();
    }

    [HotPath]
    private void Append(Span<byte> events)
    {
        _segment.Append(events);
        Volatile.Write(ref _appendedSequence, _segment.LastSequence);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Roll()
    {
        var predecessor = _segment.Finish(_durability.Sequence);
        _durability.SyncNow();
        _segment.OpenNext(_durability.Sequence, predecessor);
        _durability.ForgetUnrecorded();
        _rolls++;
    }

    private int PassMark()
    {
        if (!_ring.TryPassMark())
            return 0;
        Volatile.Write(ref _lastMark, _segment.BehindLastEvent);
        return 1;
    }

    private int WriteSnapshotRecords()
    {
        var written = 0;
        while (_snapshots.TryDequeue(out var body))
        {
            _segment.AppendControl(EventKind.Snapshot, body);
            written++;
        }

        return written;
    }

    private int WriteRetireRecords()
    {
        var written = 0;
        while (_retirements.TryDequeue(out var body))
        {
            _segment.AppendControl(EventKind.Retire, body);
            _durability.SyncNow();
            Volatile.Write(ref _firstKeptSegment, body.FirstKeptSegment);
            written++;
        }

        return written;
    }

    private void Seal()
    {
        _durability.SyncNow();
        _segment.Finish(_durability.Sequence);
        _segment.File.SyncData();
        _storage.SyncDirectory(_directory);
        _isSealed = true;
    }
}
