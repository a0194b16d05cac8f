using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;
using HftSandbox.Tests.Runtime.Agents;

namespace HftSandbox.Tests.Runtime.Wal;

/// <summary>A writer on a directory, real unless asked otherwise, whose duty cycles the test runs itself, and an engine
/// that puts groups into its ring.</summary>
public sealed class WriterBench : IDisposable
{
    public static readonly Id16 StoreId = new(0x1111, 0x2222);

    private readonly TempDirectory _directory = new();
    private ulong _lastSequence;
    private WalWriter? _writer;

    public WriterBench(params StorageFault[] faults)
        : this(new PosixStorage(), faults)
    {
    }

    public WriterBench(IStorage storage, params StorageFault[] faults)
    {
        Storage = new FaultyStorage(storage, faults);
        storage.CreateDirectory(Path);
    }

    public FaultyStorage Storage { get; }

    public ManualClock Clock { get; } = new();

    public RecordRing Ring { get; private set; } = new(1 << 20, WaitMode.Park);

    public string Path => _directory.Path;

    public ulong LastSequence => _lastSequence;

    public WalWriter Writer => _writer ?? throw new InvalidOperationException("not open");

    public void Dispose()
    {
        _writer?.Dispose();
        _directory.Dispose();
    }

    public WalWriter Open(DurabilityPolicy policy, long segmentBytes = 1 << 20, WalStart? start = null)
    {
        _writer?.Dispose();
        Ring = new RecordRing(1 << 20, WaitMode.Park);
        _lastSequence = start?.LastSequence ?? 0;
        _writer = new WalWriter(Storage, Clock, new WalOptions
        {
            Directory = Path,
            SegmentBytes = segmentBytes,
            Policy = policy,
            EngineVersion = "1.2.3",
            Host = "bench",
        }, Ring.Reader, start ?? WalStart.NewStore(StoreId));
        return _writer;
    }

    /// <summary>Puts one input and what derives from it into the ring.</summary>
    public void Put(int derived = 0, int payloadLength = 40, bool commit = true)
    {
        var cause = _lastSequence + 1;
        PutRecord(EventKind.Quote, RecordFlags.Input | RecordFlags.LastOfMessage, cause, payloadLength);
        for (var i = 0; i < derived; i++)
            PutRecord(EventKind.OrderState, RecordFlags.Derived, cause, payloadLength);
        if (commit)
            Ring.Writer.Commit();
    }

    /// <summary>Runs duty cycles until there is nothing to do.</summary>
    public void Drain()
    {
        while (Writer.DoWork(Clock.MonotonicNs) > 0)
        {
        }
    }

    /// <summary>Runs duty cycles, with time passing, until something holds or the writer throws.</summary>
    public void RunUntil(Func<bool> condition, long stepNs = 1_000_000)
    {
        while (!condition())
        {
            Clock.Advance(stepNs);
            Writer.DoWork(Clock.MonotonicNs);
            Thread.Yield();
        }
    }

    public void Seal()
    {
        Writer.CompleteAndSeal();
        RunUntil(() => Writer.IsSealed);
    }

    private void PutRecord(EventKind kind, RecordFlags flags, ulong cause, int payloadLength)
    {
        var record = Ring.Writer.Claim((int)RecordHeader.TotalLengthOf((uint)payloadLength));
        record.Fill(0xEE);
        _lastSequence++;
        RecordHeader.At(record) = new RecordHeader
        {
            TotalLength = (uint)record.Length,
            PayloadLength = (uint)payloadLength,
            Kind = kind,
            Version = 1,
            Flags = flags,
            Source = SourceId.Sim,
            Sequence = _lastSequence,
            EventTimeNs = 5,
            ReceiveTimeNs = 1_000 + (long)_lastSequence,
            InstrumentId = 3,
            CauseSequence = cause,
            FeedPosition = (uint)_lastSequence,
        };
        for (var i = 0; i < payloadLength; i++)
            record[RecordHeader.SizeBytes + i] = (byte)(_lastSequence + (ulong)i);
    }
}
