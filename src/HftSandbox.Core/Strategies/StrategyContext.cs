using HftSandbox.Core.Instruments;
using HftSandbox.Core.MarketData;
using HftSandbox.Core.Orders;
using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Core.Strategies;

/// <summary>What a strategy sees and may do in a callback. Requests are kept and applied after the callback, in order;
/// when a strategy throws, all of its that were not applied yet are dropped.</summary>
public sealed class StrategyContext
{
    private readonly EngineView _engine;
    private readonly OrderRequest[] _requests = new OrderRequest[Limits.StrategyRequestsMax + 1];
    private int _asked;
    private int _taken;
    private int _askedBefore;
    private StrategySlot _slot = null!;

    internal StrategyContext(EngineView engine)
    {
        _engine = engine;
    }

    /// <summary>The engine's time, nanoseconds since 1970-01-01 UTC.</summary>
    public long NowNs { get; private set; }

    /// <summary>The strategy's instrument.</summary>
    public Instrument Instrument => _engine.Instruments[_slot.InstrumentId];

    /// <summary>The last quote of the instrument; all zero = none.</summary>
    public QuoteBody Quote => _engine.Market.LastQuote(_slot.InstrumentId);

    /// <summary>The book of the instrument.</summary>
    public OrderBook Book => _engine.Market.Books[_slot.InstrumentId];

    /// <summary>What the strategy's own fills in the instrument have added up to.</summary>
    public ref readonly Position Position => ref _engine.Positions.OfStrategy(_slot.StrategyId, _slot.InstrumentId);

    /// <summary>All the memory a strategy has between two callbacks: 256 numbers, at first 0. It is part of every
    /// snapshot, so a restart goes on with it.</summary>
    public Span<long> Memory => _slot.Memory;

    /// <summary>When <see cref="IStrategy.OnTimer"/> is called: before the first input at or after that time;
    /// 0 = never. Set to 0 when it is called.</summary>
    public long WakeAtNs
    {
        get => _slot.WakeAtNs;
        set => _slot.WakeAtNs = value;
    }

    /// <summary>The open orders of the strategy, from the oldest to the newest.</summary>
    public OwnOrders Orders => new(_engine.Orders, _slot.StrategyId);

    /// <summary>Whether an order still waits for the venue: for its acknowledgement, or for the answer to a cancel or
    /// replace.</summary>
    /// <param name="order">One of <see cref="Orders"/>.</param>
    [HotPath]
    public bool IsWaiting(in Order order) =>
        order.OrdStatus == OrdStatus.PendingNew || _engine.Orders.HasRequests(order.RootClOrdId);

    /// <summary>How often the strategy asked in this callback, more than were kept if it was too often.</summary>
    internal int Asked
    {
        [HotPath]
        get => _asked - _askedBefore;
    }

    /// <summary>Whether more was asked for than the callbacks of one input may.</summary>
    internal bool IsExceeded
    {
        [HotPath]
        get => _asked > Limits.StrategyRequestsMax;
    }

    /// <summary>Asks for a new order.</summary>
    /// <param name="side">Side.</param>
    /// <param name="ordType">Order type.</param>
    /// <param name="timeInForce">Time in force.</param>
    /// <param name="px">Limit price; 0 for a market order.</param>
    /// <param name="qty">Quantity.</param>
    /// <param name="execInst">Instructions.</param>
    [HotPath]
    public void Send(
        Side side,
        OrdType ordType,
        TimeInForce timeInForce,
        Px px,
        Qty qty,
        ExecInst execInst = ExecInst.None)
    {
        ref OrderIntentBody intent = ref Ask(IntentType.New);
        intent.Side = side;
        intent.OrdType = ordType;
        intent.TimeInForce = timeInForce;
        intent.Px = px;
        intent.Qty = qty;
        intent.ExecInst = execInst;
    }

    /// <summary>Asks to cancel an order of the strategy.</summary>
    /// <param name="clOrdId">Any id it has had.</param>
    [HotPath]
    public void Cancel(ulong clOrdId) => Ask(IntentType.Cancel).OrigClOrdId = clOrdId;

    /// <summary>Asks to replace price and quantity of an order of the strategy.</summary>
    /// <param name="clOrdId">Any id it has had.</param>
    /// <param name="px">New limit price.</param>
    /// <param name="qty">New quantity, what is filled included.</param>
    [HotPath]
    public void Replace(ulong clOrdId, Px px, Qty qty)
    {
        ref OrderIntentBody intent = ref Ask(IntentType.Replace);
        intent.OrigClOrdId = clOrdId;
        intent.Px = px;
        intent.Qty = qty;
    }

    /// <summary>Begins the callbacks of an input.</summary>
    [HotPath]
    internal void BeginInput(long nowNs)
    {
        NowNs = nowNs;
        _asked = _taken = _askedBefore = 0;
    }

    /// <summary>Begins a callback.</summary>
    [HotPath]
    internal void Begin(StrategySlot slot)
    {
        _slot = slot;
        _askedBefore = _asked;
    }

    /// <summary>Drops whatever the strategy called last has asked for and was not taken yet, in this callback or
    /// before.</summary>
    /// <returns>How many that were.</returns>
    internal int Discard()
    {
        int kept = _taken;
        for (int index = _taken; index < Math.Min(_asked, Limits.StrategyRequestsMax); index++)
        {
            if (_requests[index].Intent.StrategyId != _slot.StrategyId)
                _requests[kept++] = _requests[index];
        }

        int discarded = _asked - kept;
        _asked = kept;
        return discarded;
    }

    /// <summary>Takes the oldest request that was not taken yet.</summary>
    /// <returns>False = there is none.</returns>
    [HotPath]
    internal bool TryTake(out OrderRequest request)
    {
        if (_taken == _asked)
        {
            request = default;
            return false;
        }

        request = _requests[_taken++];
        return true;
    }

    /// <summary>The place of the next request. Those beyond the limit share one that is never taken: they are counted,
    /// and the callback's requests are dropped.</summary>
    [HotPath]
    private ref OrderIntentBody Ask(IntentType type)
    {
        ref OrderRequest request = ref _requests[Math.Min(_asked++, Limits.StrategyRequestsMax)];
        request = default;
        request.InstrumentId = _slot.InstrumentId;
        request.Source = _slot.Source;
        request.Intent.StrategyId = _slot.StrategyId;
        request.Intent.IntentType = type;
        return ref request.Intent;
    }
}
