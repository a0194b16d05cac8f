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

    /// <summary>Orders with which the venue is done that are still known: a late bust, correction or execution finds
    /// them; beyond it an execution is an orphan.</summary>
    public const int ClosedOrdersMax = 65_536;

    /// <summary>Cancels and replaces that can be unanswered at once, over all orders: the kill switch cancels every
    /// open order even when each waits for an answer already.</summary>
    public const int PendingRequestsMax = 2 * OpenOrdersMax;

    /// <summary>Unanswered cancels and replaces of one order; beyond it the request is rejected as already
    /// pending.</summary>
    public const int PendingRequestsOfOrderMax = 16;

    /// <summary>Messages that our own venue may say before the engine takes them: two for every request, or a fill for
    /// every order that one print reaches.</summary>
    public const int VenueMessagesMax = OpenOrdersMax + 2;

    /// <summary>Requests that can be on their way to the simulated venue; beyond it a request is rejected at
    /// once.</summary>
    public const int VenueRequestsMax = 2 * OpenOrdersMax;

    /// <summary>Reports that can be on their way back: when fewer places are free than <see cref="VenueMessagesMax"/>,
    /// the oldest arrive before their time.</summary>
    public const int VenueResponsesMax = 2 * VenueMessagesMax;

    /// <summary>Price levels per side of an instrument of which the simulated venue remembers what was taken and
    /// printed since they changed; also the most that one order takes from.</summary>
    public const int VenueLevelsMax = 256;

    /// <summary>Ids of answered requests under which an order is still known.</summary>
    public const int FormerIdsMax = 131_072;

    /// <summary>Executions of an outside venue that are remembered: a repeated ExecId changes nothing, a bust or
    /// correction finds what it refers to.</summary>
    public const int ExecutionsMax = 1 << 20;

    /// <summary>Request ids remembered of every outside requester.</summary>
    public const int RequestWindowMax = 65_536;

    /// <summary>Greatest order rate limit: its sliding window keeps a time per forwarded order.</summary>
    public const int OrderRateLimitMax = 65_536;

    /// <summary>Requests that strategies may make in the callbacks of one input; beyond it the strategy is
    /// quarantined.</summary>
    public const int StrategyRequestsMax = 4096;

    /// <summary>Numbers that a strategy may keep between two callbacks: two hundred bars and what goes with
    /// them.</summary>
    public const int StrategyMemoryMax = 256;

    /// <summary>Strategies that have positions of their own; the fills of further ones count together.</summary>
    public const int StrategiesMax = 64;

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

    /// <summary>Canonical state in bytes: an order takes about 180 bytes of JSON, a remembered execution about 80, a
    /// level of a book at most 56, an order in it 44, an update it keeps 128, an answer on its way from the simulated
    /// venue 220; the rest is small.</summary>
    public const int StateBytesMax = 320 << 20;

    /// <summary>A configuration document in bytes: with its record's frame it must fit a record.</summary>
    public const int ConfigurationBytesMax = 512 << 10;
}
