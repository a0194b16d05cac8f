using System.Diagnostics;
using HftSandbox.Core;
using HftSandbox.Events;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Config;
using HftSandbox.Trader.Recovery;

namespace HftSandbox.Trader.Certificate;

/// <summary>Fields of the log, of snapshots and of configurations replaced by values that programs stumble over, with
/// every checksum made good again.</summary>
/// <param name="sample">The store.</param>
/// <param name="bytesMax">Most bytes that a case may allocate; one that replays has room for copies of the state
/// besides.</param>
internal sealed class FuzzLayer(SampleStore sample, long bytesMax = FuzzLayer.UsualBytesMax) : ILayer
{
    private const long UsualBytesMax = 96 << 20;
    private const long FullCases = 1_000_000;
    private const int SmallCases = 6000;
    private const int SecondsMax = 20;
    private const int ReplayedEvery = 64;
    private const int Targets = 7;

    private readonly CaseSpread _spread = CaseSpread.Over(FullCases, SmallCases, sample, FlipLayer.Shape.LogBytes);

    /// <summary>The sample that is recorded for it.</summary>
    public static SampleShape Shape { get; } = new(64 << 10, 24 << 10);

    /// <inheritdoc/>
    public string Name => "fuzz";

    /// <inheritdoc/>
    public string Claim =>
        "odd values under genuine checksums: a coded outcome, bounded time and memory, no other event altered";

    /// <inheritdoc/>
    public long Cases(CertificateSize size) => _spread.Cases(size);

    /// <inheritdoc/>
    public ILayerWorker NewWorker(CertificateSize size) => new Worker(this, sample, size);

    private sealed class Worker(FuzzLayer layer, SampleStore sample, CertificateSize size) : ILayerWorker
    {
        private static readonly Dictionary<string, string> Nothing = [];

        private readonly MemoryStorage _disk = new();
        private readonly LogMutator _log = new(sample);
        private readonly SampleFile[] _snapshots = [.. sample.Files.Where(file => file.IsSnapshot)];
        private readonly byte[] _configuration = Configuration();

        public CaseOutcome Run(long number)
        {
            var position = layer._spread.PositionOf(size, number);
            var random = new Random((int)(position ^ (position >> 31)));
            var target = (int)(position % Targets);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            var problem = target switch
            {
                0 => Log(_log.Header(random), number),
                1 => Log(_log.RecordHeaderFields(random), number),
                2 => Log(_log.Body(random), number),
                3 => Log(_log.Control(random), number),
                4 => Log(_log.Ending(random), number),
                5 when _snapshots.Length > 0 => Snapshot(random, number),
                _ => Configuration(random),
            };
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            var allowed = layer.BytesMax + (IsReplayed(number) ? 2L * Limits.StateBytesMax : 0);
            if (problem is null && allocated > allowed)
                problem = $"{allocated} bytes are allocated, {allowed} are allowed";
            if (problem is null && Stopwatch.GetElapsedTime(started).TotalSeconds > SecondsMax)
                problem = $"it takes more than {SecondsMax} seconds";
            return problem is null ? CaseOutcome.Held : CaseOutcome.Failed(problem);
        }

        private string? Log(LogMutation mutation, long number)
        {
            sample.LayOn(_disk);
            _disk.Put(sample.Segments[mutation.Segment].Path, mutation.Bytes);
            return Examined(mutation, IsReplayed(number));
        }

        // A run of numbers, so that it is no matter of what is mutated.
        private static bool IsReplayed(long number) => number % ReplayedEvery < Targets;

        private string? Examined(LogMutation mutation, bool replays)
        {
            StoreExamination found;
            try
            {
                found = StoreRecovery.Examine(_disk, SampleStore.Directory);
            }
            catch (Exception failure) when (failure is UnsupportedFormatException or StorageException)
            {
                return null;
            }

            var problem = Altered(found, mutation);
            if (problem is null && replays && found.Refusal is null)
                Replay(found);
            return problem;
        }

