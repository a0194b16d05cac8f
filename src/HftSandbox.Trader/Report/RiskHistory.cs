using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>What orders are measured by that no decision carries, as the log's records make it.</summary>
internal sealed class RiskHistory
{
    private readonly InstrumentRegistry _instruments;
    private readonly StrategyRows _strategies = new();
    private readonly PositionLedger _positions;
    private bool _positionsAreKnown = true;

    /// <summary>Before the first event.</summary>
    /// <param name="instruments">The instruments.</param>
    public RiskHistory(InstrumentRegistry instruments)
    {
        _instruments = instruments;
        _positions = new PositionLedger(_strategies);
        Forwarded = new ForwardedOrders(_strategies);
        Losses = new DailyLosses(instruments, _positions);
    }

    /// <summary>The orders that were let through.</summary>
    public ForwardedOrders Forwarded { get; }

    /// <summary>The orders that are open.</summary>
    public OpenOrders Open { get; } = new();

    /// <summary>The losses of the session.</summary>
    public DailyLosses Losses { get; }

    /// <summary>Events before this one are not in the log.</summary>
    /// <param name="nowNs">Receive time of this one.</param>
    public void OnMissing(long nowNs)
    {
        _positionsAreKnown = false;
        Forwarded.OnMissing(nowNs);
        Open.OnMissing();
        Losses.OnMissing();
    }

    /// <summary>A run begins; the configuration follows.</summary>
    /// <param name="isFlat">Whether from flat.</param>
    /// <param name="isOther">Whether times and prices do not compare with those before.</param>
    public void BeginRun(bool isFlat, bool isOther)
    {
        if (isFlat)
        {
            _positionsAreKnown = true;
            _positions.Clear();
            Forwarded.StartAnew();
            Open.Clear();
            Losses.Flatten();
        }

        if (!isOther)
            return;
        Forwarded.ForgetTimes();
        Losses.ForgetMarket();
    }

    /// <summary>A configuration takes effect.</summary>
    /// <param name="configuration">It.</param>
    public void Load(RunConfiguration configuration)
    {
        for (var index = 0; index < configuration.Strategies.Length; index++)
            _strategies.Know((ushort)(configuration.Order.StrategyId + index));
        Losses.Load(configuration);
    }

    /// <summary>A fill, a part of one taken back, or an adjustment.</summary>
    /// <param name="instrumentId">An instrument of the registry.</param>
    /// <param name="strategyId">Strategy it is booked to.</param>
    /// <param name="source">Who says so.</param>
    /// <param name="side">Side.</param>
    /// <param name="px">Price.</param>
    /// <param name="qty">Quantity, positive.</param>
    /// <param name="fee">Fee.</param>
    public void Move(uint instrumentId, ushort strategyId, SourceId source, Side side, Px px, Qty qty, Fee fee)
    {
        var fill = new Core.Orders.Fill(px, qty, fee);
        _positions.TryBook(_instruments[instrumentId], strategyId, side, reversed: default, fill);
        Losses.OnFill(instrumentId, source);
    }

    /// <summary>Position of a strategy's own fills; null = not known.</summary>
    /// <param name="strategyId">Strategy.</param>
    /// <param name="instrumentId">An instrument of the registry.</param>
    public Int128? OwnPosition(ushort strategyId, uint instrumentId) =>
        _positionsAreKnown ? _positions.OfStrategy(strategyId, instrumentId).NetQty.Mantissa : null;
}
