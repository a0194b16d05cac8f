namespace HftSandbox.Events;

/// <summary>What a record's payload is. 0 is invalid; events lie below 0x7F00, inputs from the outside world below
/// 0x0100; 0x7F00–0x7FFF are control records. Bit 15 means "may be skipped by a reader that does not know
/// it".</summary>
public enum EventKind : ushort
{
    /// <summary>Invalid.</summary>
    None = 0,

    /// <summary>Input: a run begins. Body <see cref="RunStartedBody"/>, then JSON.</summary>
    RunStarted = 0x0001,

    /// <summary>Input: a run ends. Body <see cref="RunStoppedBody"/>.</summary>
    RunStopped = 0x0002,

    /// <summary>Input: a changed configuration takes effect. Body <see cref="ConfigBody"/>, then JSON.</summary>
    Config = 0x0003,

    /// <summary>Input: a point in time passed. Body <see cref="TimerBody"/>.</summary>
    Timer = 0x0004,

    /// <summary>Input: best bid and ask. Body <see cref="QuoteBody"/>.</summary>
    Quote = 0x0010,

    /// <summary>Input: a printed trade. Body <see cref="TradeBody"/>.</summary>
    Trade = 0x0011,

    /// <summary>Input: one level of a book changed. Body <see cref="BookLevelBody"/>.</summary>
    BookLevel = 0x0012,

    /// <summary>Input: a book starts anew. Body <see cref="BookClearBody"/>.</summary>
    BookClear = 0x0013,

    /// <summary>Input: a bar. Body <see cref="BarBody"/>.</summary>
    Bar = 0x0014,

    /// <summary>Input: the feed lost something. Body <see cref="FeedGapBody"/>.</summary>
    FeedGap = 0x0015,

    /// <summary>Input: somebody outside asks for an order. Body <see cref="OrderRequestBody"/>.</summary>
    OrderRequest = 0x0020,

    /// <summary>Input: somebody outside asks to cancel. Body <see cref="CancelRequestBody"/>.</summary>
    CancelRequest = 0x0021,

    /// <summary>Input: somebody outside asks to replace. Body <see cref="ReplaceRequestBody"/>.</summary>
    ReplaceRequest = 0x0022,

    /// <summary>Input: an operator corrects a position. Body <see cref="PositionAdjustmentBody"/>.</summary>
    PositionAdjustment = 0x0030,

    /// <summary>Input: an operator corrects a balance. Body <see cref="CashAdjustmentBody"/>.</summary>
    CashAdjustment = 0x0031,

    /// <summary>Input: an operator lifts a halt. Body <see cref="RiskResetBody"/>.</summary>
    RiskReset = 0x0032,

    /// <summary>Derived: a strategy's observation. Body <see cref="SignalBody"/>.</summary>
    Signal = 0x0100,

    /// <summary>Derived: what a strategy or requester wants. Body <see cref="OrderIntentBody"/>.</summary>
    OrderIntent = 0x0101,

    /// <summary>Derived: what risk said. Body <see cref="RiskDecisionBody"/>.</summary>
    RiskDecision = 0x0102,

    /// <summary>Input from an outside venue, derived from our own: what happened to an order there.
    /// Body <see cref="ExecutionReportBody"/>.</summary>
    ExecutionReport = 0x0103,

    /// <summary>Input from an outside venue, derived from our own: a cancel or replace was refused.
    /// Body <see cref="CancelRejectBody"/>.</summary>
    CancelReject = 0x0104,

    /// <summary>Derived: our view of an order after a change. Body <see cref="OrderStateBody"/>.</summary>
    OrderState = 0x0105,

    /// <summary>Derived: a position after a change. Body <see cref="PositionChangedBody"/>.</summary>
    PositionChanged = 0x0106,

    /// <summary>Derived: something that should not happen did. Body <see cref="AnomalyBody"/>.</summary>
    Anomaly = 0x0107,

    /// <summary>Derived: trading was halted or resumed. Body <see cref="RiskHaltBody"/>.</summary>
    RiskHalt = 0x0108,

    /// <summary>Derived: a strategy was quarantined. Body <see cref="StrategyFaultBody"/>.</summary>
    StrategyFault = 0x0109,

    /// <summary>Derived: the running hash. Body <see cref="DigestBody"/>.</summary>
    Digest = 0x010A,

    /// <summary>Control: what is known to be durable. Body in the log's own format.</summary>
    Sync = 0x7F01,

    /// <summary>Control: a snapshot file is complete and durable. Body in the log's own format.</summary>
    Snapshot = 0x7F02,

    /// <summary>Control: the segment is complete. Body in the log's own format.</summary>
    Seal = 0x7F03,

    /// <summary>Control: old segments are about to be deleted. Body in the log's own format.</summary>
    Retire = 0x7F04,
}
