using System.Collections.Immutable;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Core.Venues.Simulated;

/// <summary>How long messages of one kind take. A draw depends on the run's seed, the kind and the ClOrdId alone, so
/// that runs that differ elsewhere stay comparable order by order.</summary>
internal sealed class SimLatency
{
    /// <summary>To the venue.</summary>
    public const ulong Entry = 0x53494D45;

    /// <summary>Back from it.</summary>
    public const ulong Response = 0x53494D52;

    private readonly ulong _stream;
    private readonly ulong[] _weightsUpTo;
    private readonly long[] _latenciesNs;

    /// <summary>The histogram of one kind.</summary>
    public SimLatency(ImmutableArray<LatencyBin> bins, ulong seed, ulong kind)
    {
        if (bins.IsDefaultOrEmpty || bins.Any(bin => bin.LatencyNs < 0 || bin.Weight is < 1 or > 1_000_000_000))
            throw new InvalidOperationException("a latency needs bins with a time and a positive weight");
        _stream = CounterRandom.StreamOf(seed, kind);
        _latenciesNs = [.. bins.Select(bin => bin.LatencyNs)];
        _weightsUpTo = new ulong[bins.Length];
        ulong sum = 0;
        for (int index = 0; index < bins.Length; index++)
            _weightsUpTo[index] = sum += (ulong)bins[index].Weight;
    }

    /// <summary>When a message that is sent now arrives.</summary>
    [HotPath]
    public long DueNs(long nowNs, ulong clOrdId)
    {
        long latencyNs = Draw(clOrdId);
        return nowNs > long.MaxValue - latencyNs ? long.MaxValue : nowNs + latencyNs;
    }

    [HotPath]
    private long Draw(ulong clOrdId)
    {
        if (_latenciesNs.Length == 1)
            return _latenciesNs[0];
        ulong drawn = Math.BigMul(CounterRandom.Draw(_stream, clOrdId), _weightsUpTo[^1], out _);
        int bin = 0;
        while (_weightsUpTo[bin] <= drawn)
            bin++;
        return _latenciesNs[bin];
    }
}
