using BenchmarkDotNet.Attributes;
using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Benchmarks;

/// <summary>Records from the ring to a file of the temporary directory; times are per record, the engine's part
/// (filling the ring) included. One thread does both, so the times add up.</summary>
[MemoryDiagnoser]
public class WalWriterBenchmarks : IDisposable
{
    private const int RecordsPerInvoke = 1 << 20;
    private const int RecordsPerBatch = 8192;
    private const long SegmentBytes = 64L << 20;

    private readonly SystemClock _clock = new();
    private string _directory = "";
    private RecordRing _ring = null!;
    private WalWriter _writer = null!;
    private ulong _sequence;

    [Params(DurabilityKind.None, DurabilityKind.Interval, DurabilityKind.Batch)]
    public DurabilityKind Policy { get; set; }

    [IterationSetup]
    public void Open()
    {
        _directory = Directory.CreateTempSubdirectory("hftsandbox-bench-").FullName;
        _ring = new RecordRing(Limits.OutboundRingBytes, WaitMode.Park);
        _sequence = 0;
        var options = new WalOptions
        {
            Directory = _directory,
            SegmentBytes = SegmentBytes,
            EngineVersion = "bench",
            Policy = Policy switch
            {
                DurabilityKind.Interval => DurabilityPolicy.Default,
                DurabilityKind.Batch => DurabilityPolicy.Batch,
                _ => DurabilityPolicy.None,
            },
        };
        _writer = new WalWriter(new PosixStorage(), _clock, options, _ring.Reader, WalStart.NewStore(RandomId.Next()));
    }

    [IterationCleanup]
    public void Dispose()
    {
        _writer.Dispose();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = RecordsPerInvoke)]
    public void Write()
    {
        for (var batch = 0; batch < RecordsPerInvoke / RecordsPerBatch; batch++)
        {
            for (var i = 0; i < RecordsPerBatch; i++)
                Records.Put(_ring.Writer, ++_sequence);
            _ring.Writer.Commit();
            while (_writer.DoWork(_clock.MonotonicNs) > 0)
            {
            }
        }
    }
}
