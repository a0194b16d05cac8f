using System.Runtime.CompilerServices;
using HftSandbox.Core.Orders;
using HftSandbox.Core.Risk;
using HftSandbox.Core.Strategies;
using HftSandbox.Events;

namespace HftSandbox.Core;

/// <content>What the engine does by itself: time passes, strategies fail, orders have to go.</content>
public sealed partial class TradingEngine
{
    private readonly SessionClock _session = new();
    private OpenOrderSweep _sweep;
    private bool _isSweeping;

    /// <summary>What is due before the input happens: at the venue, at the roll of the session, the strategies'
    /// timers.</summary>
    [HotPath]
    private void PassTime()
    {
        Settle();
        if (_session.Passes(NowNs))
            RollSession();
        for (int index = 0; index < _strategies.Count && _orderFlowEnabled; index++)
        {
            Guard(index, _strategies.CallOnTimer(index, NowNs));
            Settle();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RollSession()
    {
        _venue.RollSession();
        Settle();
        foreach (LossScope scope in _risk.Loss.Scopes)
            Restart(scope);
    }

    /// <summary>A new count of a loss begins; what was halted goes on.</summary>
    private void Restart(LossScope scope)
    {
        if (scope.IsHalted)
            AppendHalt(scope, isActive: false);
        scope.Restart();
    }

    [HotPath]
    private void WatchLoss(uint instrumentId)
    {
        if (_risk.Loss.IsWatching && instrumentId != 0 && _risk.Loss.Update(instrumentId))
            OnLoss();
    }

    /// <summary>From now on only reducing orders pass; what is open and increases a position is canceled.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnLoss()
    {
        foreach (LossScope scope in _risk.Loss.Scopes)
        {
            if (scope.IsNewlyHalted)
                AppendHalt(scope, isActive: true);
            scope.IsNewlyHalted = false;
        }

        StartSweep();
    }

    private void AppendHalt(LossScope scope, bool isActive) =>
        _journal.Append(EventKind.RiskHalt, SourceId.Engine, scope.InstrumentId, new RiskHaltBody
        {
            ObservedValue = scope.Loss,
            LimitValue = scope.Limit,
            StrategyId = scope.StrategyId ?? 0,
            Reason = HaltReason.MaxDailyLoss,
            Active = isActive ? (byte)1 : (byte)0,
        });

    [HotPath]
    private void Guard(int index, StrategyFaultCode fault)
    {
        if (fault != StrategyFaultCode.None)
            OnStrategyFault(index, fault);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnStrategyFault(int index, StrategyFaultCode code)
    {
        StrategySlot strategy = _strategies[index];
        _journal.Append(EventKind.StrategyFault, SourceId.Engine, strategy.InstrumentId, new StrategyFaultBody
        {
            DiscardedRequests = (uint)_strategies.Context.Discard(),
            StrategyId = strategy.StrategyId,
            Code = code,
        });
        StartSweep();
    }

    /// <summary>Cancels, one by one, whatever may not stay open any more.</summary>
    private void StartSweep()
    {
        _sweep = OpenOrderSweep.Over(OpenOrders);
        _isSweeping = true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SweepOne()
    {
        while (_sweep.TryNext(OpenOrders, out int slot))
        {
            ref readonly Order order = ref OpenOrders[slot];
            if (!MustGo(order) || OpenOrders.Requests.HasCancel(slot))
                continue;
            Cancel(new OrderRequest
            {
                InstrumentId = order.InstrumentId,
                Source = SourceId.Engine,
                Intent = new OrderIntentBody
                {
                    OrigClOrdId = order.ClOrdId,
                    StrategyId = order.StrategyId,
                    IntentType = IntentType.Cancel,
                },
            });
            return;
        }

        _isSweeping = false;
    }

    private bool MustGo(in Order order)
    {
        if (Configuration!.Risk.KillSwitch)
            return true;
        int strategy = _strategies.Find(order.StrategyId);
        return (strategy >= 0 && _strategies[strategy].Quarantined) || IsIncreasingInHalt(order);
    }

    private bool IsIncreasingInHalt(in Order order)
    {
        foreach (LossScope scope in _risk.Loss.Scopes)
        {
            if (scope.Halts(Instruments[order.InstrumentId], order.StrategyId)
                && IsIncreasing(order, isOwn: scope.StrategyId is not null))
                return true;
        }

        return false;
    }

    /// <summary>Whether the open orders of its side, together, would turn or increase the position.</summary>
    private bool IsIncreasing(in Order order, bool isOwn)
    {
        Int128 position = isOwn
            ? Positions.OfStrategy(order.StrategyId, order.InstrumentId).NetQty.Mantissa
            : Positions[order.InstrumentId].NetQty.Mantissa;
        Int128 open = isOwn
            ? OpenOrders.Exposure.QtyOf(order.StrategyId, order.InstrumentId, order.Side)
            : OpenOrders.Exposure.Qty(order.InstrumentId, order.Side);
        return (order.Side == Side.Buy ? position : -position) + open > 0;
    }
}
