using System.Security.Cryptography;
using HftSandbox.Core;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>How a script writes.</summary>
/// <param name="Policy">When data is made durable; intervals are so long that only a request begins a sync.</param>
/// <param name="SegmentBytes">Bytes of a full segment.</param>
/// <param name="SyncsLate">Whether the script asks for nothing to be durable before the end of a run: much can be
/// lost.</param>
internal sealed record ScriptShape(DurabilityPolicy Policy, int SegmentBytes, bool SyncsLate = false);

/// <summary>One store that a script starts, writes and stops, with the real recovery, writer and snapshots, on one
/// thread; a sync that runs beside the writer ends before the script's next call to the storage, so that every run is
/// the same. Knows at any time what the store has promised.</summary>
internal sealed class ScriptStore : IDisposable
{
    private const int RingBytes = 1 << 16;
    private const long DayNs = 86_400_000_000_000;

    private readonly FaultyStorage _storage;
    private readonly ScriptEvents _events;
    private readonly ScriptShape _shape;
    private readonly ScriptClock _clock = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private RecordRing _ring = new(RingBytes, WaitMode.Yield);
    private StoreLock? _lock;
    private WalWriter? _wal;
    private WalStart? _start;
    private int _syncsBegun;
    private int _syncsEnded;
    private ulong _acknowledged;

    /// <summary>A store that does not exist yet.</summary>
    /// <param name="storage">Where; its hooks belong to the script from now on.</param>
    /// <param name="events">What is written.</param>
    /// <param name="shape">How.</param>
    public ScriptStore(FaultyStorage storage, ScriptEvents events, ScriptShape shape)
    {
        _storage = storage;
        _events = events;
        _shape = shape;
        storage.Before = OnCall;
        storage.After = OnCallEnded;
    }

    /// <summary>An interval that never passes by itself.</summary>
    public static DurabilityPolicy OnRequest => DurabilityPolicy.Interval(DayNs);

    /// <summary>Called before every call that may change the disk or make it durable.</summary>
    public Action<StorageCall>? BeforeChange { get; set; }

    /// <summary>The last event that the store has promised.</summary>
    public ulong Acknowledged => Math.Max(_acknowledged, _wal?.DurableSequence ?? 0);

    /// <summary>The last snapshot that was saved; 0 = none.</summary>
    public ulong Snapshot { get; private set; }

    /// <summary>How it is written.</summary>
    public ScriptShape Shape => _shape;

    /// <summary>The writer; null before the first start.</summary>
    public WalWriter? Writer => _wal;

    /// <summary>The ring that the writer reads.</summary>
    public RecordRing Ring => _ring;

    /// <summary>The last event that was put into the ring, or found at the start.</summary>
    public ulong Put { get; private set; }

    /// <summary>Starts the only way there is: lock, examine, heal, a new segment. Completes a derived set.</summary>
    /// <exception cref="InvalidOperationException">The store is refused.</exception>
    public void Start()
    {
        _storage.CreateDirectory(SampleStore.Directory);
        _lock = StoreLock.TryAcquire(_storage, SampleStore.Directory, SegmentName.DefaultPrefix)
            ?? throw new InvalidOperationException("the store is locked");
        _start = StoreRecovery.Heal(_storage, StoreRecovery.Examine(_storage, SampleStore.Directory));
        _acknowledged = Math.Max(Acknowledged, _start.DurableSequence);
        _lock.WriteStoreId(_start.StoreId);
        _ring = new RecordRing(RingBytes, WaitMode.Yield);
        _wal = new WalWriter(_storage, _clock, Options(), _ring.Reader, _start);
        Put = _start.LastSequence;
        if (Put > 0)
            PutUpTo(_events.GroupOf(Put).Last);
    }

    /// <summary>Puts events into the ring.</summary>
    /// <param name="last">The last one.</param>
    public void PutUpTo(ulong last)
    {
        while (Put < last)
        {
            var record = _events.Record(Put + 1);
            record.CopyTo(_ring.Writer.Claim(record.Length));
            Put++;
        }

        _ring.Writer.Commit();
    }

