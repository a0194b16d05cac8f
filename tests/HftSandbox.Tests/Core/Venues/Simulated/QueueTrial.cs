using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Tests.Core.MarketData;

namespace HftSandbox.Tests.Core.Venues.Simulated;

/// <summary>A day played to the simulated venue with some of its orders taken out, one at a time, and ours in their
/// place: same time, price, side and quantity. The prints stay; what the taken order displayed is not
/// displayed.</summary>
internal sealed class QueueTrial(LobsterDay day, QueueModel model)
{
    /// <summary>How long ours may fill later than the real one.</summary>
    public const long PatienceNs = 60_000_000_000;

    private readonly Rig _rig = new SimRig(SimRig.Queue(model)).Rig;
    private readonly Dictionary<Side, DayLevel> _shown = [];
    private RealOrder? _order;
    private long _displayedQty;
    private ulong _ours;
    private long _leavesQty;
    private long _filledNs;

    /// <summary>Plays the day; gives for every order when ours was filled, or null.</summary>
    public Dictionary<RealOrder, long?> Play(IReadOnlyList<RealOrder> orders)
    {
        var filled = new Dictionary<RealOrder, long?>();
        _rig.Clear(BookClearReason.Snapshot, isLast: false);
        Show(Side.Buy, day.Messages[0].Bid, day.Messages[0].TimeNs);
        Show(Side.Sell, day.Messages[0].Ask, day.Messages[0].TimeNs);
        var next = 0;
        for (var index = 1; index < day.Messages.Count; index++)
        {
            var message = day.Messages[index];
            if (_order is not null && message.TimeNs > _order.FilledNs + PatienceNs)
                Finish(filled, message.TimeNs);
            if (next < orders.Count && orders[next].First == index)
                Begin(orders[next++], message.TimeNs);
            else if (message.Type is 4 or 5)
                Print(message);
            if (message.Type == 4 && message.OrderId == _order?.Id)
                _displayedQty -= message.Qty;
            ShowAfter(message);
        }

        if (_order is not null)
            Finish(filled, day.Messages[^1].TimeNs);
        return filled;
    }

    private void Begin(RealOrder order, long nowNs)
    {
        (_order, _displayedQty, _leavesQty, _ours) = (order, order.Qty, order.Qty, _rig.Engine.NextClOrdId);
        Watch(nowNs, () => _rig.Ask(NewOrderRequest.Limit(order.Px, order.Qty, order.Side)));
    }

    private void Finish(Dictionary<RealOrder, long?> filled, long nowNs)
    {
        filled.Add(_order!, _leavesQty == 0 ? _filledNs : null);
        if (_leavesQty > 0)
            Watch(nowNs, () => _rig.AskToCancel(_ours));
        _order = null;
    }

    private void Print(DayMessage message)
    {
        var trade = new TradeBody
        {
            Px = new Px(message.Px),
            Qty = new Qty(message.Qty),
            AggressorSide = message.Side == Side.Buy ? Side.Sell : Side.Buy,
        };
        Watch(message.TimeNs, () => _rig.Input(EventKind.Trade, Rig.First, Rig.Bytes(trade), SourceId.Lobster));
    }

    private void ShowAfter(DayMessage message)
    {
        foreach (var side in new[] { Side.Buy, Side.Sell })
        {
            var best = message.Best(side);
            if (_order is not null && side == _order.Side && best.Px == _order.Px)
                best = best with { Qty = best.Qty - _displayedQty };
            Show(side, best, message.TimeNs);
        }
    }

    /// <summary>As the feed has it: a better level comes before the one behind goes out of sight, a level that is gone
    /// goes before the next one comes.</summary>
    private void Show(Side side, DayLevel best, long nowNs)
    {
        var shown = _shown.GetValueOrDefault(side);
        _shown[side] = best;
        var mustGo = shown.Qty > 0 && (best.Qty == 0 || shown.Px != best.Px);
        var isBetter = mustGo && best.Qty > 0 && shown.Px < best.Px == (side == Side.Buy);
        if (mustGo && !isBetter)
            Watch(nowNs, () => _rig.Set(side, shown.Px, 0));
        if (best.Qty > 0 && best != shown)
            Watch(nowNs, () => _rig.Set(side, best.Px, best.Qty));
        if (isBetter)
            Watch(nowNs, () => _rig.Set(side, shown.Px, 0));
    }

    private void Watch(long nowNs, Func<List<Recorded>> input)
    {
        _rig.NowNs = nowNs - 1000; // an input comes a microsecond after the one before
        foreach (var record in input())
        {
            if (record.Kind != EventKind.ExecutionReport)
                continue;
            var report = record.Body<ExecutionReportBody>();
            _leavesQty -= report.LastQty.Mantissa;
            if (report.LastQty.Mantissa > 0 && _leavesQty == 0)
                _filledNs = nowNs;
        }
    }
}
