#pragma warning disable CS1591 // the members are the field's own words; each type says where they come from

namespace HftSandbox.Events;

/// <summary>FIX tag 54, reduced to what is traded here; dense, 0 = none.</summary>
public enum Side : byte { None, Buy, Sell }

/// <summary>FIX tag 40, reduced; dense, 0 = none.</summary>
public enum OrdType : byte { None, Limit, Market }

/// <summary>FIX tag 59, reduced; dense, 0 = none. Gtd expires at the order's deadline.</summary>
public enum TimeInForce : byte { None, Gtc, Ioc, Fok, Day, Gtd }

/// <summary>FIX tag 18, as bits.</summary>
[Flags]
public enum ExecInst : byte { None = 0, PostOnly = 1 }

/// <summary>FIX tag 39. PendingUnknown is ours: sent, and the answer was lost.</summary>
public enum OrdStatus : byte
{
    None, PendingNew, New, PartiallyFilled, Filled, PendingCancel, PendingReplace, DoneForDay, Canceled, Rejected,
    Expired, Suspended, PendingUnknown,
}

/// <summary>FIX tag 150: what happened. Unknown is ours: the answer was lost.</summary>
public enum ExecType : byte
{
    None, PendingNew, New, Trade, Canceled, Replaced, Rejected, PendingCancel, PendingReplace, DoneForDay, Expired,
    Suspended, Restated, TradeCancel, TradeCorrect, OrderStatus, Unknown,
}

/// <summary>FIX tag 851.</summary>
public enum Liquidity : byte { None, Maker, Taker }

/// <summary>Why a fill of our own venues happened.</summary>
public enum FillCause : byte { None, Stub, Taken, QueueReached, TradedThrough, Outside }

/// <summary>FIX tags 103 and 102: why a venue refused an order, a cancel or a replace.</summary>
public enum RejectReason : byte
{
    None, Other, UnknownOrder, DuplicateOrder, TooLate, AlreadyPending, UnknownSymbol, WouldTakeLiquidity,
    SelfTrade, NotSupported,
}

/// <summary>FIX tag 434: which request a <see cref="EventKind.CancelReject"/> answers.</summary>
public enum CancelRejectResponseTo : byte { None, Cancel, Replace }

/// <summary>What an intent asks for.</summary>
public enum IntentType : byte { None, New, Cancel, Replace }

/// <summary>The outcome of the risk checks.</summary>
public enum Decision : byte { None, Allow, Deny }

/// <summary>Why risk denied; one reason per check, in the order of the checks.</summary>
public enum RiskReason : byte
{
    None, KillSwitch, Halted, InvalidInstrument, InvalidPrice, InvalidQty, RateLimit, RepeatedOrder, MaxOrderQty,
    PriceCollar, NoReferencePrice, MaxOrderNotional, MaxPosition, MaxOpenOrders, MaxGrossExposure, MaxDailyLoss,
    ArithmeticOverflow,
}

/// <summary>What a <see cref="EventKind.BookLevel"/> does. Set replaces the level's quantity (0 removes it); Advance
/// changes no level, only the update id moved; the rest act on one order of an order-by-order feed.</summary>
public enum BookAction : byte { None, Set, Advance, Add, Reduce, Execute, Remove }

/// <summary>Why a book starts anew.</summary>
public enum BookClearReason : byte { None, Snapshot, Gap, Session }

/// <summary>Why something of the feed is missing.</summary>
public enum FeedGapReason : byte { None, SequenceJump, Shed, Disconnected }

/// <summary>How a run relates to what the store holds. New: the store was empty. Continue: everything goes on.
/// Flat: positions, open orders and risk windows start at zero, ids go on.</summary>
public enum RunMode : byte { None, New, Continue, Flat }

/// <summary>Why a run ended. Only SourceEnd means that a file source was read to its end.</summary>
public enum StopReason : byte { None, SourceEnd, OrderCount, Duration, Signal, BadInput, Halt, NoSpace }

/// <summary>What should not have happened; the body's Expected and Actual hold the two quantities or ids.</summary>
public enum AnomalyCode : ushort
{
    None, IllegalTransition, OverFill, UnknownOrder, DuplicateExecId, OrphanExecution, ExecutionAfterTerminal,
    UnknownExecRef, ArithmeticOverflow, CapacityExceeded, CrossedBook, StaleBook, BookGap, InvalidReport,
    UnexpectedReport, QuantityMismatch, DuplicateRequest,
}

/// <summary>Why trading was halted.</summary>
public enum HaltReason : byte { None, MaxDailyLoss, Orphan, KillSwitch }

/// <summary>How a strategy failed.</summary>
public enum StrategyFaultCode : byte { None, Threw, TooManyRequests }

/// <summary>What a timer is for.</summary>
public enum TimerPurpose : byte { None, SessionRoll, Deadline, Strategy }
