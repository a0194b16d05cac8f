using System.Text.Json;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.MarketData;
using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Core.Venues.Simulated;

/// <summary>A venue beside recorded market data: our orders meet what others display and print, and change nothing of
/// it. Requests and answers take time; either way is one session that keeps its order. What the venue does, it does
/// when it is due, against the market as it was shown last.</summary>
internal sealed partial class SimVenue(InstrumentRegistry instruments, MarketView market) : Venue
{
    private const long Never = long.MaxValue;

    private readonly DisplayedMarket _displayed = new(market);
    private readonly SimOrders _orders = new();
    private readonly LevelMarks _marks = new();
    private readonly DelayLine<SimRequest> _requests = new(Limits.VenueRequestsMax);
    private readonly DelayLine<SimResponse> _responses = new(Limits.VenueResponsesMax);
    private SimLatency? _entry;
    private SimLatency? _response;
    private bool _isProportional;
    private bool _preventsSelfTrades;

    // The time of what the venue is doing.
    private long _actsNs;

    // No order that is good till a date ends before.
    private long _nextDeadlineNs = Never;

    /// <inheritdoc/>
    public override SourceId Source => SourceId.SimVenue;

    /// <inheritdoc/>
    [HotPath]
    public override void New(in Order order) => Send(new SimRequest
    {
        ClOrdId = order.ClOrdId,
        RootClOrdId = order.RootClOrdId,
        Px = order.Px,
        Qty = order.OrderQty,
        DeadlineNs = order.DeadlineNs,
        InstrumentId = order.InstrumentId,
        AccountId = order.AccountId,
        StrategyId = order.StrategyId,
        IntentType = IntentType.New,
        Side = order.Side,
        OrdType = order.OrdType,
        TimeInForce = order.TimeInForce,
        ExecInst = order.ExecInst,
    });

    /// <inheritdoc/>
    [HotPath]
    public override void Cancel(in Order order, ulong clOrdId) => Send(new SimRequest
    {
        ClOrdId = clOrdId,
        OrigClOrdId = order.ClOrdId,
        RootClOrdId = order.RootClOrdId,
        AccountId = order.AccountId,
        StrategyId = order.StrategyId,
        IntentType = IntentType.Cancel,
    });

    /// <inheritdoc/>
    [HotPath]
    public override void Replace(in Order order, in PendingRequest request) => Send(new SimRequest
    {
        ClOrdId = request.ClOrdId,
        OrigClOrdId = order.ClOrdId,
        RootClOrdId = order.RootClOrdId,
        Px = request.Px,
        Qty = request.OrderQty,
        DeadlineNs = request.DeadlineNs,
        AccountId = order.AccountId,
        StrategyId = order.StrategyId,
        IntentType = IntentType.Replace,
        OrdType = request.OrdType,
        TimeInForce = request.TimeInForce,
    });

    /// <summary>Of what is due at the same time, answers come first, then orders end, then requests arrive.</summary>
    [HotPath]
    public override bool TryAct(long nowNs)
    {
        long dueNs = Math.Min(Math.Min(_responses.NextDueNs, _nextDeadlineNs), _requests.NextDueNs);
        bool isFull = _responses.Free < Limits.VenueMessagesMax;
        if (!isFull && (dueNs > nowNs || dueNs == Never))
            return false;
        if (isFull || _responses.NextDueNs == dueNs)
        {
            Deliver(_responses.Take());
            return true;
        }

        _actsNs = dueNs;
        if (_nextDeadlineNs == dueNs)
            ExpireDue();
        else
            Arrive(_requests.Take());
        return true;
    }

    /// <inheritdoc/>
    public override void RollSession()
    {
        _actsNs = Moment.NowNs;
        for (int slot = _orders.First(); slot != SimOrders.None;)
        {
            int next = _orders.After(slot);
            if (_orders[slot].TimeInForce == TimeInForce.Day)
                End(slot, ExecType.Expired);
            slot = next;
        }
    }

    /// <inheritdoc/>
    public override void Load(RunConfiguration configuration)
    {
        SimVenueConfig config = configuration.SimVenue ?? new SimVenueConfig();
        _entry = new SimLatency(config.EntryLatency, configuration.Seed, SimLatency.Entry);
        _response = new SimLatency(config.ResponseLatency, configuration.Seed, SimLatency.Response);
        _isProportional = config.Queue == QueueModel.Proportional;
        _preventsSelfTrades = config.SelfTrades == SelfTradePrevention.CancelNewest;
        _orders.Load(instruments.Count);
        _marks.Load(instruments.Count);
    }

    /// <summary>What is on its way arrives at once; what was taken and printed was of another market.</summary>
    public override void ForgetTimes()
    {
        _requests.Hurry();
        _responses.Hurry();
        _marks.Clear();
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        _requests.Clear();
        _responses.Clear();
        _orders.Clear();
        _marks.Clear();
        _nextDeadlineNs = Never;
    }

