using System.Buffers;
using HftSandbox.Adapters.Sim;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Trader.Agents;

namespace HftSandbox.Trader.Certificate;

/// <summary>Whatever input boundary a snapshot is taken at, the snapshot and the tail of the log give what the whole
/// log gives: the same events byte for byte, the same state, the same digest.</summary>
internal sealed class SnapshotLayer : ILayer
{
    private const int Runs = 25;
    private const int InputsPerRun = 400;

    private static readonly CaseSpread Spread = new(Runs * InputsPerRun, Small: 100, Medium: 1_500);

    /// <inheritdoc/>
    public string Name => "snapshots";

    /// <inheritdoc/>
    public string Claim =>
        "the snapshot at every input and the tail behind it give the events, state and digest of the run";

    /// <inheritdoc/>
    public long Cases(CertificateSize size) => Spread.Cases(size);

    /// <inheritdoc/>
    public ILayerWorker NewWorker(CertificateSize size) => new Worker(size);

    private sealed class Worker(CertificateSize size) : ILayerWorker
    {
        private EngineRun? _run;

        public CaseOutcome Run(long number)
        {
            var position = Spread.PositionOf(size, number);
            var seed = (ulong)(position / InputsPerRun) + 1;
            if (_run?.Seed != seed)
                _run = new EngineRun(seed, InputsPerRun);
            return _run.Problem((int)(position % InputsPerRun)) is { } problem
                ? CaseOutcome.Failed($"{problem}, seed {seed}")
                : CaseOutcome.Held;
        }
    }

    private sealed class EngineRun
    {
        private readonly List<(RecordHeader Header, byte[] Payload)> _inputs = [];
        private readonly List<(byte[] State, ulong Sequence, int Written)> _boundaries = [];
        private readonly CapturedOutput _output = new();
        private readonly Id16 _digest;

        public EngineRun(ulong seed, int inputs)
        {
            Seed = seed;
            Gather(inputs);
            var engine = new TradingEngine(_output);
            foreach (var (header, payload) in _inputs)
            {
                engine.OnInput(in header, payload);
                _boundaries.Add((StateOf(engine), engine.LastSequence, _output.Written.Length));
            }

            _digest = engine.Digest;
        }

        public ulong Seed { get; }

        public string? Problem(int boundary)
        {
            var (state, sequence, written) = _boundaries[boundary];
            var output = new CapturedOutput();
            var engine = new TradingEngine(output);
            engine.ReadState(state, sequence);
            if (!StateOf(engine).AsSpan().SequenceEqual(state))
                return $"the state behind input {boundary} is restored as another one";
            for (var i = boundary + 1; i < _inputs.Count; i++)
            {
                var (header, payload) = _inputs[i];
                engine.OnInput(in header, payload);
            }

            if (!output.Written.SequenceEqual(_output.Written[written..]))
                return $"the tail behind input {boundary} gives other events";
            if (!StateOf(engine).AsSpan().SequenceEqual(_boundaries[^1].State))
                return $"the tail behind input {boundary} ends in another state";
            return engine.Digest == _digest ? null : $"the tail behind input {boundary} gives another digest";
        }

        private static byte[] StateOf(TradingEngine engine)
        {
            var state = new ArrayBufferWriter<byte>();
            engine.WriteState(state);
            return state.WrittenSpan.ToArray();
        }

        private void Gather(int inputs)
        {
            var config = SampleRecorder.BuiltIn();
            var configuration = config.ToRunConfiguration(
                new SourceIdentity("sim", "", 0), "stub", Seed, config.Strategies);
            var payload = PipelineInput.RunStarted(configuration, RunMode.New, 0);
            _inputs.Add((PipelineInput.HeaderOf(EventKind.RunStarted, payload.Length, 0), payload));
            using var feed = new TickGenerator(configuration.Generator, Seed, configuration.Instruments);
            var slots = new InputEvent[16];
            while (_inputs.Count < inputs)
            {
                var count = Math.Min(feed.Poll(slots), inputs - _inputs.Count);
                for (var i = 0; i < count; i++)
                    _inputs.Add((slots[i].Header, slots[i].Payload.ToArray()));
            }
        }
    }

    private sealed class CapturedOutput : IRecordOutput
    {
        private readonly ArrayBufferWriter<byte> _written = new();
        private byte[] _claimed = new byte[1024];
        private int _length;

        public ReadOnlySpan<byte> Written => _written.WrittenSpan;

        public Span<byte> Claim(int totalLength)
        {
            Keep();
            if (_claimed.Length < totalLength)
                _claimed = new byte[totalLength];
            _claimed.AsSpan(0, totalLength).Clear();
            _length = totalLength;
            return _claimed.AsSpan(0, totalLength);
        }

        public void Commit() => Keep();

        private void Keep()
        {
            _written.Write(_claimed.AsSpan(0, _length));
            _length = 0;
        }
    }
}
