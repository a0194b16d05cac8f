using System.Security.Cryptography;
using HftSandbox.Core;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Commands;
using HftSandbox.Trader.Recovery;
using Microsoft.Extensions.Logging;

namespace HftSandbox.Trader.Agents;

/// <summary>Writes snapshots: the engine copies its state at an input boundary, and once that boundary is durable in
/// the log the copy goes to its file and a Snapshot record to the log. A snapshot is never ahead of the log. Behind a
/// snapshot, old segments may be retired.</summary>
internal sealed class SnapshotAgent : IAgent
{
    private readonly StoreSession _store;
    private readonly WalWriter _wal;
    private readonly RecordRingWriter _ring;
    private readonly Retention _retention;
    private readonly StateBuffer _buffer = new();
    private readonly long _intervalNs;
    private readonly bool _whileRunning;
    private readonly IClock _clock;
    private readonly ILogger _logger;
    private long _lastNs;
    private int _lastRolls;
    private ulong _sequence;
    private RetireBody _retirement;
    private volatile State _state;

    /// <summary>Wires the snapshots of a run.</summary>
    /// <param name="store">The store they are of.</param>
    /// <param name="wal">The log they rest on.</param>
    /// <param name="ring">The engine's end of the outbound ring: a mark in it finds the position in the log.</param>
    /// <param name="options">How often; under <c>none</c> only at the stop, since nothing is durable before.</param>
    /// <param name="clock">Stamps the files.</param>
    /// <param name="logger">Diagnostics.</param>
    public SnapshotAgent(
        StoreSession store, WalWriter wal, RecordRingWriter ring, RecordOptions options, IClock clock, ILogger logger)
    {
        _store = store;
        _wal = wal;
        _retention = store.Retain(options);
        _ring = ring;
        _intervalNs = options.SnapshotIntervalNs;
        _whileRunning = options.Durability.Kind != DurabilityKind.None;
        _clock = clock;
        _logger = logger;
        _lastNs = clock.MonotonicNs;
    }

    private enum State
    {
        Idle,
        Wanted,
        Taken,
        Retiring,
    }

    /// <inheritdoc/>
    public string Name => "snapshot";

    /// <summary>Whether the engine should copy its state now. Any thread.</summary>
    public bool Wanted => _state == State.Wanted;

    /// <summary>Whether no copy is on its way to its file and nothing is being retired, so that another copy can be
    /// taken. Any thread.</summary>
    public bool Idle => _state is State.Idle or State.Wanted;

    /// <summary>Copies the state. The engine's thread, at an input boundary, only while <see cref="Idle"/>.</summary>
    /// <param name="engine">The engine.</param>
    public void Take(TradingEngine engine)
    {
        _buffer.Clear();
        engine.WriteState(_buffer);
        _sequence = engine.LastSequence;
        _ring.Mark();
        _state = State.Taken;
    }

    /// <inheritdoc/>
    public int DoWork(long nowNs)
    {
        switch (_state)
        {
            case State.Idle when _whileRunning && IsDue(nowNs):
                _lastNs = nowNs;
                _lastRolls = _wal.Rolls;
                _state = State.Wanted;
                return 1;
            case State.Taken when _wal.DurableSequence >= _sequence && _wal.MarkedPosition is { } position
                && position.Sequence == _sequence:
                Save(position);
                _state = BeginRetirement() ? State.Retiring : State.Idle;
                return 1;
            case State.Retiring when _wal.FirstKeptSegment >= _retirement.FirstKeptSegment:
                _logger.SegmentsRetired(_retention.Delete(in _retirement), _retirement.FirstKeptSegment);
                _state = State.Idle;
                return 1;
            default:
                return 0;
        }
    }

    private bool IsDue(long nowNs) => nowNs - _lastNs >= _intervalNs || _wal.Rolls != _lastRolls;

    private void Save(MarkedPosition position)
    {
        var state = _buffer.Written.Span;
        _store.Snapshots.Save(
            new SnapshotInfo
            {
                StoreId = _store.Start.StoreId,
                Epoch = _store.Start.Epoch,
                Sequence = position.Sequence,
                Segment = position.SegmentNumber,
                Offset = position.Offset,
                RecordCrc = position.RecordCrc,
                EngineVersion = EngineVersion.Current,
                CreatedNs = _clock.WallNs,
                StateSha256 = SnapshotFile.Sha256Of(state),
            },
            state);
        var body = new SnapshotBody
        {
            Sequence = position.Sequence,
            Name = Text64.From(Path.GetFileName(_store.Snapshots.Path)),
        };
        SHA256.HashData(state, body.StateSha256);
        _wal.AppendSnapshotRecord(in body);
        _logger.SnapshotSaved(_store.Snapshots.Path, position.Sequence);
    }

    private bool BeginRetirement()
    {
        if (_retention.Plan(_store.Snapshots.Find(), _clock.WallNs) is not { } retirement)
            return false;
        _retirement = retirement;
        _wal.AppendRetireRecord(in retirement);
        return true;
    }
}
