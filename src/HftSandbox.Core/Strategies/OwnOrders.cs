using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Core.Strategies;

/// <summary>The open orders of one strategy, from the oldest to the newest.</summary>
public ref struct OwnOrders
{
    private readonly ushort _strategyId;
    private OrderStore.Enumerator _all;

    internal OwnOrders(OrderStore orders, ushort strategyId)
    {
        _strategyId = strategyId;
        _all = orders.GetEnumerator();
    }

    /// <summary>The order.</summary>
    public readonly ref readonly Order Current => ref _all.Current;

    /// <summary>Itself: <c>foreach</c> works on it.</summary>
    public readonly OwnOrders GetEnumerator() => this;

    /// <summary>Goes on to the next newer order of the strategy.</summary>
    /// <returns>False = there is none.</returns>
    [HotPath]
    public bool MoveNext()
    {
        while (_all.MoveNext())
        {
            if (_all.Current.StrategyId == _strategyId)
                return true;
        }

        return false;
    }
}
