using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using HftSandbox.Adapters.Sim;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Trader.Agents;

namespace HftSandbox.Trader.Certificate;

/// <summary>An input with everything that the real engine derived from it, and the engine behind it.</summary>
/// <param name="First">Sequence of the input.</param>
/// <param name="Last">Sequence of the last event derived from it; the input itself if there is none.</param>
/// <param name="State">The engine's canonical state behind it.</param>
/// <param name="Digest">The engine's running digest behind it.</param>
/// <param name="Header">The input as it was given.</param>
/// <param name="Payload">Its body.</param>
internal sealed record ScriptGroup(
    ulong First, ulong Last, byte[] State, Id16 Digest, RecordHeader Header, byte[] Payload);

/// <summary>A run of the engine: RunStarted, ticks, RunStopped.</summary>
/// <param name="Ticks">How many ticks.</param>
/// <param name="Stops">Whether RunStopped comes; else it is killed behind its last tick.</param>
internal readonly record struct ScriptRun(int Ticks, bool Stops);

/// <summary>Everything that an engine writes over several runs of one store: the truth that a recovered log is compared
/// with.</summary>
internal sealed class ScriptEvents
{
    private readonly byte[] _records;
    private readonly ImmutableArray<int> _starts;

    private ScriptEvents(Tape tape, IEnumerable<ScriptGroup> groups, IEnumerable<int> runEnds)
    {
        _records = tape.Bytes.ToArray();
        var starts = ImmutableArray.CreateBuilder<int>();
        for (var at = 0; at < _records.Length; at += (int)RecordHeader.At(_records.AsSpan(at)).TotalLength)
            starts.Add(at);
        starts.Add(_records.Length);
        _starts = starts.ToImmutable();
        Groups = [.. groups];
        RunEnds = [.. runEnds];
    }

    /// <summary>The inputs in order.</summary>
    public ImmutableArray<ScriptGroup> Groups { get; }

    /// <summary>For each run the index behind its last group.</summary>
    public ImmutableArray<int> RunEnds { get; }

    /// <summary>Last events behind which a derived set was completed and compared: that depends on nothing else, so it
    /// is done once. Thread-safe.</summary>
    public ConcurrentDictionary<ulong, bool> Completed { get; } = new();

    /// <summary>The last event.</summary>
    public ulong LastSequence => (ulong)_starts.Length - 1;

    /// <summary>An event as the ring holds it.</summary>
    /// <param name="sequence">From 1.</param>
    public ReadOnlySpan<byte> Record(ulong sequence) =>
        _records.AsSpan(_starts[(int)sequence - 1].._starts[(int)sequence]);

    /// <summary>The group that an event belongs to.</summary>
    /// <param name="sequence">From 1.</param>
    public ScriptGroup GroupOf(ulong sequence) => Groups.First(group => sequence <= group.Last);

    /// <summary>Lets the engine run.</summary>
    /// <param name="seed">Decides the market data.</param>
    /// <param name="runs">Its runs.</param>
    public static ScriptEvents Record(ulong seed, params ScriptRun[] runs)
    {
        var config = SampleRecorder.BuiltIn();
        var configuration = config.ToRunConfiguration(
            new SourceIdentity("sim", "", 0), "stub", seed, config.Strategies);
        var tape = new Tape();
        var run = new Recording(new TradingEngine(tape));
        var runEnds = new List<int>();
        using var feed = new TickGenerator(configuration.Generator, seed, configuration.Instruments);
        var inputs = new InputEvent[1];
        foreach (var (ticks, stops) in runs)
        {
            var mode = runEnds.Count == 0 ? RunMode.New : RunMode.Continue;
            var started = PipelineInput.RunStarted(configuration, mode, TickGenerator.StartTimeNs);
            run.Take(PipelineInput.HeaderOf(EventKind.RunStarted, started.Length, run.NowNs), started);
            for (var tick = 0; tick < ticks; tick++)
            {
                feed.Poll(inputs);
                run.Take(inputs[0].Header, inputs[0].Payload.ToArray());
            }

            var stopped = PipelineInput.RunStopped(StopReason.Signal);
            if (stops)
                run.Take(PipelineInput.HeaderOf(EventKind.RunStopped, stopped.Length, run.NowNs), stopped);
            runEnds.Add(run.Groups.Count);
        }

        return new ScriptEvents(tape, run.Groups, runEnds);
    }

    private sealed class Recording(TradingEngine engine)
    {
        private readonly ArrayBufferWriter<byte> _state = new();

        public List<ScriptGroup> Groups { get; } = [];

        public long NowNs => engine.NowNs;

        public void Take(RecordHeader header, byte[] payload)
        {
            var first = engine.LastSequence + 1;
            engine.OnInput(in header, payload);
            _state.Clear();
            engine.WriteState(_state);
            Groups.Add(new ScriptGroup(
                first, engine.LastSequence, _state.WrittenSpan.ToArray(), engine.Digest, header, payload));
        }
    }

    private sealed class Tape : IRecordOutput
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

        // What was claimed stays where it is until the next claim, which is when the engine is done with it.
        public Span<byte> Claim(int totalLength)
        {
            var record = _bytes.GetSpan(totalLength)[..totalLength];
            record.Clear();
            _bytes.Advance(totalLength);
            return record;
        }

        public void Commit()
        {
        }
    }
}
