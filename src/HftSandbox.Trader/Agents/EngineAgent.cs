using System.Runtime.InteropServices;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Agents;

/// <summary>The engine's thread: takes inputs in a fixed order (stop, configuration, feed), one at a time. Whatever it
/// has not taken never happened.</summary>
internal sealed class EngineAgent : IAgent
{
    private readonly TradingEngine _engine;
    private readonly SlotRingReader<InputEvent> _inputs;
    private readonly FeedAgent _feed;
    private readonly SnapshotAgent _snapshots;
    private readonly WalWriter _wal;
    private readonly RecordRingWriter _ring;
    private readonly ReadOnlyMemory<byte> _completion;
    private readonly RunPlan _plan;
    private readonly IClock _clock;
    private ulong _ticks;
    private RunConfiguration? _newConfiguration;
    private int _stopRequested;
    private volatile bool _stopped;
    private bool _begun;
    private bool _runStopped;

    /// <summary>Wires the engine to its inputs.</summary>
    /// <param name="engine">Recovered; it is attached to the ring by the first duty cycle.</param>
    /// <param name="ring">The engine's end of the outbound ring.</param>
    /// <param name="completion">The records that the log lacks of its last input's derived set.</param>
    /// <param name="plan">The run that begins.</param>
    /// <param name="inputs">Consumer end of the feed's ring.</param>
    /// <param name="feed">The feed, for its end.</param>
    /// <param name="snapshots">Where copies of the state go.</param>
    /// <param name="wal">The log, for the room that is left on the disk.</param>
    /// <param name="clock">Stamps RunStarted.</param>
    public EngineAgent(
        TradingEngine engine,
        RecordRingWriter ring,
        ReadOnlyMemory<byte> completion,
        RunPlan plan,
        SlotRingReader<InputEvent> inputs,
        FeedAgent feed,
        SnapshotAgent snapshots,
        WalWriter wal,
        IClock clock)
    {
        _engine = engine;
        _ring = ring;
        _completion = completion;
        _plan = plan;
        _inputs = inputs;
        _feed = feed;
        _snapshots = snapshots;
        _wal = wal;
        _clock = clock;
    }

    /// <inheritdoc/>
    public string Name => "engine";

    /// <summary>Whether RunStopped is in the ring and the final state is with the snapshot agent. Any thread.</summary>
    public bool Stopped => _stopped;

    /// <summary>Bytes allocated by the engine's thread while it took inputs from the ring. Read it after the
    /// stop.</summary>
    public long AllocatedBytes { get; private set; }

    private bool IsStopRequested => Volatile.Read(ref _stopRequested) != (int)StopReason.None;

    /// <summary>Asks for a clean stop before the next input; the first reason wins. Any thread.</summary>
    /// <param name="reason">Why.</param>
    public void RequestStop(StopReason reason) =>
        Interlocked.CompareExchange(ref _stopRequested, (int)reason, (int)StopReason.None);

    /// <summary>Hands over a changed configuration; it takes effect before the next input. Any thread.</summary>
    /// <param name="configuration">Valid, with the same registry.</param>
    public void Reconfigure(RunConfiguration configuration) => Volatile.Write(ref _newConfiguration, configuration);

    /// <inheritdoc/>
    public int DoWork(long nowNs)
    {
        if (_stopped)
            return 0;

        if (!_begun)
            Begin();

        if (_wal.IsLowOnSpace && !IsStopRequested)
            StopTrading();

        if (_runStopped || IsStopRequested)
            return Stop();

        if (Interlocked.Exchange(ref _newConfiguration, null) is { } configuration)
            Apply(EventKind.Config, PipelineInput.Config(configuration));

        if (_snapshots.Wanted)
            _snapshots.Take(_engine);

        // The order matters: what the feed gave before it ended is in the ring once it says so.
        var ended = _feed.Ended;
        var taken = TakeInputs();
        if (taken == 0 && ended != StopReason.None)
            RequestStop(ended);

        return taken;
    }

    // On the engine's thread and with the log's already running: a completed set may be longer than the ring.
    private void Begin()
    {
        CompleteLastSet(_completion.Span);
        _engine.Output = _ring;
        var payload = PipelineInput.RunStarted(_plan.Configuration, _plan.Mode, _clock.WallNs);
        var header = PipelineInput.HeaderOf(EventKind.RunStarted, payload.Length, _plan.StartTimeNs);
        _engine.OnInput(in header, payload);
        _begun = true;
    }

    private void CompleteLastSet(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            var length = (int)MemoryMarshal.AsRef<RecordHeader>(records).TotalLength;
            records[..length].CopyTo(_ring.Claim(length));
            records = records[length..];
        }

        _ring.Commit();
    }

    private int TakeInputs()
    {
        var inputs = _inputs.Available();
        if (!inputs.IsEmpty && inputs[0].Header.Kind == EventKind.Config)
            return TakeConfiguration(inputs[0].Header);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var taken = 0;
        while (taken < inputs.Length && inputs[taken].Header.Kind != EventKind.Config && !IsStopRequested)
        {
            ref var input = ref inputs[taken++];
            _engine.OnInput(in input.Header, input.Payload);
            _ticks++;
            if (_plan.CountMax != 0 && (_plan.CountTicks ? _ticks : _engine.Run.OrderIntents) >= _plan.CountMax)
                RequestStop(StopReason.OrderCount);
        }

        if (taken > 0)
            _inputs.Release(taken);

        AllocatedBytes += GC.GetAllocatedBytesForCurrentThread() - before;
        return taken;
    }

    // Its slot is the mark of its place in the order; the configuration itself crosses beside the ring.
    private int TakeConfiguration(RecordHeader mark)
    {
        var payload = PipelineInput.Config(_plan.Configurations.Take());
        _inputs.Release(1);
        _engine.OnInput(mark with { PayloadLength = (uint)payload.Length }, payload);
        return 1;
    }

    // Orders first: the kill switch denies new ones and cancels those that rest. Then the run ends while it still can,
    // and leaves what was in force before, because the next one may go on with that.
    private void StopTrading()
    {
        var configuration = _engine.Configuration!;
        var killed = configuration with { Risk = configuration.Risk with { KillSwitch = true } };
        Apply(EventKind.Config, PipelineInput.Config(killed));
        Apply(EventKind.Config, PipelineInput.Config(configuration));
        RequestStop(StopReason.NoSpace);
    }

    private int Stop()
    {
        if (!_runStopped)
        {
            Apply(EventKind.RunStopped, PipelineInput.RunStopped((StopReason)_stopRequested));
            _runStopped = true;
        }

        if (_snapshots.Idle)
        {
            _snapshots.Take(_engine);
            _stopped = true;
        }

        return 1;
    }

    private void Apply(EventKind kind, byte[] payload)
    {
        var header = PipelineInput.HeaderOf(kind, payload.Length, _engine.NowNs);
        _engine.OnInput(in header, payload);
    }
}
