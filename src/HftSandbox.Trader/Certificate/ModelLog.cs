using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>A log on a simulated disk, and the list that it must agree with. Every operation says what does not hold;
/// null when everything does. One thread.</summary>
internal sealed class ModelLog : IDisposable
{
    private const string Directory = SampleStore.Directory;
    private const int SegmentBytes = 11 << 10;
    private const int RingBytes = 64 << 10;
    private const int PayloadMax = 300;

    private static readonly DurabilityPolicy[] Policies =
        [DurabilityPolicy.None, DurabilityPolicy.Batch, DurabilityPolicy.Every];

    private readonly Func<IStorage, IStorage> _decorate;
    private readonly DurabilityPolicy _policy;
    private readonly List<byte[]> _events = [];
    private readonly StepClock _clock = new();
    private readonly StringBuilder _history = new();
    private SimulatedDisk _disk = new();
    private IStorage _storage;
    private RecordRing _ring = new(RingBytes, WaitMode.Yield);
    private WalWriter? _wal;
    private Id16 _storeId;
    private uint _epoch;
    private ulong _random;
    private ulong _acknowledged;

    /// <summary>A new disk.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="decorate">Wraps the disk.</param>
    public ModelLog(ulong seed, Func<IStorage, IStorage> decorate)
    {
        _random = seed;
        _decorate = decorate;
        _policy = Policies[Below(Policies.Length)];
        _disk.CreateDirectory(Directory);
        _storage = decorate(_disk);
    }

    private ulong Last => (ulong)_events.Count;

    private WalWriter Wal => _wal ?? throw new InvalidOperationException("not open");

