using HftSandbox.Adapters;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Agents;
using HftSandbox.Trader.Commands;
using HftSandbox.Trader.Config;
using HftSandbox.Trader.Recovery;
using Microsoft.Extensions.Logging;

namespace HftSandbox.Trader;

/// <summary>The map of threads: who is started, what lies between them, and how it ends.
/// <code>
///  feed ─► inbound ring ─► engine ─► outbound ring ─► wal ─► segments
///                             └► copies of the state ─► snapshot ─► positions.json
/// </code></summary>
internal sealed class Pipeline : IDisposable
{
    private const int PollMs = 25;

    private readonly SystemClock _clock = new();
    private readonly ILogger _logger;
    private readonly RunConfiguration _configuration;
    private readonly RecordOptions _options;
    private readonly TradingEngine _engine;
    private readonly RecordRing _outbound;
    private readonly WalWriter _wal;
    private readonly IFeed _feed;
    private readonly EngineAgent _engineAgent;
    private readonly SnapshotAgent _snapshots;
    private readonly AgentRunner[] _threads;
    private readonly ManualResetEventSlim _faulted = new(initialState: false, spinCount: 0);
    private Exception? _fault;

    /// <summary>Wires everything; no thread runs yet.</summary>
    /// <param name="store">Locked and recovered: its engine stands at the log's end. Not disposed here.</param>
    /// <param name="plan">What the run is made of.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="logger">Diagnostics.</param>
    /// <exception cref="CaptureException">The source could not be opened.</exception>
    /// <exception cref="StorageException">A file system call failed.</exception>
    public Pipeline(StoreSession store, RunPlan plan, RecordOptions options, ILogger logger)
    {
        _logger = logger;
        _options = options;
        _engine = store.Engine;
        _configuration = plan.Configuration;

        // 1. The feed, where the store's last run left it, and its inbound ring.
        _feed = plan.OpenFeed(_engine, logger);
        var inbound = new SlotRing<InputEvent>(Limits.InboundSlots);
        var feedAgent = new FeedAgent(_feed, inbound.Writer, plan.Speed);

        // 2. The outbound ring and, behind it, the log: a new segment behind the valid end.
        _outbound = new RecordRing(Limits.OutboundRingBytes, options.Wait);
        _wal = store.OpenWriter(_outbound.Reader, options, _clock);

        // 3. The snapshots of the engine's state, and the engine. It first completes the last input's derived set, if
        //    the crash cut it short, and begins the run.
        _snapshots = new SnapshotAgent(store, _wal, _outbound.Writer, options, _clock, logger);
        _engineAgent = new EngineAgent(
            _engine, _outbound.Writer, store.Rebuilt.Completion, plan, inbound.Reader, feedAgent, _snapshots,
            _wal, _clock);

        // 4. Threads: feed and engine share one unless asked otherwise, the log and the snapshots have their own.
        IAgent[][] threads = options.Dedicated
            ? [[feedAgent], [_engineAgent], [_wal], [_snapshots]]
            : [[feedAgent, _engineAgent], [_wal], [_snapshots]];
        _threads = [.. threads.Select(agents => new AgentRunner(agents, _clock, options.Wait, OnFault))];
    }

    /// <summary>How far the run is. Any thread; each figure is true when it is read, the durable one first.</summary>
    public PipelineProgress Progress
    {
        get
        {
            var durable = _wal.DurableSequence;
            var appended = _wal.AppendedSequence;
            return new PipelineProgress(_outbound.PublishedSequence, appended, durable, _engine.Run.OrderIntents);
        }
    }

    /// <summary>What the run did; null before it ended.</summary>
    public RunResult? Result { get; private set; }

    /// <summary>Asks for a clean stop before the next input. Any thread.</summary>
    /// <param name="reason">Why.</param>
    public void RequestStop(StopReason reason) => _engineAgent.RequestStop(reason);