        // Every other record that is read must be the sample's, at its place.
        private string? Altered(StoreExamination found, LogMutation mutation)
        {
            using var log = new WalReader(_disk, found.Segments, includeControl: true);
            while (log.MoveNext())
            {
                var segment = SegmentAt(log.Segment.Path);
                var index = sample.RecordAt(segment, (int)log.Offset);
                if (index == mutation.Record)
                    continue;
                var record = index < sample.Records.Length ? sample.Records[index] : default;
                if (record.Segment != segment || record.Offset != log.Offset)
                    return $"a record at {log.Segment.Path} offset {log.Offset} that never was";
                var original = sample.Segments[segment].Bytes.Span.Slice(record.Offset, record.Length);
                if (!SalvageCheck.AreSame(log.Record, original))
                    return $"the record at {log.Segment.Path} offset {log.Offset} is another one";
            }

            return null;
        }

        private int SegmentAt(string path)
        {
            for (var i = 0; i < sample.Segments.Length; i++)
            {
                if (sample.Segments[i].Path == path)
                    return i;
            }

            return -1;
        }

        private void Replay(StoreExamination found)
        {
            try
            {
                StoreReplay.Run(_disk, found, new ReplayRequest());
                RebuiltEngine.AtEnd(_disk, found);
            }
            catch (CommandFailure)
            {
                // Diverged, another state, or a payload beyond the bound: coded outcomes.
            }
        }

        private string? Snapshot(Random random, long number)
        {
            var file = _snapshots[random.Next(_snapshots.Length)];
            if (SnapshotFile.Decode(file.Bytes.Span, out var info, out var range) is not null)
                return null;
            var state = file.Bytes.Span[range];
            var inState = random.Next(3) > 0;
            var changed = inState ? TextMutation.Change(random, state) : state.ToArray();
            if (changed.Length == 0)
                changed = [(byte)'0'];
            var sha = SnapshotFile.Sha256Of(changed);
            var bytes = SnapshotFile.Encode(info! with { StateSha256 = sha }, changed).ToArray();
            sample.LayOn(_disk);
            _disk.Put(file.Path, inState ? bytes : Envelope(random, bytes));
            var problem = Examined(new LogMutation(0, -1, []), replays: false);
            if (problem is null && inState && number % 8 == 0)
                ReadState(changed, info!.Sequence);
            return problem;
        }

        private static void ReadState(byte[] state, ulong sequence)
        {
            try
            {
                new TradingEngine(new NoOutput()).ReadState(state, sequence);
            }
            catch (InvalidDataException)
            {
                // As documented: not a state.
            }
        }

        // The CRC covers everything behind the comma that follows it.
        private static byte[] Envelope(Random random, byte[] bytes)
        {
            var comma = Array.IndexOf(bytes, (byte)',') + 1;
            var covered = TextMutation.Change(random, bytes.AsSpan(comma));
            return [.. "{\"crc32c\":"u8, .. System.Text.Encoding.ASCII.GetBytes($"{Crc32C.Of(covered)},"), .. covered];
        }

        private string? Configuration(Random random)
        {
            var json = _configuration;
            for (var changes = random.Next(1, 4); changes > 0 && json.Length > 0; changes--)
                json = TextMutation.Change(random, json);
            var result = ConfigLoader.Parse("fuzz.json", json, Nothing, Nothing);
            return result.Config is null && !result.Problems.Any(problem => problem.IsError)
                ? "a configuration is refused without saying why"
                : null;
        }

        private static byte[] Configuration()
        {
            const string Document =
                """
                { "registry": { "venues": [{ "name": "SIM" }], "symbols": [{ "name": "TEST-USD", "venue": "SIM",
                  "scale": { "PriceScale": 8, "QuantityScale": 8, "NotionalScale": 8, "FeeScale": 8 } }] },
                  "risk": { "KillSwitch": false, "MaxOrderQty": 1000, "MaxOrderNotional": 1000000, "MaxPosition": 5000,
                  "orderRateLimit": 5, "orderRateWindow": "1s", "maxPriceDeviationBps": 50 },
                  "order": { "orderId": 1001, "strategyId": 1, "symbol": "TEST-USD", "side": 1, "type": 1,
                  "timeInForce": 1, "price": "100.5", "qty": 10 },
                  "features": { "enableOrderFlow": true, "enableFills": true } }
                """;
            return System.Text.Encoding.UTF8.GetBytes(Document);
        }
    }

    private long BytesMax => bytesMax;

    private sealed class NoOutput : IRecordOutput
    {
        public Span<byte> Claim(int totalLength) => throw new InvalidOperationException("a state has no output");

        public void Commit() => throw new InvalidOperationException("a state has no output");
    }
}
