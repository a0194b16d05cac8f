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

    /// <summary>Levels per side of a book: a depth snapshot has at most 5,000, and a diff stream adds those farther
    /// out over the day. A book that outgrows it is marked until the next snapshot.</summary>
    public const int BookLevelsMax = 16_384;

    /// <summary>Levels of all books together, shared out evenly: with 256 instruments 2,048 a side.</summary>
    public const int BookLevelsTotalMax = 1 << 20;

    /// <summary>Resting orders that one order-by-order book knows: a busy stock has some ten thousand.</summary>
    public const int BookOrdersMax = 65_536;

    /// <summary>Resting orders of all books together, shared out evenly.</summary>
    public const int BookOrdersTotalMax = 131_072;

    /// <summary>Level updates that a book keeps while it waits for a snapshot: one message of any size, or
    /// some seconds of a busy stream.</summary>
    public const int BookBacklogMax = MessageInputsMax;

    /// <summary>Level updates kept by all books together, shared out evenly.</summary>
    public const int BookBacklogTotalMax = 131_072;

    /// <summary>Canonical state in bytes: at most 512 of JSON for an open order, 56 for a level of a book, 44 for an
    /// order in it, 128 for an update it keeps; the rest is small.</summary>
    public const int StateBytesMax = 128 << 20;

    /// <summary>A configuration document in bytes: with its record's frame it must fit a record.</summary>
    public const int ConfigurationBytesMax = 512 << 10;
}
