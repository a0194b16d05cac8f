namespace HftSandbox.Events;

/// <summary>Every limit of the program, each with its reason. Whatever they bound is allocated at start; a test checks
/// how
/// they relate.</summary>
public static class Limits
{
    /// <summary>Longest record in bytes: a length field beyond it is damage, so a reader's buffer is bounded.</summary>
    public const int RecordBytesMax = 1 << 20;

    /// <summary>Outbound ring in bytes, a power of two: many of the largest records, and some milliseconds of the
    /// engine's fastest output while the disk syncs.</summary>
    public const int OutboundRingBytes = 16 << 20;

    /// <summary>Slots of an inbound ring, a power of two: 4,096 × 256 bytes stay within a second-level cache.</summary>
    public const int InboundSlots = 4096;

    /// <summary>Most bytes that one write takes from the outbound ring.</summary>
    public const int WriteBytesMax = 1 << 20;

    /// <summary>Most inputs that one outside message may become: a depth snapshot has 5,000 levels a side at
    /// most.</summary>
    public const int MessageInputsMax = 16_384;

    /// <summary>Longest line of a captured stream in bytes.</summary>
    public const int LineBytesMax = 4 << 20;

    /// <summary>Instruments in a registry.</summary>
    public const int InstrumentsMax = 256;

    /// <summary>Orders that can be open at once; beyond it a new order is denied with MaxOpenOrders.</summary>
    public const int OpenOrdersMax = 65_536;

    /// <summary>Greatest order rate limit: its sliding window keeps a time per forwarded order.</summary>
    public const int OrderRateLimitMax = 65_536;

    /// <summary>Requests that strategies may make in the callbacks of one input; beyond it the strategy is
    /// quarantined.</summary>
    public const int StrategyRequestsMax = 4096;

    /// <summary>Inputs between two Digest records.</summary>
    public const int DigestIntervalInputs = 65_536;

    /// <summary>Canonical state in bytes: every open order takes at most 512 bytes of JSON, the rest is
    /// small.</summary>
    public const int StateBytesMax = 64 << 20;

    /// <summary>A configuration document in bytes: with its record's frame it must fit a record.</summary>
    public const int ConfigurationBytesMax = 512 << 10;
}
