using System.Buffers;
using System.Security.Cryptography;
using HftSandbox.Adapters.Sim;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Agents;
using HftSandbox.Trader.Config;

namespace HftSandbox.Trader.Certificate;

/// <summary>How large a recorded sample is.</summary>
/// <param name="LogBytes">Bytes of all its segments, about.</param>
/// <param name="SegmentBytes">Bytes of a full segment.</param>
internal sealed record SampleShape(int LogBytes, int SegmentBytes);

/// <summary>Records a sample with the real engine, generator, writer and snapshots, on one thread and with a clock that
/// stands still: the same seed gives the same events at the same places. It ends as a crash would leave it: unsealed,
/// with a few groups that nothing witnesses.</summary>
internal sealed class SampleRecorder : IDisposable
{
    private const int GroupInputs = 3;
    private const int GroupsPerSync = 3;
    private const int SnapshotsTaken = 3;
    private const int RingBytes = 1 << 20;

    // A hundred orders are filled and the rest denied: each case reads the snapshots, and filled orders are in their
    // state.
    private static readonly Dictionary<string, string> Few = new() { ["risk.MaxPosition"] = "1000" };
    private static readonly StillClock Clock = new();

    private readonly MemoryStorage _disk = new();
    private readonly ArrayBufferWriter<byte> _state = new();
    private readonly InputEvent[] _inputs = new InputEvent[GroupInputs];
    private readonly RecordRing _ring = new(RingBytes, WaitMode.Yield);
    private readonly RunConfiguration _configuration;
    private readonly WalStart _start;
    private readonly SnapshotStore _snapshots;
    private readonly WalWriter _wal;
    private readonly TradingEngine _engine;
    private readonly TickGenerator _feed;

    private SampleRecorder(SampleShape shape, ulong seed)
    {
        var config = Load(Few);
        _configuration = config.ToRunConfiguration(
            new SourceIdentity("sim", "", 0), "stub", seed, config.Strategies);
        _start = WalStart.NewStore(new Id16(seed, (ulong)shape.LogBytes));
        _disk.CreateDirectory(SampleStore.Directory);
        _disk.Put(
            Path.Join(SampleStore.Directory, SegmentName.Lock(SegmentName.DefaultPrefix)),
            System.Text.Encoding.ASCII.GetBytes($"{_start.StoreId}\n"));
        _snapshots = new SnapshotStore(_disk, Path.Join(SampleStore.Directory, SnapshotStore.DefaultName));
        var options = new WalOptions
        {
            Directory = SampleStore.Directory,
            SegmentBytes = shape.SegmentBytes,
            Policy = DurabilityPolicy.None,
            EngineVersion = EngineVersion.Current,
            Host = "certificate",
        };
        _wal = new WalWriter(_disk, Clock, options, _ring.Reader, _start);
        _engine = new TradingEngine(_ring.Writer);
        _feed = new TickGenerator(_configuration.Generator, seed, _configuration.Instruments);
    }

    /// <summary>Records a sample.</summary>
    /// <param name="shape">How large.</param>
    /// <param name="seed">Decides the events.</param>
    public static SampleStore Record(SampleShape shape, ulong seed)
    {
        using var recorder = new SampleRecorder(shape, seed);
        recorder.Run(shape.LogBytes);
        return SampleReader.Of(recorder._disk, $"recorded with seed {seed}");
    }

    /// <summary>The configuration that is in effect when nobody gives one.</summary>
    public static TraderConfig BuiltIn() => Load([]);

    /// <inheritdoc/>
    public void Dispose()
    {
        _wal.Dispose();
        _feed.Dispose();
    }

    private static TraderConfig Load(Dictionary<string, string> settings) =>
        ConfigLoader.Load(null, new Dictionary<string, string>(), settings).Config!;

    private void Run(long logBytes)
    {
        var payload = PipelineInput.RunStarted(_configuration, RunMode.New, Clock.WallNs);
        _engine.OnInput(PipelineInput.HeaderOf(EventKind.RunStarted, payload.Length, 0), payload);
        Write();
        var snapshots = 0;
        for (var groups = 1; LogBytes() < logBytes; groups++)
        {
            TakeGroup();
            if (groups % GroupsPerSync == 0)
                MakeDurable();
            if (snapshots == SnapshotsTaken || LogBytes() * (SnapshotsTaken + 1) <= logBytes * (snapshots + 1))
                continue;
            snapshots++;
            TakeSnapshot();
        }

        // The first of the last groups brings the record of this sync with it; nothing is known of the groups.
        MakeDurable();
        for (var groups = 0; groups < GroupsPerSync; groups++)
            TakeGroup();
    }

    private long LogBytes() => _disk.Paths
        .Where(path => SegmentName.TryParse(Path.GetFileName(path), SegmentName.DefaultPrefix, out _))
        .Sum(path => (long)_disk.BytesOf(path).Length);

    private void TakeGroup()
    {
        var count = _feed.Poll(_inputs);
        for (var i = 0; i < count; i++)
            _engine.OnInput(in _inputs[i].Header, _inputs[i].Payload);
        Write();
    }

    private void MakeDurable()
    {
        _wal.RequestDurable(_engine.LastSequence);
        Write();
    }

    private void Write()
    {
        do
        {
            // Until nothing is left in the ring, nor a mark, nor a snapshot's record.
        }
        while (_wal.DoWork(Clock.MonotonicNs) > 0);
    }

    private void TakeSnapshot()
    {
        MakeDurable();
        _ring.Writer.Mark();
        Write();
        var position = _wal.MarkedPosition!;
        _state.Clear();
        _engine.WriteState(_state);
        _snapshots.Save(InfoOf(position), _state.WrittenSpan);
        var body = new SnapshotBody { Sequence = position.Sequence, Name = Text64.From(SnapshotStore.DefaultName) };
        SHA256.HashData(_state.WrittenSpan, body.StateSha256);
        _wal.AppendSnapshotRecord(in body);
        Write();
    }

    private SnapshotInfo InfoOf(MarkedPosition position) => new()
    {
        StoreId = _start.StoreId,
        Epoch = _start.Epoch,
        Sequence = position.Sequence,
        Segment = position.SegmentNumber,
        Offset = position.Offset,
        RecordCrc = position.RecordCrc,
        EngineVersion = EngineVersion.Current,
        CreatedNs = Clock.WallNs,
        StateSha256 = SnapshotFile.Sha256Of(_state.WrittenSpan),
    };

    private sealed class StillClock : IClock
    {
        public long WallNs => TickGenerator.StartTimeNs;

        public long MonotonicNs => 0;
    }
}
