using HftSandbox.Adapters;
using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;

namespace HftSandbox.Trader.Agents;

/// <summary>Moves a feed's inputs into its ring, as fast as there is room, or paced by their receive times. One
/// thread.</summary>
internal sealed class FeedAgent : IAgent
{
    private readonly IFeed _feed;
    private readonly SlotRingWriter<InputEvent> _ring;
    private readonly double _speed;
    private int _held;
    private long _startNs = -1;
    private long _startReceiveNs;
    private volatile StopReason _ended;

    /// <summary>Paces a feed.</summary>
    /// <param name="feed">Where the inputs come from.</param>
    /// <param name="ring">Where they go.</param>
    /// <param name="speed">0 = as fast as it goes, 1 = as their receive times say, 2 = twice as fast.</param>
    public FeedAgent(IFeed feed, SlotRingWriter<InputEvent> ring, double speed)
    {
        _feed = feed;
        _ring = ring;
        _speed = speed;
    }

    /// <inheritdoc/>
    public string Name => "feed";

    /// <summary>Why the feed ended, once everything it gave is in the ring; None before. Any thread.</summary>
    public StopReason Ended => _ended;

    /// <inheritdoc/>
    public int DoWork(long nowNs)
    {
        var published = _speed == 0 ? Forward() : ForwardDue(nowNs);
        if (published == 0 && _held == 0 && _feed.Ended != StopReason.None)
            _ended = _feed.Ended;

        return published;
    }

    private int Forward()
    {
        var free = _ring.Free();
        var count = free.IsEmpty ? 0 : _feed.Poll(free);
        if (count > 0)
            _ring.Publish(count);

        return count;
    }

    private int ForwardDue(long nowNs)
    {
        var free = _ring.Free();
        if (_held == 0 && !free.IsEmpty)
            _held = _feed.Poll(free);

        var due = 0;
        while (due < _held && IsDue(free[due].Header.ReceiveTimeNs, nowNs))
            due++;

        if (due > 0)
        {
            _ring.Publish(due);
            _held -= due;
        }

        return due;
    }

    private bool IsDue(long receiveNs, long nowNs)
    {
        if (_startNs < 0)
        {
            _startNs = nowNs;
            _startReceiveNs = receiveNs;
        }

        return (nowNs - _startNs) * _speed >= receiveNs - _startReceiveNs;
    }
}