    /// <summary>Puts a changed configuration into effect before the next input, as an event. Any thread.</summary>
    /// <param name="config">Valid.</param>
    /// <returns>Why it is refused; empty when it is taken.</returns>
    public IReadOnlyList<string> Reconfigure(TraderConfig config)
    {
        var changed = RunPlan.Changed(_configuration, config, _options);
        var refusals = RunPlan.RegistryChanges(_configuration, changed);
        if (refusals.Count == 0)
            _engineAgent.Reconfigure(changed);

        return refusals;
    }

    /// <summary>Runs to the end of the source, to a limit, to a requested stop or to a failure. Blocks.</summary>
    public void Run()
    {
        var startNs = _clock.MonotonicNs;
        var collections = GC.CollectionCount(0);
        TypeCheckTable.Grow();
        foreach (var thread in _threads)
            thread.Start();

        // The engine says when RunStopped is in the ring; then the log is drained, synced, snapshotted and sealed.
        if (WaitFor(() => _engineAgent.Stopped, _options.ForNs) && WaitForSync() && WaitFor(() => _snapshots.Idle))
        {
            _wal.CompleteAndSeal();
            WaitFor(() => _wal.IsSealed);
        }

        foreach (var thread in _threads)
            thread.Dispose();

        Result = ResultOf(_clock.MonotonicNs - startNs, GC.CollectionCount(0) - collections);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var thread in _threads)
            thread.Dispose();

        _feed.Dispose();
        _wal.Dispose();
        _faulted.Dispose();
    }

    private bool WaitForSync()
    {
        _wal.RequestDurable(_engine.LastSequence);
        return WaitFor(() => _wal.DurableSequence >= _engine.LastSequence);
    }

    // Polls: whoever is waited for has no reason to know that somebody waits.
    private bool WaitFor(Func<bool> condition, long stopAfterNs = 0)
    {
        var startNs = _clock.MonotonicNs;
        while (!condition())
        {
            if (_faulted.Wait(PollMs))
                return false;

            if (stopAfterNs > 0 && _clock.MonotonicNs - startNs >= stopAfterNs)
                RequestStop(StopReason.Duration);
        }

        return true;
    }

    private void OnFault(IAgent agent, Exception fault)
    {
        // A closed ring is how the engine learns that the log failed: the log's own fault is the one to tell.
        if (fault is not RingClosedException)
        {
            _logger.AgentFailed(agent.Name, fault.Message);
            Interlocked.CompareExchange(ref _fault, fault, null);
            _outbound.Close();
            _faulted.Set();
        }
    }

    private RunResult ResultOf(long elapsedNs, int collections)
    {
        var reason = _engine.LastStop;
        return new RunResult
        {
            ExitCode = _fault is null ? CodeOf(reason) : CodeOf(_fault),
            Failure = _fault?.Message ?? (reason == StopReason.NoSpace ? NoSpace(_options.WalDirectory) : null),
            Reason = reason,
            Totals = _engine.Run,
            LastSequence = _engine.LastSequence,
            DurableSequence = _wal.DurableSequence,
            Digest = _engine.Digest,
            ElapsedNs = elapsedNs,
            GcCollections = collections,
            HotPathAllocatedBytes = _engineAgent.AllocatedBytes,
        };
    }

    private static string NoSpace(string directory) =>
        $"{directory}: the disk is almost full: orders were stopped and canceled, and the run ended cleanly";

    private static ExitCode CodeOf(StopReason reason) => reason switch
    {
        StopReason.BadInput => ExitCode.Read,
        StopReason.NoSpace => ExitCode.Write,
        _ => ExitCode.Ok,
    };

    private static ExitCode CodeOf(Exception fault) => fault switch
    {
        StorageException { IsWrite: true } => ExitCode.Write,
        IOException => ExitCode.Read,
        _ => ExitCode.Unexpected,
    };
}

/// <summary>How far a run is: published in the ring, appended to the file, durable, and the orders so far.</summary>
internal readonly record struct PipelineProgress(ulong Published, ulong Appended, ulong Durable, ulong Orders);
