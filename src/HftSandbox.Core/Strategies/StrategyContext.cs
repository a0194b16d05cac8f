using HftSandbox.Events;

namespace HftSandbox.Core.Strategies;

/// <summary>What a strategy may do in a callback. Requests are kept and applied after the callback, in order.</summary>
public sealed class StrategyContext
{
    private readonly NewOrderRequest[] _requests = new NewOrderRequest[Limits.StrategyRequestsMax];
    private int _asked;

    internal StrategyContext()
    {
    }

    /// <summary>The engine's time, nanoseconds since 1970-01-01 UTC.</summary>
    public long NowNs { get; private set; }

    /// <summary>How often it asked in this callback, more than were kept if it was too often.</summary>
    internal int Asked => _asked;

    /// <summary>What it asked for.</summary>
    internal ReadOnlySpan<NewOrderRequest> Requests
    {
        [HotPath]
        get => _requests.AsSpan(0, Math.Min(_asked, _requests.Length));
    }

    /// <summary>Asks for a new order. Beyond the limit it is not kept, and the strategy will be quarantined.</summary>
    /// <param name="request">The order.</param>
    [HotPath]
    public void Send(in NewOrderRequest request)
    {
        if ((uint)_asked < (uint)_requests.Length)
            _requests[_asked] = request;
        _asked++;
    }

    [HotPath]
    internal void Begin(long nowNs)
    {
        NowNs = nowNs;
        _asked = 0;
    }

    internal void Discard() => _asked = 0;
}
