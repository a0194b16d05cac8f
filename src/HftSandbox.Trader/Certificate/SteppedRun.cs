using HftSandbox.Adapters;
using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Agents;
using HftSandbox.Trader.Commands;
using HftSandbox.Trader.Recovery;
using Microsoft.Extensions.Logging.Abstractions;

namespace HftSandbox.Trader.Certificate;

/// <summary>A run with the pipeline's own parts, from recovery on, but on one thread and with a clock that goes by
/// steps: the same calls to the storage every time.</summary>
internal sealed class SteppedRun : IDisposable
{
    private const int InputsPerStep = 4;
    private const int RingBytes = 1 << 20;
    private const long StepNs = 1_000_000;

    private const long LongNs = 200_000_000;

    private readonly StepClock _clock = new();
    private readonly SyncGate? _gate;
    private readonly StoreSession _store;
    private readonly IFeed _feed;
    private readonly RecordRing _outbound;
    private readonly FeedAgent _feedAgent;
    private readonly EngineAgent _engineAgent;
    private readonly SnapshotAgent _snapshots;
    private ulong _awaited;

    /// <summary>Recovers a store and wires the run; the first segment is there then.</summary>
    /// <param name="storage">The disk.</param>
    /// <param name="options">What to record; the sim, without pacing. Under an interval, one that never passes by
    /// itself.</param>
    /// <param name="gate">Where the syncs of an interval pass; the other policies need none.</param>
    /// <exception cref="StorageException">A call failed.</exception>
    public SteppedRun(IStorage storage, RecordOptions options, SyncGate? gate = null)
    {
        var logger = NullLogger.Instance;
        var config = SampleRecorder.BuiltIn();
        _gate = options.Durability.Kind == DurabilityKind.Interval ? gate : null;
        _store = StoreSession.Open(storage, options, logger);
        try
        {
            var plan = RunPlan.Create(_store, RunPlan.SourceOf(options), options, config);
            _feed = plan.OpenFeed(_store.Engine, logger);
            var inbound = new SlotRing<InputEvent>(InputsPerStep);
            _feedAgent = new FeedAgent(_feed, inbound.Writer, plan.Speed);
            _outbound = new RecordRing(RingBytes, options.Wait);
            Wal = _store.OpenWriter(_outbound.Reader, options, _clock);
            _snapshots = new SnapshotAgent(_store, Wal, _outbound.Writer, options, _clock, logger);
            _engineAgent = new EngineAgent(
                _store.Engine, _outbound.Writer, _store.Rebuilt.Completion, plan, inbound.Reader, _feedAgent,
                _snapshots, Wal, _clock);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The log's writer.</summary>
    public WalWriter Wal { get; }

    /// <summary>Whether the engine was told that the log failed.</summary>
    public bool IsRingClosed => _outbound.IsClosed;

    /// <summary>The last event that was recovered or derived.</summary>
    public ulong LastSequence => _store.Engine.LastSequence;

    /// <summary>Whether the next step takes a snapshot: the writer then works twice in it.</summary>
    public bool IsSnapshotDue => _snapshots.Wanted;

    /// <summary>One duty cycle of every agent, in the order of the flow.</summary>
    /// <exception cref="StorageException">A call failed.</exception>
    public void Step()
    {
        _clock.MonotonicNs += StepNs;
        _feedAgent.DoWork(_clock.MonotonicNs);
        _engineAgent.DoWork(_clock.MonotonicNs);
        StepBehindEngine();
    }

    /// <summary>Makes everything durable that was written, the next time that the writer works; under an interval that
    /// happens beside its next write.</summary>
    public void RequestSync()
    {
        if (Wal.AppendedSequence == Wal.DurableSequence)
            return;
        _awaited = Wal.AppendedSequence;
        _gate?.Expect();
        Wal.RequestDurable(_awaited);
    }

    /// <summary>Lets so much time pass that a sync is recorded alone.</summary>
    /// <exception cref="StorageException">A call failed.</exception>
    public void Idle()
    {
        _clock.MonotonicNs += LongNs;
        // First whatever waits to be written, then, with nothing left to write, the sync.
        StepBehindEngine();
        StepBehindEngine();
    }

    /// <summary>The clean stop, as the pipeline does it.</summary>
    /// <exception cref="StorageException">A call failed.</exception>
    public void Stop()
    {
        _engineAgent.RequestStop(StopReason.Signal);
        while (!_engineAgent.Stopped)
            Step();
        while (Wal.AppendedSequence < _store.Engine.LastSequence)
            StepBehindEngine();
        RequestSync();
        while (Wal.DurableSequence < _store.Engine.LastSequence || !_snapshots.Idle)
            StepBehindEngine();
        Wal.CompleteAndSeal();
        while (!Wal.IsSealed)
            StepBehindEngine();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Wal?.Dispose();
        _feed?.Dispose();
        _store.Dispose();
    }

    private void StepBehindEngine()
    {
        Wal.DoWork(_clock.MonotonicNs);
        _gate?.Pass();
        while (Wal.DurableSequence < _awaited)
            Wal.DoWork(_clock.MonotonicNs);
        _snapshots.DoWork(_clock.MonotonicNs);
    }

    private sealed class StepClock : IClock
    {
        public long WallNs => MonotonicNs;

        public long MonotonicNs { get; set; }
    }
}
