using System.Numerics;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Venues.Simulated;

/// <summary>The simulated venue from its rules, in the slowest plain way: lists that are sorted when somebody looks,
/// prints that are handed out unit by unit. It keeps its own view of the market.</summary>
internal sealed class NaiveSimVenue(SimVenueConfig config, ulong seed)
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    private readonly List<NaiveOrder> _orders = [];
    private readonly List<(long DueNs, NaiveRequest Request)> _requests = [];
    private readonly List<(long DueNs, string Line)> _responses = [];
    private readonly Dictionary<uint, NaiveMarket> _markets = new() { [1] = new(), [2] = new() };
    private long _arrivals;

    public List<string> Heard { get; } = [];

    public NaiveMarket Market(uint instrument) => _markets[instrument];

    public void Send(NaiveRequest request, long nowNs) =>
        _requests.Add((Math.Max(nowNs + Draw(config.EntryLatency, 0x53494D45, request.ClOrdId),
            _requests.Select(sent => sent.DueNs).DefaultIfEmpty(long.MinValue).Max()), request));

    /// <summary>Everything that is due: what is said first, then deadlines, then requests.</summary>
    public void PassTo(long nowNs)
    {
        while (true)
        {
            var heard = _responses.Count > 0 ? _responses[0].DueNs : long.MaxValue;
            var ends = _orders.Where(order => order.TimeInForce == TimeInForce.Gtd)
                .Select(order => order.DeadlineNs).DefaultIfEmpty(long.MaxValue).Min();
            var arrives = _requests.Count > 0 ? _requests[0].DueNs : long.MaxValue;
            var next = Math.Min(heard, Math.Min(ends, arrives));
            if (next > nowNs)
                return;
            if (heard == next)
            {
                Heard.Add(_responses[0].Line);
                _responses.RemoveAt(0);
            }
            else if (ends == next)
            {
                EndAll(order => order.TimeInForce == TimeInForce.Gtd && order.DeadlineNs <= next, next);
            }
            else
            {
                var request = _requests[0].Request;
                _requests.RemoveAt(0);
                Arrive(request, next);
            }
        }
    }

    public void Roll(long nowNs) => EndAll(order => order.TimeInForce == TimeInForce.Day, nowNs);

    public void Print(uint instrument, long px, long qty, Side aggressor, long nowNs)
    {
        var market = _markets[instrument];
        var side = aggressor == Side.None ? market.HitBy(px) : aggressor == Side.Buy ? Side.Sell : Side.Buy;
        if (side == Side.None)
            return;
        var sign = side == Side.Buy ? 1 : -1;
        var reached = Queue(instrument, side).Where(order => sign * order.Px >= sign * px).ToList();
        foreach (var order in reached.Where(order => order.Px != px))
            order.Ahead = 0;
        var filled = reached.ToDictionary(order => order, _ => 0L);
        for (var unit = 0; unit < qty; unit++)
        {
            var first = reached.FirstOrDefault(order => order.Left > 0);
            if (first is null)
                break;
            if (first.Ahead > 0)
            {
                foreach (var order in reached.Where(order => order.Px == px && order.Ahead > 0))
                    order.Ahead--;
                continue;
            }

            filled[first]++;
            first.Cum++;
        }

        // Told per order, with the quantity it had when it was its turn.
        foreach (var (order, units) in filled.Where(fill => fill.Value > 0))
            Say($"{order.Id} Trade {units}@{order.Px} {(order.Px == px ? "QueueReached" : "TradedThrough")} "
                + $"{order.Cum}/{order.Qty}", order.Id, nowNs);
        _orders.RemoveAll(order => order.Left == 0);
        market.Note(side, px, printed: qty);
    }

    /// <summary>The market is about to change: afterwards every queue is what the difference makes of it.</summary>
    public void Change(uint instrument, Action<NaiveMarket> change, Side side, long? px)
    {
        var market = _markets[instrument];
        var told = _orders.Where(order => order.Instrument == instrument
            && (side == Side.None || (order.Side == side && (px is null || order.Px == px))));
        var before = told.ToDictionary(order => order, order => market.Shown(order.Side, order.Px));
        change(market);
        foreach (var (order, shown) in before)
        {
            if (market.Shown(order.Side, order.Px) is { } after)
                Shorten(order, side == Side.None ? null : shown, after, market);
        }

        foreach (var one in side == Side.None ? [Side.Buy, Side.Sell] : new[] { side })
            market.Forget(one, px);
    }

    private void Shorten(NaiveOrder order, long? before, long after, NaiveMarket market)
    {
        var standing = (before ?? 0) - market.Printed(order.Side, order.Px);
        if (config.Queue == QueueModel.Proportional && before is not null && standing > after)
            order.Ahead -= (long)(new BigInteger(standing - after) * order.Ahead / standing);
        order.Ahead = Math.Min(order.Ahead, after);
    }

    private IEnumerable<NaiveOrder> Queue(uint instrument, Side side) => _orders
        .Where(order => order.Instrument == instrument && order.Side == side)
        .OrderBy(order => side == Side.Buy ? -order.Px : order.Px)
        .ThenBy(order => order.Arrival);

    private void EndAll(Func<NaiveOrder, bool> which, long nowNs)
    {
        NaiveOrder[] ended =
        [
            .. from instrument in new uint[] { 1, 2 }
               from side in new[] { Side.Buy, Side.Sell }
               from order in Queue(instrument, side)
               where which(order)
               select order,
        ];
        foreach (var order in ended)
            Tell(order, "Expired", nowNs);
        _orders.RemoveAll(order => ended.Contains(order));
    }

    private void Arrive(NaiveRequest request, long nowNs)
    {
        var order = _orders.Find(one => one.Root == request.Root);
        if (request.Type == IntentType.New)
        {
            order = request.ToOrder();
            var isRefused = order.PostOnly && Reachable(order, order.Px).Any();
            Tell(order, isRefused ? "Rejected WouldTakeLiquidity" : "New", nowNs);
            if (!isRefused)
                Work(order, nowNs);
        }
        else if (order is null)
        {
            Say($"{request.ClOrdId} refused TooLate", request.ClOrdId, nowNs);
        }
        else if (request.Type == IntentType.Cancel)
        {
            _orders.Remove(order);
            Say($"{request.ClOrdId} Canceled {order.Cum}/{order.Qty}", request.ClOrdId, nowNs);
        }
        else
        {
            Replace(order, request, nowNs);
        }
    }

    private void Replace(NaiveOrder order, NaiveRequest request, long nowNs)
    {
        var keeps = request.Px == order.Px && Math.Max(request.Qty, order.Cum) <= order.Qty;
        if (!keeps && order.PostOnly && Reachable(order, request.Px).Any())
        {
            Say($"{request.ClOrdId} refused WouldTakeLiquidity", request.ClOrdId, nowNs);
            return;
        }

        (order.Id, order.Px, order.Qty) = (request.ClOrdId, request.Px, Math.Max(request.Qty, order.Cum));
        Tell(order, "Replaced", nowNs);
        if (keeps && order.Left > 0)
            return;
        _orders.Remove(order);
        if (order.Left > 0)
            Work(order, nowNs);
    }

    private void Work(NaiveOrder order, long nowNs)
    {
        if (order.TimeInForce == TimeInForce.Gtd && order.DeadlineNs <= nowNs)
        {
            Tell(order, "Expired", nowNs);
            return;
        }

        var opposite = order.Side == Side.Buy ? Side.Sell : Side.Buy;
        var sign = order.Side == Side.Buy ? 1 : -1;
        var limit = order.IsMarket ? sign * (long.MaxValue / 2) : order.Px;
        var own = Queue(order.Instrument, opposite).FirstOrDefault();
        var meets = config.SelfTrades == SelfTradePrevention.CancelNewest && own is not null
            && sign * own.Px <= sign * limit;
        var levels = Reachable(order, limit).Where(level => !meets || sign * level.Px < sign * own!.Px).ToList();
        if (order.TimeInForce == TimeInForce.Fok && levels.Sum(level => level.Qty) < order.Left)
            levels.Clear();
        foreach (var (px, qty) in levels)
        {
            var taken = Math.Min(qty, order.Left);
            if (taken == 0)
                break;
            order.Cum += taken;
            _markets[order.Instrument].Note(opposite, px, taken: taken);
            Tell(order, $"Trade {taken}@{px} Taken", nowNs);
        }

        if (order.Left == 0)
            return;
        if (meets)
            Tell(order, "Canceled SelfTrade", nowNs);
        else if (order.IsMarket || order.TimeInForce is TimeInForce.Ioc or TimeInForce.Fok)
            Tell(order, "Canceled", nowNs);
        else
            Rest(order);
    }

    private void Rest(NaiveOrder order)
    {
        order.Ahead = _markets[order.Instrument].Shown(order.Side, order.Px) ?? long.MaxValue;
        order.Arrival = ++_arrivals;
        _orders.Add(order);
    }

    private IEnumerable<(long Px, long Qty)> Reachable(NaiveOrder order, long limit)
    {
        var opposite = order.Side == Side.Buy ? Side.Sell : Side.Buy;
        var market = _markets[order.Instrument];
        return market.Levels(opposite)
            .Where(level => order.IsMarket || (order.Side == Side.Buy ? level.Px <= limit : level.Px >= limit))
            .Select(level => (level.Px, Qty: level.Qty - market.Taken(opposite, level.Px)))
            .Where(level => level.Qty > 0);
    }

    private void Tell(NaiveOrder order, string what, long nowNs) =>
        Say($"{order.Id} {what} {order.Cum}/{order.Qty}", order.Id, nowNs);

    private void Say(string line, ulong id, long nowNs)
    {
        var due = nowNs + Draw(config.ResponseLatency, 0x53494D52, id);
        _responses.Add((Math.Max(due, _responses.Count > 0 ? _responses[^1].DueNs : long.MinValue), line));
    }

    /// <summary>SplitMix64 started at a point of the seed and the key, and its draw scaled to the weights.</summary>
    private long Draw(IReadOnlyList<LatencyBin> bins, ulong key, ulong id)
    {
        var stream = Mix(Mix(seed + Gamma) ^ Mix(key + Gamma));
        var drawn = Mix(stream + ((id + 1) * Gamma));
        var ticket = (long)((new BigInteger(drawn) * bins.Sum(bin => bin.Weight)) >> 64);
        return bins.First(bin => (ticket -= bin.Weight) < 0).LatencyNs;
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

/// <summary>What a request asks for.</summary>
internal sealed record NaiveRequest(uint Instrument, ulong Root, OrderIntentBody Intent)
{
    public IntentType Type => Intent.IntentType;

    public ulong ClOrdId => Intent.ClOrdId;

    public long Px => Intent.Px.Mantissa;

    public long Qty => Intent.Qty.Mantissa;

    public NaiveOrder ToOrder() => new()
    {
        Id = ClOrdId,
        Root = Root,
        Instrument = Instrument,
        Side = Intent.Side,
        IsMarket = Intent.OrdType == OrdType.Market,
        TimeInForce = Intent.TimeInForce,
        PostOnly = Intent.ExecInst == ExecInst.PostOnly,
        DeadlineNs = Intent.DeadlineNs,
        Px = Px,
        Qty = Qty,
    };
}

/// <summary>An order at the naive venue.</summary>
internal sealed class NaiveOrder
{
    public ulong Id { get; set; }

    public ulong Root { get; init; }

    public uint Instrument { get; init; }

    public Side Side { get; init; }

    public bool IsMarket { get; init; }

    public TimeInForce TimeInForce { get; init; }

    public bool PostOnly { get; init; }

    public long DeadlineNs { get; init; }

    public long Px { get; set; }

    public long Qty { get; set; }

    public long Cum { get; set; }

    public long Left => Qty - Cum;

    public long Ahead { get; set; }

    public long Arrival { get; set; }
}

/// <summary>What others show of one instrument, and what happened there since.</summary>
internal sealed class NaiveMarket
{
    private readonly Dictionary<(Side, long), long> _taken = [];
    private readonly Dictionary<(Side, long), long> _printed = [];

    public Dictionary<(Side Side, long Px), long> Book { get; } = [];

    public bool IsLive { get; set; }

    public QuoteBody Quote { get; set; }

    public IEnumerable<(long Px, long Qty)> Levels(Side side)
    {
        var levels = IsLive
            ? Book.Where(level => level.Key.Side == side).Select(level => (level.Key.Px, Qty: level.Value))
            : [side == Side.Buy
                ? (Quote.BidPx.Mantissa, Quote.BidQty.Mantissa)
                : (Quote.AskPx.Mantissa, Quote.AskQty.Mantissa)];
        return levels.Where(level => level.Qty > 0).OrderBy(level => side == Side.Buy ? -level.Px : level.Px);
    }

    /// <summary>The quantity at a price; null = it cannot be seen.</summary>
    public long? Shown(Side side, long px)
    {
        var levels = Levels(side).ToList();
        if (levels.Count == 0)
            return IsLive || Levels(Side.Buy).Concat(Levels(Side.Sell)).Any() ? 0 : null;
        var isBehind = side == Side.Buy ? px < levels[^1].Px : px > levels[^1].Px;
        return isBehind ? null : levels.Where(level => level.Px == px).Sum(level => level.Qty);
    }

    public Side HitBy(long px)
    {
        var bid = Levels(Side.Buy).Any(level => px <= level.Px);
        var ask = Levels(Side.Sell).Any(level => px >= level.Px);
        return bid == ask ? Side.None : bid ? Side.Buy : Side.Sell;
    }

    public long Taken(Side side, long px) => _taken.GetValueOrDefault((side, px));

    public long Printed(Side side, long px) => _printed.GetValueOrDefault((side, px));

    public void Note(Side side, long px, long taken = 0, long printed = 0)
    {
        if (Shown(side, px) is not > 0)
            return;
        _taken[(side, px)] = Taken(side, px) + taken;
        _printed[(side, px)] = Printed(side, px) + printed;
    }

    public void Forget(Side side, long? px)
    {
        foreach (var marks in new[] { _taken, _printed })
        {
            foreach (var key in marks.Keys.Where(key => key.Item1 == side && (px is null || key.Item2 == px)).ToList())
                marks.Remove(key);
        }
    }

    public bool IsCrossed() => Book.Keys.Any(bid => bid.Side == Side.Buy
        && Book.Keys.Any(ask => ask.Side == Side.Sell && ask.Px <= bid.Px));
}
