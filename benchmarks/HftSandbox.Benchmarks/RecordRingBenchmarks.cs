using BenchmarkDotNet.Attributes;
using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;

namespace HftSandbox.Benchmarks;

/// <summary>Records through the outbound ring; times are per record.</summary>
[MemoryDiagnoser]
public class RecordRingBenchmarks
{
    private const int RecordsPerInvoke = 1 << 20;
    private const int RecordsPerGroup = 8;

    private readonly RecordRing _ring = new(Limits.OutboundRingBytes, WaitMode.Park);
    private ulong _sequence;

    /// <summary>One thread is both ends: the cost without the other processor's cache.</summary>
    [Benchmark(OperationsPerInvoke = RecordsPerInvoke)]
    public void OneThread()
    {
        for (var i = 0; i < RecordsPerInvoke; i++)
        {
            Records.Put(_ring.Writer, ++_sequence);
            if (i % RecordsPerGroup != RecordsPerGroup - 1)
                continue;
            _ring.Writer.Commit();
            _ring.Reader.Release(_ring.Reader.Available(Limits.WriteBytesMax).Length);
        }
    }

    /// <summary>Two threads, the consumer parks when there is nothing.</summary>
    [Benchmark(OperationsPerInvoke = RecordsPerInvoke)]
    public void TwoThreads()
    {
        _ring.Writer.HandOver();
        var producer = new Thread(Produce);
        producer.Start();
        var wait = new IdleStrategy(WaitMode.Yield);
        var left = (long)RecordsPerInvoke * Records.TotalBytes;
        while (left > 0)
        {
            var bytes = _ring.Reader.Available(Limits.WriteBytesMax).Length;
            if (bytes == 0)
                wait.Idle();
            else
                wait.Reset();
            _ring.Reader.Release(bytes);
            left -= bytes;
        }

        producer.Join();
        _ring.Writer.HandOver();
    }

    private void Produce()
    {
        for (var i = 1; i <= RecordsPerInvoke; i++)
        {
            Records.Put(_ring.Writer, ++_sequence);
            if (i % RecordsPerGroup == 0)
                _ring.Writer.Commit();
        }
    }
}
