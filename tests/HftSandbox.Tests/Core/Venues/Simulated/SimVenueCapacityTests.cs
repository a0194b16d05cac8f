using HftSandbox.Core.Instruments;
using HftSandbox.Core.MarketData;
using HftSandbox.Core.Orders;
using HftSandbox.Core.Venues;
using HftSandbox.Core.Venues.Simulated;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Venues.Simulated;

/// <summary>What is on its way is bounded, and nothing of it gets lost.</summary>
public sealed class SimVenueCapacityTests
{
    private readonly MarketView _market = new();
    private readonly SimVenue _venue;

    public SimVenueCapacityTests()
    {
        var configuration = Rig.Defaults() with { SimVenue = SimRig.Latency(1_000_000, 1_000_000) };
        var instruments = new InstrumentRegistry();
        instruments.Load(configuration.Instruments);
        _market.Books.Load(instruments.Count);
        _venue = new SimVenue(instruments, _market);
        _venue.Load(configuration);
    }

    [Fact]
    public void A_request_for_which_there_is_no_room_on_the_way_is_rejected_at_once()
    {
        for (ulong id = 1; id <= Limits.VenueRequestsMax; id++)
            _venue.New(Order(id));
        Assert.False(_venue.Outbox.TryTake(out _));

        _venue.New(Order(id: 900_000));

        Assert.True(_venue.Outbox.TryTake(out int message));
        ExecutionReportBody report = _venue.Outbox[message].Report;
        Assert.Equal(
            (900_000ul, ExecType.Rejected, RejectReason.Other),
            (report.ClOrdId, report.ExecType, report.RejectReason));
        Assert.False(_venue.Outbox.TryTake(out _));

        _venue.Cancel(Order(id: 1), clOrdId: 900_001);
        Assert.True(_venue.Outbox.TryTake(out message));
        Assert.Equal((900_001ul, RejectReason.Other), (
            _venue.Outbox[message].Reject.ClOrdId, _venue.Outbox[message].Reject.Reason));
    }

    [Fact]
    public void Answers_for_which_there_is_no_room_on_the_way_arrive_before_their_time_in_their_order()
    {
        const int prints = 70_000;
        _venue.New(Order(id: 1, qty: prints));
        _venue.Moment = new VenueMoment(1_000_000, 1);
        var heard = Heard();

        for (var print = 0; print < prints; print++)
        {
            _venue.OnTrade(1, new TradeBody { Px = new Px(99), Qty = new Qty(1), AggressorSide = Side.Sell });
            heard.AddRange(Heard());
        }

        Assert.Equal(1 + prints - (Limits.VenueResponsesMax - Limits.VenueMessagesMax), heard.Count);
        _venue.Moment = new VenueMoment(9_000_000, 2);
        heard.AddRange(Heard());
        Assert.Equal(Enumerable.Range(1, prints + 1).Select(id => (ulong)id), heard);
    }

    private static Order Order(ulong id, long qty = 1) => new()
    {
        ClOrdId = id,
        RootClOrdId = id,
        Px = new Px(100),
        OrderQty = new Qty(qty),
        InstrumentId = 1,
        Side = Side.Buy,
        OrdType = OrdType.Limit,
        TimeInForce = TimeInForce.Gtc,
    };

    /// <summary>Lets everything happen that is due; gives the execution ids that came back.</summary>
    private List<ulong> Heard()
    {
        var heard = new List<ulong>();
        do
        {
            while (_venue.Outbox.TryTake(out int message))
                heard.Add(_venue.Outbox[message].Report.ExecId.Low);
        }
        while (_venue.TryAct(_venue.Moment.NowNs));
        return heard;
    }
}
