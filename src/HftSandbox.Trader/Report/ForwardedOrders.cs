using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>The orders and replaces that risk let through, as far as later ones are measured by them: when they were
/// forwarded, and how often a strategy has sent the same one in a row.</summary>
/// <param name="strategies">Whose orders count together.</param>
internal sealed class ForwardedOrders(StrategyRows strategies)
{
    private readonly Dictionary<LimitScope, Queue<long>> _timesNs = [];
    private readonly Dictionary<int, Last> _last = [];
    private long _windowNs;
    private long? _missingUntilNs;
    private bool _lastAreKnown = true;

    /// <summary>Keeps the times that a configuration needs; where there was no limit, counting begins.</summary>
    /// <param name="limited">Where the rate is limited.</param>
    /// <param name="windowNs">Length of the window.</param>
    public void Load(IReadOnlySet<LimitScope> limited, long windowNs)
    {
        _windowNs = windowNs;
        foreach (var scope in _timesNs.Keys.Except(limited).ToArray())
            _timesNs.Remove(scope);
        foreach (var scope in limited)
            _timesNs.TryAdd(scope, new Queue<long>());
    }

    /// <summary>Times from here on do not compare with those before.</summary>
    public void ForgetTimes()
    {
        _missingUntilNs = null;
        foreach (var times in _timesNs.Values)
            times.Clear();
    }

    /// <summary>A start from flat.</summary>
    public void StartAnew()
    {
        ForgetTimes();
        _last.Clear();
        _lastAreKnown = true;
    }

    /// <summary>Events before this one are not in the log.</summary>
    /// <param name="nowNs">Receive time of this one.</param>
    public void OnMissing(long nowNs)
    {
        _missingUntilNs = nowNs;
        _last.Clear();
        _lastAreKnown = false;
    }

    /// <summary>Orders forwarded within the window before a moment; null = not known, or nothing is limited.</summary>
    /// <param name="scope">What is counted.</param>
    /// <param name="nowNs">Receive time.</param>
    public int? InWindow(LimitScope scope, long nowNs)
    {
        if (nowNs - _missingUntilNs < _windowNs || !_timesNs.TryGetValue(scope, out var times))
            return null;
        while (times.TryPeek(out var ns) && nowNs - ns >= _windowNs)
            times.Dequeue();
        return times.Count;
    }

    /// <summary>How many of the same in a row it would be with this one; null = not known.</summary>
    /// <param name="instrumentId">Its instrument.</param>
    /// <param name="intent">The order or replace.</param>
    public long? RepeatsWith(uint instrumentId, in OrderIntentBody intent)
    {
        if (!_last.TryGetValue(strategies.Of(intent.StrategyId), out var last))
            return _lastAreKnown ? 1 : null;
        return last.Order == Same.As(instrumentId, intent) ? last.Count + 1 : 1;
    }

    /// <summary>One more was let through.</summary>
    /// <param name="instrumentId">Its instrument.</param>
    /// <param name="intent">The order or replace.</param>
    /// <param name="nowNs">Receive time.</param>
    public void Add(uint instrumentId, in OrderIntentBody intent, long nowNs)
    {
        foreach (var scope in LimitScope.Of(instrumentId, intent.StrategyId))
        {
            if (_timesNs.TryGetValue(scope, out var times))
                times.Enqueue(nowNs);
        }

        var repeats = RepeatsWith(instrumentId, intent);
        _last[strategies.Of(intent.StrategyId)] = new Last(Same.As(instrumentId, intent), repeats);
    }

    private readonly record struct Last(Same Order, long? Count);

    private readonly record struct Same(uint InstrumentId, Side Side, OrdType OrdType, Px Px, Qty Qty)
    {
        public static Same As(uint instrumentId, in OrderIntentBody intent) =>
            new(instrumentId, intent.Side, intent.OrdType, intent.Px, intent.Qty);
    }
}
