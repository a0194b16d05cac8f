using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HftSandbox.Events;

/// <summary>The 64 bytes before every payload, on the ring as on disk; little-endian. On the ring the three CRC fields
/// (<see cref="PreviousCrc"/>, <see cref="HeaderCrc"/> and the record CRC behind the payload) are blank: the WAL
/// writer completes them.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct RecordHeader
{
    /// <summary>Size of this header in bytes.</summary>
    public const int SizeBytes = 64;

    /// <summary>Size of the record CRC, the last field of every record, in bytes.</summary>
    public const int RecordCrcBytes = 4;

    /// <summary>Records start and end on multiples of this many bytes.</summary>
    public const int AlignmentBytes = 8;

    /// <summary>Bytes of the whole record: align8(<see cref="PayloadLength"/> + 68).</summary>
    [FieldOffset(0)] public uint TotalLength;

    /// <summary>Bytes of the payload, exact, without padding.</summary>
    [FieldOffset(4)] public uint PayloadLength;

    /// <summary>What the payload is.</summary>
    [FieldOffset(8)] public EventKind Kind;

    /// <summary>Version of the body layout, from 1.</summary>
    [FieldOffset(10)] public byte Version;

    /// <summary>Input or derived; last of message.</summary>
    [FieldOffset(11)] public RecordFlags Flags;

    /// <summary>The feed, venue or strategy the record comes from.</summary>
    [FieldOffset(12)] public SourceId Source;

    /// <summary>Zero.</summary>
    [FieldOffset(14)] public ushort Reserved;

    /// <summary>Of events: store-wide, +1 exactly, from 1. A control record repeats the last event's.</summary>
    [FieldOffset(16)] public ulong Sequence;

    /// <summary>The outside's time, nanoseconds since 1970-01-01 UTC; 0 = none.</summary>
    [FieldOffset(24)] public long EventTimeNs;

    /// <summary>Our time = the engine's now, nanoseconds since 1970-01-01 UTC; never decreasing within a run.</summary>
    [FieldOffset(32)] public long ReceiveTimeNs;

    /// <summary>Index of the instrument in the registry, from 1; 0 = none.</summary>
    [FieldOffset(40)] public uint InstrumentId;

    /// <summary>Record CRC of the physically preceding record; in the first of a segment the header's predecessor
    /// CRC.</summary>
    [FieldOffset(44)] public uint PreviousCrc;

    /// <summary>Sequence of the input that caused this; its own for an input.</summary>
    [FieldOffset(48)] public ulong CauseSequence;

    /// <summary>Line or message number in a file source, from 1; 0 = none.</summary>
    [FieldOffset(56)] public uint FeedPosition;

    /// <summary>CRC32C(salt ‖ bytes 0–59).</summary>
    [FieldOffset(60)] public uint HeaderCrc;

    /// <summary>Whether this is an input (replay feeds it to the engine).</summary>
    public readonly bool IsInput => (Flags & RecordFlags.Input) != 0;

    /// <summary>Whether this is derived (replay compares it with what the engine says).</summary>
    public readonly bool IsDerived => (Flags & RecordFlags.Derived) != 0;

    /// <summary>Whether this is a control record of the log itself: neither input nor derived, not part of any
    /// digest.</summary>
    public readonly bool IsControl => ((ushort)Kind & 0x7F00) == 0x7F00;

    /// <summary>The length of a record with such a payload, in bytes.</summary>
    /// <param name="payloadLength">Bytes of payload.</param>
    [HotPath]
    public static uint TotalLengthOf(uint payloadLength) =>
        (payloadLength + SizeBytes + RecordCrcBytes + (AlignmentBytes - 1)) & ~(uint)(AlignmentBytes - 1);

    /// <summary>The header at the start of <paramref name="record"/>, in place.</summary>
    /// <param name="record">At least 64 bytes.</param>
    [HotPath]
    public static ref RecordHeader At(Span<byte> record) =>
        ref Unsafe.As<byte, RecordHeader>(ref MemoryMarshal.GetReference(record));
}

/// <summary>Bits of <see cref="RecordHeader.Flags"/>.</summary>
[Flags]
public enum RecordFlags : byte
{
    /// <summary>No bit: a control record.</summary>
    None = 0,

    /// <summary>Came from outside the engine.</summary>
    Input = 1,

    /// <summary>Follows from the inputs before it.</summary>
    Derived = 2,

    /// <summary>Last input of one outside message: strategies and book checks act on it. It is a book input if the
    /// message has any.</summary>
    LastOfMessage = 4,
}

/// <summary>Where a record comes from. 1–255 feeds and the pipeline, 256–511 venues, 512 and above strategies
/// (512 + strategy id of the configuration is the shipped convention).</summary>
public enum SourceId : ushort
{
    /// <summary>The engine itself.</summary>
    Engine = 0,

    /// <summary>The pipeline: start, stop, configuration.</summary>
    Pipeline = 1,

    /// <summary>The synthetic market-data generator.</summary>
    Sim = 2,

    /// <summary>A captured Binance combined stream.</summary>
    BinanceWs = 3,

    /// <summary>A file of events as lines, or another log, where an event brings no feed or venue of its own.</summary>
    Events = 4,

    /// <summary>A LOBSTER message file.</summary>
    Lobster = 5,

    /// <summary>Our stub venue.</summary>
    StubVenue = 256,

    /// <summary>A venue outside: what it says are inputs.</summary>
    OutsideVenue = 257,

    /// <summary>Our simulated venue.</summary>
    SimVenue = 258,

    /// <summary>The first strategy.</summary>
    FirstStrategy = 512,
}