    /// <inheritdoc/>
    public override void WriteState(Utf8JsonWriter json)
    {
        _marks.WriteState(json);
        _orders.WriteState(json);
        _requests.WriteState(json, "requests"u8);
        _responses.WriteState(json, "responses"u8);
    }

    /// <inheritdoc/>
    public override void ReadState(JsonElement state)
    {
        _marks.ReadState(state);
        _orders.ReadState(state);
        _requests.ReadState(state.GetProperty("requests"u8));
        _responses.ReadState(state.GetProperty("responses"u8));
        for (int slot = _orders.First(); slot != SimOrders.None; slot = _orders.After(slot))
            NoteDeadline(_orders[slot]);
    }

    [HotPath]
    private void Send(in SimRequest request)
    {
        if (_requests.Free > 0)
            _requests.Send(request, _entry!.DueNs(Moment.NowNs, request.ClOrdId));
        else if (request.IntentType == IntentType.New)
            Outbox.Say(Report(SimOrder.Of(request), ExecType.Rejected, RejectReason.Other));
        else
            Outbox.Say(Refusal(request, RejectReason.Other));
    }

    [HotPath]
    private void Deliver(in SimResponse response)
    {
        if (response.Kind == EventKind.ExecutionReport)
            Outbox.Say(response.Report);
        else
            Outbox.Say(response.Reject);
    }

    /// <summary>Ends what is due, and looks for the deadline after.</summary>
    [HotPath]
    private void ExpireDue()
    {
        _nextDeadlineNs = Never;
        for (int slot = _orders.First(); slot != SimOrders.None;)
        {
            int next = _orders.After(slot);
            if (_orders[slot].IsOver(_actsNs))
                End(slot, ExecType.Expired);
            else
                NoteDeadline(_orders[slot]);
            slot = next;
        }
    }

    [HotPath]
    private void NoteDeadline(in SimOrder order)
    {
        if (order.TimeInForce == TimeInForce.Gtd)
            _nextDeadlineNs = Math.Min(_nextDeadlineNs, order.DeadlineNs);
    }

    /// <summary>A resting order ends, without anybody having asked.</summary>
    [HotPath]
    private void End(int slot, ExecType execType, RejectReason reason = RejectReason.None)
    {
        Say(Report(_orders[slot], execType, reason));
        _orders.Remove(slot);
    }

    [HotPath]
    private void Say(in ExecutionReportBody report) => _responses.Send(
        new SimResponse { Kind = EventKind.ExecutionReport, Report = report },
        _response!.DueNs(_actsNs, report.ClOrdId));

    [HotPath]
    private void Refuse(in SimRequest request, RejectReason reason) => _responses.Send(
        new SimResponse { Kind = EventKind.CancelReject, Reject = Refusal(request, reason) },
        _response!.DueNs(_actsNs, request.ClOrdId));

    [HotPath]
    private static CancelRejectBody Refusal(in SimRequest request, RejectReason reason) => new()
    {
        ClOrdId = request.ClOrdId,
        OrigClOrdId = request.OrigClOrdId,
        VenueOrderId = new Id16(0, request.RootClOrdId),
        AccountId = request.AccountId,
        StrategyId = request.StrategyId,
        ResponseTo = request.IntentType == IntentType.Cancel
            ? CancelRejectResponseTo.Cancel
            : CancelRejectResponseTo.Replace,
        Reason = reason,
    };

    [HotPath]
    private ExecutionReportBody Report(in SimOrder order, ExecType execType, RejectReason reason = RejectReason.None)
    {
        OrdStatus status = StatusOf(order, execType);
        return new ExecutionReportBody
        {
            ClOrdId = order.ClOrdId,
            ExecId = new Id16(0, ++LastExecId),
            VenueOrderId = new Id16(0, order.RootClOrdId),
            Px = order.Px,
            OrderQty = order.OrderQty,
            CumQty = order.CumQty,
            LeavesQty = OrderLifecycle.HasNoLeaves(status) ? default : new Qty(order.LeavesQty),
            AccountId = order.AccountId,
            StrategyId = order.StrategyId,
            ExecType = execType,
            OrdStatus = status,
            Side = order.Side,
            RejectReason = reason,
            OrdType = order.OrdType,
            TimeInForce = order.TimeInForce,
        };
    }

    [HotPath]
    private static OrdStatus StatusOf(in SimOrder order, ExecType execType) => execType switch
    {
        ExecType.Canceled => OrdStatus.Canceled,
        ExecType.Expired => OrdStatus.Expired,
        ExecType.Rejected => OrdStatus.Rejected,
        _ => order.LeavesQty == 0 ? OrdStatus.Filled
            : order.CumQty.Mantissa > 0 ? OrdStatus.PartiallyFilled
            : OrdStatus.New,
    };
}
