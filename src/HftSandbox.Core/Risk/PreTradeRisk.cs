using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.MarketData;
using HftSandbox.Core.Orders;
using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Core.Risk;

/// <summary>The checks every new order passes before any venue sees it. The first that fails gives the one reason; a
/// limit of 0 is off; missing data denies.</summary>
internal sealed class PreTradeRisk(
    InstrumentRegistry instruments,
    MarketView market,
    OrderStore orders,
    PositionLedger positions,
    StrategyRows strategies,
    Halts halts)
{
    private readonly GrossExposure _gross = new(instruments, market, orders.Exposure, positions, halts);
    private RiskLimits _limits = null!;

    // The order being checked, the limits it is held against, and what the checks so far have found.
    private OrderIntentBody _order;
    private uint _instrumentId;
    private int _replaced;
    private int _row;
    private Instrument _instrument = null!;
    private LimitsConfig _ofInstrument = null!;
    private LimitsConfig _ofStrategy = null!;
    private Int128 _addedQty;
    private Int128 _replacedQty;
    private long _nowNs;
    private bool _hasReference;
    private Int128 _twiceReferencePx;
    private RiskDecisionBody _decision;

    /// <summary>The orders forwarded lately.</summary>
    public RateWindows Windows { get; } = new();

    /// <summary>What was forwarded last.</summary>
    public RepeatCounter Repeats { get; } = new(strategies);

    /// <summary>The losses of the session.</summary>
    public SessionLoss Loss { get; } = new(instruments, market, positions);

    /// <summary>Takes the limits of a configuration, whose instruments and strategies are known already.</summary>
    public void Load(RunConfiguration configuration)
    {
        _limits = new RiskLimits(configuration, strategies);
        Windows.Load(_limits, instruments.Count);
        Loss.Load(configuration);
    }

    /// <summary>Decides on a new order or a replace, and counts it as forwarded if it is allowed.</summary>
    /// <param name="intent">What is asked for.</param>
    /// <param name="instrumentId">Any number.</param>
    /// <param name="replaced">The order that a replace is to change; None = a new order.</param>
    /// <param name="nowNs">The engine's now.</param>
    [HotPath]
    public RiskDecisionBody Check(in OrderIntentBody intent, uint instrumentId, int replaced, long nowNs)
    {
        _order = intent;
        _instrumentId = instrumentId;
        _replaced = replaced;
        _row = strategies.Of(intent.StrategyId);
        _nowNs = nowNs;
        _decision = default;
        _decision.ClOrdId = intent.ClOrdId;
        _decision.StrategyId = intent.StrategyId;
        _decision.LimitsHash = _limits.Hash;
        _decision.Reason = FirstFailureOrOverflow();
        _decision.Decision = _decision.Reason == RiskReason.None ? Decision.Allow : Decision.Deny;
        if (_decision.Decision == Decision.Allow)
        {
            Windows.Add(instrumentId, _row, nowNs);
            Repeats.Add(intent, instrumentId);
        }

        return _decision;
    }

    [HotPath]
    private RiskReason FirstFailureOrOverflow()
    {
        try
        {
            return FirstFailure();
        }
        catch (OverflowException)
        {
            return RiskReason.ArithmeticOverflow;
        }
    }

#pragma warning disable IDE0055 // a table is read in columns
    [HotPath]
    private RiskReason FirstFailure() =>
          _limits.KillSwitch             ? RiskReason.KillSwitch
        : IsHalted()                     ? RiskReason.Halted
        : !InstrumentAndSideAreValid()   ? RiskReason.InvalidInstrument
        : !PriceIsValid()                ? RiskReason.InvalidPrice
        : !QuantityIsValid()             ? RiskReason.InvalidQty
        : !WithinOrderRate()             ? RiskReason.RateLimit
        : !WithinMaxRepeats()            ? RiskReason.RepeatedOrder
        : !WithinMaxOrderQty()           ? RiskReason.MaxOrderQty
        : !WithinPriceCollar()           ? RiskReason.PriceCollar
        : !ReferencePriceIsKnown()       ? RiskReason.NoReferencePrice
        : !ReachesMinNotional()          ? RiskReason.InvalidQty
        : !WithinMaxOrderNotional()      ? RiskReason.MaxOrderNotional
        : !PositionsCanBeCounted()       ? RiskReason.ArithmeticOverflow
        : !WithinMaxPosition()           ? RiskReason.MaxPosition
        : !WithinMaxOpenOrders()         ? RiskReason.MaxOpenOrders
        : !GrossExposureIsKnown()        ? RiskReason.NoReferencePrice
        : !WithinMaxGrossExposure()      ? RiskReason.MaxGrossExposure
        : !WithinMaxDailyLoss()          ? RiskReason.MaxDailyLoss
        : RiskReason.None;
#pragma warning restore IDE0055

    [HotPath]
    private bool IsHalted() => instruments.Contains(_instrumentId) && halts.IsHalted(_instrumentId);

    [HotPath]
    private bool InstrumentAndSideAreValid()
    {
        if (!instruments.Contains(_instrumentId)
            || _order.Side is not (Side.Buy or Side.Sell)
            || _order.OrdType is not (OrdType.Limit or OrdType.Market)
            || _order.TimeInForce is TimeInForce.None or > TimeInForce.Gtd
            || (_order.TimeInForce == TimeInForce.Gtd && _order.DeadlineNs <= _nowNs))
            return false;
        _instrument = instruments[_instrumentId];
        _ofInstrument = _limits.OfInstrument(_instrumentId);
        _ofStrategy = _limits.OfStrategy(_row);
        _hasReference = market.TryReference(_instrumentId, _nowNs, out _twiceReferencePx);
        return true;
    }

    [HotPath]
    private bool PriceIsValid()
    {
        long px = _order.Px.Mantissa;
        return _order.OrdType == OrdType.Market
            || ((px > 0 || _instrument.Config.AllowNegativePrice) && px % _instrument.Config.TickSize == 0);
    }

    [HotPath]
    private bool QuantityIsValid()
    {
        long qty = _order.Qty.Mantissa;
        return qty > 0 && qty % _instrument.Config.LotSize == 0 && qty >= _instrument.Config.MinQty;
    }

    [HotPath]
    private bool WithinOrderRate() =>
        WithinOrderRate(Windows.OfInstrument(_instrumentId), _ofInstrument)
        && WithinOrderRate(Windows.OfStrategy(_row), _ofStrategy)
        && WithinOrderRate(Windows.Global, _limits.Global);

    [HotPath]
    private bool WithinOrderRate(RateWindow? window, LimitsConfig limits)
    {
        if (window is null)
            return true;
        window.Slide(_nowNs, _limits.OrderRateWindowNs);
        return Within(window.Count + 1, limits.OrderRateLimit);
    }

    [HotPath]
    private bool WithinMaxRepeats()
    {
        long repeats = Repeats.CountWith(_order, _instrumentId);
        return Within(repeats, _ofInstrument.MaxRepeats)
            && Within(repeats, _ofStrategy.MaxRepeats)
            && Within(repeats, _limits.Global.MaxRepeats);
    }

    [HotPath]
    private bool WithinMaxOrderQty() =>
        Within(_order.Qty.Mantissa, _ofInstrument.MaxOrderQty) && Within(_order.Qty.Mantissa, _ofStrategy.MaxOrderQty);

    /// <summary>|2·px − 2·ref| · 10,000 ≤ |2·ref| · bps, which for integers is |2·px − 2·ref| ≤ ⌊|2·ref| · bps /
    /// 10,000⌋. The decision records the two sides of the latter.</summary>
    [HotPath]
    private bool WithinPriceCollar()
    {
        long bps = CollarBps();
        if (bps == 0 || !_hasReference || _order.OrdType == OrdType.Market)
            return true;
        NoteReference();
        Int128 allowed = Decimals.Divide(Decimals.Multiply(Int128.Abs(_twiceReferencePx), bps), 10_000, out _);
        Int128 distance = Int128.Abs(((Int128)_order.Px.Mantissa * 2) - _twiceReferencePx);
        return distance <= allowed || Fails(distance, allowed);
    }

    [HotPath]
    private bool ReferencePriceIsKnown()
    {
        bool hasNotionalLimit = (_ofInstrument.MaxOrderNotional | _ofStrategy.MaxOrderNotional
            | _instrument.Config.MinNotional) != 0;
        bool needed = CollarBps() != 0 || (_order.OrdType == OrdType.Market && hasNotionalLimit);
        return _hasReference || !needed;
    }

    /// <summary>Also the first to compute the notional, and the fee so that it is known to fit. A market order
    /// without a reference price has none.</summary>
    [HotPath]
    private bool ReachesMinNotional()
    {
        if (_order.OrdType == OrdType.Limit)
        {
            Int128 cost = _instrument.CostOf(_order.Px, _order.Qty);
            _instrument.FeeOf(cost, _instrument.Config.TakerFeeRateE8);
            _decision.Notional = new Notional(_instrument.NotionalOf(cost));
        }
        else if (_hasReference)
        {
            NoteReference();
            _instrument.FeeOf(_instrument.CostOf(WorstMarketPx(), _order.Qty), _instrument.Config.TakerFeeRateE8);
            _decision.Notional = MarketNotional();
        }
        else
        {
            return true;
        }

        long minNotional = _instrument.Config.MinNotional;
        return _decision.Notional.Mantissa >= minNotional || Fails(_decision.Notional.Mantissa, minNotional);
    }

    /// <summary>The tighter of the instrument's and the strategy's; 0 = off.</summary>
    [HotPath]
    private long CollarBps() =>
        _ofInstrument.MaxPriceDeviationBps == 0 ? _ofStrategy.MaxPriceDeviationBps
        : _ofStrategy.MaxPriceDeviationBps == 0 ? _ofInstrument.MaxPriceDeviationBps
        : Math.Min(_ofInstrument.MaxPriceDeviationBps, _ofStrategy.MaxPriceDeviationBps);

    [HotPath]
    private bool WithinMaxOrderNotional() =>
        Within(_decision.Notional.Mantissa, _ofInstrument.MaxOrderNotional)
        && Within(_decision.Notional.Mantissa, _ofStrategy.MaxOrderNotional);

    /// <summary>Whatever the limit is, neither the open quantity nor the position may outgrow 64 bits. A replace is
    /// counted without its original, and with what it leaves open.</summary>
    [HotPath]
    private bool PositionsCanBeCounted()
    {
        _decision.PositionQty = positions[_instrumentId].NetQty;
        _addedQty = _order.Qty.Mantissa;
        _replacedQty = 0;
        if (_replaced != SlotLists.None)
        {
            _replacedQty = orders[_replaced].ExposedQty.Mantissa;
            _addedQty = Int128.Max(0, _addedQty - orders[_replaced].CumQty.Mantissa);
        }

        Int128 openQty = orders.Exposure.Qty(_instrumentId, _order.Side)
            + halts.OrphanQty(_instrumentId, _order.Side) - _replacedQty;
        _decision.OpenQty = new Qty(long.CreateSaturating(openQty));
        return openQty + _addedQty <= long.MaxValue && WorstPosition() <= long.MaxValue;
    }

    [HotPath]
    private bool WithinMaxPosition() =>
        Within((long)WorstPosition(), _ofInstrument.MaxPosition)
        && (_ofStrategy.MaxPosition == 0
            || Within(long.CreateSaturating(WorstOwnPosition()), _ofStrategy.MaxPosition));

    [HotPath]
    private bool WithinMaxOpenOrders()
    {
        int added = _replaced == SlotLists.None ? 1 : 0;
        return Within(orders.Exposure.OrdersIn(_instrumentId) + added, _ofInstrument.MaxOpenOrders)
            && Within(orders.Exposure.OrdersOf(_order.StrategyId) + added, _ofStrategy.MaxOpenOrders)
            && Within(orders.Count + added, _limits.Global.MaxOpenOrders)
            && Within(orders.Count + added, Limits.OpenOrdersMax);
    }

    [HotPath]
    private bool GrossExposureIsKnown()
    {
        bool needed = (_ofInstrument.MaxGrossExposure | _ofStrategy.MaxGrossExposure | _limits.Global.MaxGrossExposure)
            != 0;
        return !needed
            || (_gross.TryOfCurrency(Added(), _nowNs, out _)
                && (_ofStrategy.MaxGrossExposure == 0
                    || _gross.TryOfStrategy(_order.StrategyId, Added(), _nowNs, out _)));
    }

    [HotPath]
    private bool WithinMaxGrossExposure()
    {
        if (_ofInstrument.MaxGrossExposure != 0
            && _gross.TryOfInstrument(Added(), _nowNs, out GrossExposure.Total gross)
            && !Within(gross, _ofInstrument.MaxGrossExposure))
            return false;
        if (_ofStrategy.MaxGrossExposure != 0
            && _gross.TryOfStrategy(_order.StrategyId, Added(), _nowNs, out gross)
            && !Within(gross, _ofStrategy.MaxGrossExposure))
            return false;
        return _limits.Global.MaxGrossExposure == 0
            || !_gross.TryOfCurrency(Added(), _nowNs, out gross)
            || Within(gross, _limits.Global.MaxGrossExposure);
    }

    /// <summary>Prices alone may have carried it beyond the limit: what does not raise it passes wherever it
    /// stands.</summary>
    [HotPath]
    private bool Within(in GrossExposure.Total gross, long limit) =>
        !gross.IsRaised || Within(long.CreateSaturating(gross.Sum), limit);

    [HotPath]
    private GrossExposure.Added Added() => new(_instrumentId, _order.Side, _addedQty - _replacedQty);

    /// <summary>After a loss beyond its limit only orders pass that reduce the position, whatever else is open; where
    /// several limits are broken, by the measure of each.</summary>
    [HotPath]
    private bool WithinMaxDailyLoss()
    {
        foreach (LossScope scope in Loss.Scopes)
        {
            if (scope.Halts(_instrument, _order.StrategyId)
                && (scope.StrategyId is null ? WorstPosition() : WorstOwnPosition()) > 0)
                return Fails(scope.Loss, scope.Limit);
        }

        return true;
    }

    /// <summary>The position toward the order's side if every open order of that side fills.</summary>
    [HotPath]
    private Int128 WorstPosition() =>
        Toward(_decision.PositionQty.Mantissa) + _decision.OpenQty.Mantissa + _addedQty;

    /// <summary>The same, of the strategy's own position and orders.</summary>
    [HotPath]
    private Int128 WorstOwnPosition() =>
        Toward(positions.OfStrategy(_order.StrategyId, _instrumentId).NetQty.Mantissa)
        + orders.Exposure.QtyOf(_order.StrategyId, _instrumentId, _order.Side) - _replacedQty + _addedQty;

    [HotPath]
    private Int128 Toward(Int128 position) => _order.Side == Side.Buy ? position : -position;

    /// <summary>A market order counts at the reference plus the collar: |2·ref| · (10,000 + bps) / 20,000.</summary>
    [HotPath]
    private Notional MarketNotional()
    {
        Int128 cost = Decimals.Multiply(
            _instrument.CostOf(new Px(1), _order.Qty),
            Int128.Abs(_twiceReferencePx));
        long numerator = checked(10_000 + CollarBps());
        return new Notional(_instrument.NotionalOf(cost, numerator, 20_000));
    }

    [HotPath]
    private Px WorstMarketPx() => new(Decimals.ToLong((Int128.Abs(_twiceReferencePx) + 1) >> 1));

    /// <summary>The decision shows a mid that lies between two prices as the lower one.</summary>
    [HotPath]
    private void NoteReference() => _decision.ReferencePx = new Px((long)(_twiceReferencePx >> 1));

    [HotPath]
    private bool Within(long observed, long limit) => limit == 0 || observed <= limit || Fails(observed, limit);

    [HotPath]
    private bool Fails(Int128 observed, Int128 limit)
    {
        _decision.ObservedValue = long.CreateSaturating(observed);
        _decision.LimitValue = long.CreateSaturating(limit);
        return false;
    }
}
