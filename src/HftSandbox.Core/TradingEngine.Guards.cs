using System.Runtime.CompilerServices;
using HftSandbox.Core.Orders;
using HftSandbox.Core.Strategies;
using HftSandbox.Events;

namespace HftSandbox.Core;

/// <content>What the engine does by itself: time passes, strategies fail, orders have to go.</content>
public sealed partial class TradingEngine
{
    private OpenOrderSweep _sweep;
    private bool _isSweeping;

    /// <summary>What is due before the input happens: orders whose time is over, then the strategies' timers.</summary>
    [HotPath]
    private void PassTime()
    {
        if (NowNs >= _stubVenue.NextDeadlineNs)
            ExpireDue();
        for (int index = 0; index < _strategies.Count && _orderFlowEnabled; index++)
        {
            Guard(index, _strategies.CallOnTimer(index, NowNs));
            Settle();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ExpireDue()
    {
        _stubVenue.NextDeadlineNs = long.MaxValue;
        OpenOrderSweep sweep = OpenOrderSweep.Over(OpenOrders);
        while (_venue == _stubVenue && sweep.TryNext(OpenOrders, out int slot))
        {
            ref readonly Order order = ref OpenOrders[slot];
            if (order.TimeInForce != TimeInForce.Gtd)
                continue;
            if (order.DeadlineNs > NowNs)
            {
                _stubVenue.NextDeadlineNs = Math.Min(_stubVenue.NextDeadlineNs, order.DeadlineNs);
                continue;
            }

            _stubVenue.Expire(order);
            Settle();
        }
    }

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
            DiscardedRequests = (uint)_strategies.Context.Asked,
            StrategyId = strategy.StrategyId,
            Code = code,
        });
        _strategies.Context.Discard();
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
        return strategy >= 0 && _strategies[strategy].Quarantined;
    }
}
