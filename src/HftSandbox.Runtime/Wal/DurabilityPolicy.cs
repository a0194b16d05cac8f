using System.Globalization;

namespace HftSandbox.Runtime.Wal;

/// <summary>When the WAL writer makes what it wrote durable.</summary>
public enum DurabilityKind
{
    /// <summary>Only when a segment is full, when asked to and at a clean stop.</summary>
    None,

    /// <summary>At most once per interval, beside further writes.</summary>
    Interval,

    /// <summary>What was taken from the ring in one go, before the next is written.</summary>
    Batch,

    /// <summary>Each input with everything derived from it, before the next is written.</summary>
    Every,
}

/// <summary>Reads a duration in the notation of the command line.</summary>
/// <param name="text">A duration.</param>
/// <param name="ns">Nanoseconds.</param>
/// <returns>Whether it is one.</returns>
public delegate bool DurationParser(string text, out long ns);

/// <summary>A durability policy: <c>none</c>, <c>interval:DURATION</c>, <c>batch</c> or <c>every</c>.</summary>
public readonly record struct DurabilityPolicy
{
    private const long DefaultIntervalNs = 10_000_000;
    private const long LoneSyncAfterNs = 100_000_000;
    private const string IntervalPrefix = "interval:";

    private DurabilityPolicy(DurabilityKind kind, long intervalNs)
    {
        Kind = kind;
        IntervalNs = intervalNs;
    }

    /// <summary><c>none</c>.</summary>
    public static DurabilityPolicy None => new(DurabilityKind.None, 0);

    /// <summary><c>batch</c>.</summary>
    public static DurabilityPolicy Batch => new(DurabilityKind.Batch, 0);

    /// <summary><c>every</c>.</summary>
    public static DurabilityPolicy Every => new(DurabilityKind.Every, 0);

    /// <summary><c>interval:10ms</c>: what is used when nothing is said.</summary>
    public static DurabilityPolicy Default => Interval(DefaultIntervalNs);

    /// <summary>When it syncs.</summary>
    public DurabilityKind Kind { get; }

    /// <summary>Under <see cref="DurabilityKind.Interval"/> the least time between the starts of two syncs, else
    /// 0.</summary>
    public long IntervalNs { get; }

    /// <summary>How long a successful sync waits for a group that it can be recorded with, before it is recorded
    /// alone.</summary>
    internal long LoneSyncNs => Kind == DurabilityKind.Interval ? IntervalNs : LoneSyncAfterNs;

    /// <summary><c>interval:DURATION</c>.</summary>
    /// <param name="ns">The interval, at least 1.</param>
    public static DurabilityPolicy Interval(long ns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ns, 1);
        return new DurabilityPolicy(DurabilityKind.Interval, ns);
    }

    /// <summary>Reads a policy.</summary>
    /// <param name="text">As on the command line.</param>
    /// <param name="duration">Reads the duration.</param>
    /// <param name="policy">The policy.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, DurationParser duration, out DurabilityPolicy policy)
    {
        policy = text switch
        {
            "batch" => Batch,
            "every" => Every,
            _ => None,
        };
        if (!text.StartsWith(IntervalPrefix, StringComparison.Ordinal))
            return text is "none" or "batch" or "every";
        if (!duration(text[IntervalPrefix.Length..], out var ns) || ns < 1)
            return false;
        policy = Interval(ns);
        return true;
    }

    /// <summary>The notation that <see cref="TryParse"/> reads, the interval in the largest unit that shows it
    /// exactly.</summary>
    public override string ToString() => Kind switch
    {
        DurabilityKind.Interval => IntervalPrefix + Format(IntervalNs),
        DurabilityKind.Batch => "batch",
        DurabilityKind.Every => "every",
        _ => "none",
    };

    private static string Format(long ns)
    {
        foreach (var (unit, unitNs) in new[] { ("s", 1_000_000_000L), ("ms", 1_000_000L), ("us", 1_000L) })
        {
            if (ns % unitNs == 0)
                return (ns / unitNs).ToString(CultureInfo.InvariantCulture) + unit;
        }

        return ns.ToString(CultureInfo.InvariantCulture) + "ns";
    }
}
