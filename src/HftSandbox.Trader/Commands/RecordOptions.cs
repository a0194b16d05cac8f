using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Commands;

/// <summary>What <c>record</c>, <c>mdg</c> and the root command were asked to do, after parsing.</summary>
internal sealed record RecordOptions
{
    /// <summary>The WAL's directory.</summary>
    public required string WalDirectory { get; init; }

    /// <summary>File name prefix of the store's segments.</summary>
    public string Prefix { get; init; } = "wal";

    /// <summary>JSON configuration; null = the built-in one.</summary>
    public string? ConfigPath { get; init; }

    /// <summary>Settings that replace the configuration's, by key.</summary>
    public IReadOnlyDictionary<string, string> ConfigOverrides { get; init; } = new Dictionary<string, string>();

    /// <summary>Between two looks at the configuration file; 0 = never.</summary>
    public long ConfigReloadIntervalNs { get; init; } = 2_000_000_000;

    /// <summary>New-order intents (with order flow off: ticks) after which a sim run ends; 0 = unlimited.</summary>
    public ulong OrderCount { get; init; }

    /// <summary>Least time between orders; also paces the sim in wall time.</summary>
    public long OrderIntervalNs { get; init; }

    /// <summary>Where snapshots go; null = <c>positions.json</c> in the WAL's directory.</summary>
    public string? SnapshotPath { get; init; }

    /// <summary>Another snapshot to recover from; null = the store's own.</summary>
    public string? RecoverSnapshot { get; init; }

    /// <summary>Greatest payload that recovery accepts, in bytes.</summary>
    public int MaxPayloadBytes { get; init; } = int.MaxValue;

    /// <summary>Continue a run that did not stop cleanly.</summary>
    public bool Recover { get; init; }

    /// <summary>Continue with positions, open orders and risk windows at zero.</summary>
    public bool Flat { get; init; }

    /// <summary>Read a file source anew instead of resuming inside it.</summary>
    public bool FromStart { get; init; }

    /// <summary><c>sim</c>, <c>binance-ws</c>, <c>lobster</c>, <c>events</c> or <c>wal</c>.</summary>
    public string Source { get; init; } = "sim";

    /// <summary>The source's file, of <c>wal</c> the directory of another store; null for <c>sim</c>.</summary>
    public string? SourceFile { get; init; }

    /// <summary>The level-1 book rows that go with a <c>lobster</c> message file; null = none.</summary>
    public string? BookFile { get; init; }

    /// <summary>The one strategy to run; null = the configuration's; <c>none</c> = import only.</summary>
    public string? Strategy { get; init; }

    /// <summary>The venue model: <c>stub</c>.</summary>
    public string Venue { get; init; } = "stub";

    /// <summary>Seed of every generator; null = the configuration's.</summary>
    public ulong? Seed { get; init; }

    /// <summary>When what is written becomes durable.</summary>
    public DurabilityPolicy Durability { get; init; } = DurabilityPolicy.Default;

    /// <summary>Pace of a file source: 0 = as fast as it goes, 1 = real time.</summary>
    public double Speed { get; init; }

    /// <summary>Wall time after which the run stops; 0 = unlimited.</summary>
    public long ForNs { get; init; }

    /// <summary>Between two snapshots.</summary>
    public long SnapshotIntervalNs { get; init; } = 30_000_000_000;

    /// <summary>Segments roll at this size.</summary>
    public long SegmentBytes { get; init; } = 256 << 20;

    /// <summary>How much of the past is kept.</summary>
    public RetentionLimit Retain { get; init; }

    /// <summary>The run stops trading and ends when less is free on the disk; 0 = when it is full.</summary>
    public long LowWaterBytes { get; init; } = 32 << 20;

    /// <summary>Whether feed and engine have a thread each.</summary>
    public bool Dedicated { get; init; }

    /// <summary>How a thread waits.</summary>
    public WaitMode Wait { get; init; } = WaitMode.Park;

    /// <summary>The same tick again and again instead of the configuration's generator; null = the
    /// configuration's.</summary>
    public ConstantTicks? Constant { get; init; }

    /// <summary>Malformed lines of a file source after which the run stops.</summary>
    public uint MaxBadLines { get; init; }

    /// <summary>Print the result as one JSON object.</summary>
    public bool Json { get; init; }

    /// <summary>Print progress as JSON lines.</summary>
    public bool ProgressJson { get; init; }
}

/// <summary>The original generator's ticks, on the template order's symbol.</summary>
/// <param name="Kind"><c>quote</c> or <c>trade</c>.</param>
/// <param name="BasePx">Bid, or price of the trade, as mantissa.</param>
/// <param name="BaseQty">Size, as mantissa.</param>
/// <param name="Spread">Ask − bid, as mantissa.</param>
internal sealed record ConstantTicks(string Kind, long BasePx, long BaseQty, long Spread);
