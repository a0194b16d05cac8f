using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Tests.Core.MarketData;

namespace HftSandbox.Tests.Core.Venues.Simulated;

/// <summary>Plays pieces of a day to the simulated venue, each with one order taken out and ours in its place: same
/// time, price, side and quantity. The prints stay; what the taken order displayed is not displayed. Every piece begins
/// with the best levels as a snapshot.</summary>
internal sealed class QueueTrial(LobsterDay day, QueueModel model)
{
    /// <summary>How long ours may fill later than the real one.</summary>
    public const long PatienceNs = 60_000_000_000;

    private readonly Rig _rig = new SimRig(SimRig.Queue(model)).Rig;
    private readonly Dictionary<Side, DayLevel> _shown = [];
    private long _clockOffsetNs;
    private long _leavesQty;

    /// <summary>When ours was filled; null = not within the patience, or before the real one was deleted.</summary>
    /// <param name="order">The real one.</param>
    /// <param name="filledQty">What was filled of ours.</param>
    public long? Play(RealOrder order, out long filledQty)
    {
        var filledNs = PlayUntilFilled(order);
        filledQty = order.Qty - _leavesQty;
        return filledNs;
    }

    private long? PlayUntilFilled(RealOrder order)
    {
        var displayedQty = order.Qty;
        var before = day.Messages[order.First - 1];
        _clockOffsetNs = _rig.NowNs + 1_000_000 - before.TimeNs;
        _leavesQty = order.Qty;
        _shown.Clear();
        _rig.Clear(BookClearReason.Snapshot);
        ShowBoth(before, order, displayedQty: 0);
        var ours = _rig.Engine.NextClOrdId;
        Watch(order.SubmittedNs, () => _rig.Ask(NewOrderRequest.Limit(order.Px, order.Qty, order.Side)));
        for (var index = order.First + 1; index < day.Messages.Count; index++)
        {
            var message = day.Messages[index];
            if (order.IsExecuted ? message.TimeNs > order.EndedNs + PatienceNs : index == order.Last)
                break;
            if (message.Type is 4 or 5)
                Print(message);
            if (_leavesQty == 0)
                return message.TimeNs;
            if (message.OrderId == order.Id)
                displayedQty -= message.Qty;
            ShowBoth(message, order, displayedQty);
        }

        _rig.AskToCancel(ours);
        return null;
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

    private void ShowBoth(DayMessage message, RealOrder order, long displayedQty)
    {
        foreach (var side in new[] { Side.Buy, Side.Sell })
        {
            var best = message.Best(side);
            if (side == order.Side && best.Px == order.Px)
                best = best with { Qty = best.Qty - displayedQty };
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
        _rig.NowNs = _clockOffsetNs + nowNs - 1000; // an input comes a microsecond after the one before
        foreach (var record in input().Where(record => record.Kind == EventKind.ExecutionReport))
            _leavesQty -= record.Body<ExecutionReportBody>().LastQty.Mantissa;
    }
}