    /// <summary>A random number.</summary>
    /// <param name="bound">It is less.</param>
    public int Below(int bound)
    {
        // SplitMix64 (Steele, Lea, Flood 2014).
        var mixed = _random += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed ^ (mixed >> 31)) % (ulong)bound);
    }

    /// <summary>Recovers what is on the disk and opens a writer behind it.</summary>
    public string? Open()
    {
        var found = StoreRecovery.Examine(_storage, Directory);
        if (found.Refusal is not null)
            return found.Refusal;
        if (found.LastSequence < _acknowledged || found.LastSequence > Last)
            return $"{found.LastSequence} is the last event found, {_acknowledged} was acknowledged, {Last} written";
        _events.RemoveRange((int)found.LastSequence, (int)(Last - found.LastSequence));
        if (Problem(found, 1) is { } problem)
            return problem;
        var start = StoreRecovery.Heal(_storage, found);
        if (start.Epoch <= _epoch)
            return $"epoch {start.Epoch} comes behind {_epoch}";
        using (var @lock = StoreLock.TryAcquire(_storage, Directory, SegmentName.DefaultPrefix)!)
            @lock.WriteStoreId(start.StoreId);
        (_storeId, _epoch, _acknowledged) = (start.StoreId, start.Epoch, start.DurableSequence);
        _ring = new RecordRing(RingBytes, WaitMode.Yield);
        var options = new WalOptions
        {
            Directory = Directory,
            SegmentBytes = SegmentBytes,
            Policy = _policy,
            EngineVersion = "certificate",
            Host = "certificate",
            LowWaterBytes = 0,
        };
        _wal = new WalWriter(_storage, _clock, options, _ring.Reader, start);
        return null;
    }

    /// <summary>One to four groups, each an input and what was derived from it.</summary>
    public string? Append()
    {
        Note('a');
        for (var groups = Below(4); groups >= 0; groups--)
        {
            var cause = Last + 1;
            Put(EventKind.Quote, RecordFlags.Input | RecordFlags.LastOfMessage, cause);
            for (var derived = Below(5); derived > 0; derived--)
                Put(EventKind.OrderState, RecordFlags.Derived, cause);
            _ring.Writer.Commit();
        }

        return Drain();
    }

    /// <summary>Everything is made durable.</summary>
    public string? Sync()
    {
        Note('s');
        Wal.RequestDurable(Last);
        if (Drain() is { } problem)
            return problem;
        return Wal.DurableSequence == Last ? null : $"{Wal.DurableSequence} is durable, {Last} was asked for";
    }

    /// <summary>A snapshot at the end.</summary>
    public string? Snapshot()
    {
        Note('n');
        if (Last == 0)
            return null;
        if (Sync() is { } problem)
            return problem;
        _ring.Writer.Mark();
        Drain();
        var place = Wal.MarkedPosition!;
        var state = Encoding.ASCII.GetBytes(Last.ToString(CultureInfo.InvariantCulture));
        Snapshots().Save(
            new SnapshotInfo
            {
                StoreId = _storeId,
                Epoch = _epoch,
                Sequence = place.Sequence,
                Segment = place.SegmentNumber,
                Offset = place.Offset,
                RecordCrc = place.RecordCrc,
                EngineVersion = "certificate",
                CreatedNs = 0,
                StateSha256 = SnapshotFile.Sha256Of(state),
            },
            state);
        var body = new SnapshotBody { Sequence = place.Sequence, Name = Text64.From(SnapshotStore.DefaultName) };
        SHA256.HashData(state, body.StateSha256);
        Wal.AppendSnapshotRecord(in body);
        return Drain();
    }

    /// <summary>As many old segments as may go.</summary>
    public string? Retire()
    {
        Note('r');
        var retention = new Retention(
            _storage, Directory, SegmentName.DefaultPrefix, _storeId, new RetentionLimit(1, 0));
        if (retention.Plan(Snapshots().Find(), 0) is not { } retirement)
            return null;
        Wal.AppendRetireRecord(in retirement);
        if (Drain() is { } problem)
            return problem;
        if (Wal.FirstKeptSegment != retirement.FirstKeptSegment)
            return "the Retire record is not durable";
        retention.Delete(in retirement);
        return null;
    }

    /// <summary>The log from some event on, as a reader of a log that is being written sees it.</summary>
    public string? ReadTail()
    {
        Note('t');
        var found = StoreRecovery.Examine(_storage, Directory);
        if (found.Refusal is { } refusal)
            return refusal;
        return found.LastSequence == Last
            ? Problem(found, (ulong)Below((int)Last + 1) + 1)
            : $"a reader sees {found.LastSequence}, {Last} was written";
    }

    /// <summary>A clean stop, and the next start.</summary>
    public string? Stop()
    {
        Note('c');
        Wal.CompleteAndSeal();
        while (!Wal.IsSealed)
            Wal.DoWork(_clock.MonotonicNs);
        _acknowledged = Last;
        Wal.Dispose();
        return Open();
    }

    /// <summary>The process dies: what it wrote stays in the cache. And the next start.</summary>
    public string? Die()
    {
        Note('k');
        Wal.Dispose();
        return Open();
    }

    /// <summary>The power goes, and the next start.</summary>
    public string? LosePower()
    {
        Note('p');
        Wal.Dispose();
        _disk = new SimulatedDisk(_disk.Crash(CrashChoice.Drawn((ulong)Below(int.MaxValue))));
        _storage = _decorate(_disk);
        return Open();
    }

    /// <inheritdoc/>
    public void Dispose() => _wal?.Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"{_policy}, {_history}";

    private void Note(char operation) => _history.Append(operation);

    private SnapshotStore Snapshots() => new(_storage, Path.Join(Directory, SnapshotStore.DefaultName));

    private string? Drain()
    {
        do
        {
            _clock.MonotonicNs++;
        }
        while (Wal.DoWork(_clock.MonotonicNs) > 0);

        if (Wal.AppendedSequence != Last)
            return $"{Wal.AppendedSequence} is appended, {Last} was put into the ring";
        if (Wal.DurableSequence < _acknowledged || Wal.DurableSequence > Last)
            return $"{Wal.DurableSequence} is durable behind {_acknowledged}, {Last} was written";
        _acknowledged = Wal.DurableSequence;
        return null;
    }

    private void Put(EventKind kind, RecordFlags flags, ulong cause)
    {
        var payloadLength = Below(PayloadMax);
        var record = _ring.Writer.Claim((int)RecordHeader.TotalLengthOf((uint)payloadLength));
        record.Clear();
        RecordHeader.At(record) = new RecordHeader
        {
            TotalLength = (uint)record.Length,
            PayloadLength = (uint)payloadLength,
            Kind = kind,
            Version = 1,
            Flags = flags,
            Source = SourceId.Sim,
            Sequence = Last + 1,
            ReceiveTimeNs = (long)Last + 1,
            CauseSequence = cause,
        };
        record.Slice(RecordHeader.SizeBytes, payloadLength).Fill((byte)Below(256));
        _events.Add(CompletionCheck.WithoutCrcs(record));
    }

    private string? Problem(StoreExamination found, ulong from)
    {
        from = Math.Max(from, found.LastMissing + 1);
        using var log = new WalReader(_storage, found.Segments, from);
        for (; log.MoveNext(); from++)
        {
            var read = CompletionCheck.WithoutCrcs(log.Record);
            if (log.Header.Sequence != from || !read.AsSpan().SequenceEqual(_events[(int)from - 1]))
                return $"event {from} is read as another one";
        }

        return from == Last + 1 ? null : $"the log ends before event {from}, {Last} was written";
    }

    private sealed class StepClock : IClock
    {
        public long WallNs => MonotonicNs;

        public long MonotonicNs { get; set; }
    }
}
