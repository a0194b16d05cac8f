using HftSandbox.Events;

namespace HftSandbox.Core;

/// <summary>Random numbers without a state: a draw is a function of seed, key and number, so one consumer's draws never
/// shift another's and any draw can be made again. The generator is SplitMix64 (Steele, Lea, Flood 2014) started, for
/// each key, at a point of its own.</summary>
public static class CounterRandom
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    /// <summary>Where the stream of a consumer starts.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="key">The consumer: what the draws are for.</param>
    public static ulong StreamOf(ulong seed, ulong key) => Mix(Mix(seed + GoldenGamma) ^ Mix(key + GoldenGamma));

    /// <summary>The draw with a number.</summary>
    /// <param name="stream">From <see cref="StreamOf"/>.</param>
    /// <param name="number">Any number, each gives one draw.</param>
    [HotPath]
    public static ulong Draw(ulong stream, ulong number) => Mix(stream + ((number + 1) * GoldenGamma));

    /// <summary>The draw with a number, in 0 … <paramref name="bound"/> − 1. The bias is below bound / 2^64.</summary>
    /// <param name="stream">From <see cref="StreamOf"/>.</param>
    /// <param name="number">Any number, each gives one draw.</param>
    /// <param name="bound">At least 1.</param>
    [HotPath]
    public static ulong Draw(ulong stream, ulong number, uint bound) =>
        Math.BigMul(Draw(stream, number), bound, out _);

    [HotPath]
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