    /// <summary>Runs duty cycles until there is nothing to do.</summary>
    public void Drain()
    {
        do
        {
            // Until nothing is left in the ring, nor a mark, nor a snapshot's record.
        }
        while (_wal!.DoWork(_clock.MonotonicNs) > 0);
    }

    /// <summary>Makes durable what was put into the ring, and waits for it.</summary>
    public void MakeDurable() => MakeDurableBeside(Put);

    /// <summary>Makes durable what was put into the ring; further events are written beside that.</summary>
    /// <param name="last">The last of the further events.</param>
    public void MakeDurableBeside(ulong last)
    {
        Drain();
        var wanted = _wal!.AppendedSequence;
        _wal.RequestDurable(wanted);
        if (_shape.Policy.Kind == DurabilityKind.Interval && wanted > _wal.DurableSequence)
            _syncsBegun++;
        PutUpTo(last);
        do
        {
            _wal.DoWork(_clock.MonotonicNs);
        }
        while (_wal.DurableSequence < wanted && !_wal.IsPoisoned);

        Drain();
    }

    /// <summary>Lets so much time pass that a Sync record is written alone.</summary>
    public void Idle()
    {
        const long LongNs = 200_000_000;
        _clock.Advance(LongNs);
        Drain();
    }

    /// <summary>Saves a snapshot behind everything that was put into the ring, and has it recorded in the
    /// log.</summary>
    public void SaveSnapshot()
    {
        MakeDurable();
        _ring.Writer.Mark();
        Drain();
        var state = _events.GroupOf(Put).State;
        var snapshots = new SnapshotStore(_storage, Path.Join(SampleStore.Directory, SnapshotStore.DefaultName));
        snapshots.Save(InfoOf(_wal!.MarkedPosition!, state), state);
        Snapshot = Put;
        var body = new SnapshotBody { Sequence = Put, Name = Text64.From(SnapshotStore.DefaultName) };
        SHA256.HashData(state, body.StateSha256);
        _wal.AppendSnapshotRecord(in body);
        Drain();
    }

    /// <summary>Stops cleanly.</summary>
    public void Stop()
    {
        SaveSnapshot();
        _wal!.CompleteAndSeal();
        Drain();
        Kill();
    }

    /// <summary>The process ends; what was written stays as it is.</summary>
    public void Kill()
    {
        AwaitSync();
        _acknowledged = Acknowledged;
        _wal?.Dispose();
        _lock?.Dispose();
        (_wal, _lock) = (null, null);
    }

    /// <inheritdoc/>
    public void Dispose() => Kill();

    private void AwaitSync()
    {
        while (Volatile.Read(ref _syncsEnded) < _syncsBegun)
            Thread.Yield();
    }

    private void OnCall(StorageCall call, string path)
    {
        if (Environment.CurrentManagedThreadId == _thread)
            AwaitSync();
        if (call is StorageCall.Create or StorageCall.Rename or StorageCall.Delete or StorageCall.SyncDirectory
            or StorageCall.Write or StorageCall.Truncate or StorageCall.SyncData or StorageCall.Lock)
        {
            BeforeChange?.Invoke(call);
        }
    }

    private void OnCallEnded(StorageCall call, string path)
    {
        if (call == StorageCall.SyncData && Environment.CurrentManagedThreadId != _thread)
            Interlocked.Increment(ref _syncsEnded);
    }

    private WalOptions Options() => new()
    {
        Directory = SampleStore.Directory,
        SegmentBytes = _shape.SegmentBytes,
        Policy = _shape.Policy,
        EngineVersion = EngineVersion.Current,
        Host = "certificate",
    };

    private SnapshotInfo InfoOf(MarkedPosition position, byte[] state) => new()
    {
        StoreId = _start!.StoreId,
        Epoch = _start.Epoch,
        Sequence = position.Sequence,
        Segment = position.SegmentNumber,
        Offset = position.Offset,
        RecordCrc = position.RecordCrc,
        EngineVersion = EngineVersion.Current,
        CreatedNs = _clock.WallNs,
        StateSha256 = SnapshotFile.Sha256Of(state),
    };
}
