namespace HftSandbox.Runtime.Wal;

/// <summary>What to think of a store.</summary>
public enum StoreVerdict
{
    /// <summary>Every event is in its place.</summary>
    Clean,

    /// <summary>What is missing was never known to be durable: a start cuts it off and goes on.</summary>
    Healable,

    /// <summary>Durable event bytes are damaged or missing (exit 10).</summary>
    Corrupt,

    /// <summary>Bytes that are valid do not belong where they are, or a segment is missing (exit 11).</summary>
    BrokenChain,
}

/// <summary>How the walk along the log ended. Bits, so that a row of the table can name several.</summary>
[Flags]
internal enum LogStopKind
{
    /// <summary>Nothing or zeros follow in the segment.</summary>
    End = 1,

    /// <summary>Bytes follow that are no record.</summary>
    Damaged = 2,

    /// <summary>A valid record or segment follows that does not continue the log.</summary>
    Breaks = 4,

    /// <summary>A Seal follows that does not agree with the records before it.</summary>
    SealDisagrees = 8,

    /// <summary>Any of them.</summary>
    Any = 15,
}

/// <summary>What the verdict rests on.</summary>
/// <param name="SegmentMissing">A segment is missing, there twice, or not the one its name says.</param>
/// <param name="SegmentUnreadable">A segment holds bytes behind two invalid header copies. No crash does that: a
/// header is durable before the segment gets its name.</param>
/// <param name="Stop">How the walk along the log ended.</param>
/// <param name="Durable">The event expected there was durable (s ≤ W).</param>
/// <param name="LaterValid">Valid records or segments lie behind.</param>
internal readonly record struct RecoveryFacts(
    bool SegmentMissing, bool SegmentUnreadable, LogStopKind Stop, bool Durable, bool LaterValid);

/// <summary>One row: null and <see cref="LogStopKind.Any"/> match everything.</summary>
internal sealed record RecoveryRow(
    string Name,
    StoreVerdict Verdict,
    bool? SegmentMissing,
    bool? SegmentUnreadable,
    LogStopKind Stop,
    bool? Durable,
    bool? LaterValid)
{
    public bool Matches(in RecoveryFacts facts) =>
        (SegmentMissing ?? facts.SegmentMissing) == facts.SegmentMissing
        && (SegmentUnreadable ?? facts.SegmentUnreadable) == facts.SegmentUnreadable
        && (Stop & facts.Stop) != 0
        && (Durable ?? facts.Durable) == facts.Durable
        && (LaterValid ?? facts.LaterValid) == facts.LaterValid;
}

/// <summary>The verdict over a store: for every combination of facts exactly one row matches.</summary>
internal static class RecoveryTable
{
    private const LogStopKind End = LogStopKind.End;
    private const LogStopKind Damaged = LogStopKind.Damaged;
    private const LogStopKind Breaks = LogStopKind.Breaks;

    public static readonly RecoveryRow[] Rows =
    [
        //                                                 missing unreadable stop      s ≤ W  later valid
        new("missing segment", StoreVerdict.BrokenChain,    true,  null,  LogStopKind.Any, null, null),
        new("unreadable segment", StoreVerdict.Corrupt,     false, true,  LogStopKind.Any, null, null),
        new("wrong seal", StoreVerdict.BrokenChain,         false, false, LogStopKind.SealDisagrees, null, null),
        new("broken chain", StoreVerdict.BrokenChain,       false, false, Breaks,          true,  null),
        new("corruption", StoreVerdict.Corrupt,             false, false, End | Damaged,   true,  null),
        new("clean end", StoreVerdict.Clean,                false, false, End,             false, false),
        new("torn tail", StoreVerdict.Healable,             false, false, Damaged,         false, false),
        new("unsynced hole", StoreVerdict.Healable,         false, false, End | Damaged,   false, true),
        new("unsynced break", StoreVerdict.Healable,        false, false, Breaks,          false, null),
    ];

    public static RecoveryRow Decide(RecoveryFacts facts) => Array.Find(Rows, row => row.Matches(facts))!;
}
