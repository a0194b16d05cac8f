using BenchmarkDotNet.Attributes;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Benchmarks;

/// <summary>CRC-32C of a typical record and of a large read.</summary>
public class Crc32CBenchmarks
{
    private byte[] _bytes = [];

    [Params(104, 1 << 20)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _bytes = new byte[Length];
        new Random(1).NextBytes(_bytes);
    }

    [Benchmark]
    public uint Of() => Crc32C.Of(_bytes);
}
