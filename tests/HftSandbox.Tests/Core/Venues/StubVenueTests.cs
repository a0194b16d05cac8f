using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Venues;

public sealed class StubVenueTests
{
    [Fact]
    public void A_limit_order_fills_fully_at_its_price_and_the_fill_names_its_cause()
    {
        Rig rig = Of(order => order);

        List<Recorded> group = rig.Quote(99, 101);

        ExecutionReportBody fill = Reports(group)[1];
        Assert.Equal((ExecType.Trade, OrdStatus.Filled), (fill.ExecType, fill.OrdStatus));
        Assert.Equal((100L, 10L, 10L, 0L), (
            fill.LastPx.Mantissa, fill.LastQty.Mantissa, fill.CumQty.Mantissa, fill.LeavesQty.Mantissa));
        Assert.Equal((FillCause.Stub, group[0].Header.Sequence), (fill.FillCause, fill.CauseId));
    }

    [Theory]
    [InlineData(Side.Buy, 99, 102, 101)]
    [InlineData(Side.Sell, 99, 102, 100)]
    [InlineData(Side.Buy, 99, 101, 100)]
    [InlineData(Side.Sell, -102, -99, -101)]
    public void A_market_order_fills_at_the_reference_a_half_rounded_against_it(Side side, long bid, long ask, long px)
    {
        Rig rig = Of(order => order with { Type = OrdType.Market, Side = side });

        ExecutionReportBody fill = Reports(rig.Quote(bid, ask))[1];

        Assert.Equal(px, fill.LastPx.Mantissa);
        Assert.Equal(0, fill.Px.Mantissa);
    }

    [Fact]
    public void A_market_order_that_cannot_be_priced_is_acknowledged_and_canceled()
    {
        Rig rig = Of(order => order with { Type = OrdType.Market });

        List<Recorded> group = rig.Quote(101, 99);

        Assert.Equal([ExecType.New, ExecType.Canceled], Reports(group).Select(report => report.ExecType));
        Assert.Equal(0, rig.Engine.OpenOrders.Count);
    }

    [Theory]
    [InlineData(TimeInForce.Gtc, true)]
    [InlineData(TimeInForce.Day, true)]
    [InlineData(TimeInForce.Ioc, false)]
    [InlineData(TimeInForce.Fok, false)]
    public void Without_fills_an_order_rests_unless_it_may_not(TimeInForce timeInForce, bool rests)
    {
        Rig rig = Of(order => order with { TimeInForce = timeInForce }, fills: false);

        List<Recorded> group = rig.Quote(99, 101);

        OrderStateBody state = group.FindLast(record => record.Kind == EventKind.OrderState)!.Body<OrderStateBody>();
        Assert.Equal(rests ? OrdStatus.New : OrdStatus.Canceled, state.OrdStatus);
        Assert.Equal(rests ? 10 : 0, state.LeavesQty.Mantissa);
        Assert.Equal(rests ? 1 : 0, rig.Engine.OpenOrders.Count);
    }

    [Fact]
    public void Execution_ids_are_never_given_twice()
    {
        Rig rig = Of(order => order);
        rig.Quote(99, 101);
        rig.Stop();
        rig.Start(RunMode.Flat);
        rig.Quote(99, 101);

        Assert.Equal([1ul, 2ul, 3ul, 4ul], Reports(rig.Output.Records).Select(report => report.ExecId.Low));
    }

    [Theory]
    [InlineData(10_000, 100, 10, 1)]
    [InlineData(10_000, 10_000, 1, 1)]
    [InlineData(10_000, 10_001, 1, 2)]
    [InlineData(0, 10_001, 1, 0)]
    [InlineData(-10_000, 10_001, 1, -1)]
    [InlineData(-10_000, 9_999, 1, 0)]
    public void Fees_are_exact_and_rounded_up(long rateE8, long px, long qty, long expected)
    {
        // One basis point of px × qty; cost and fee share a scale.
        Rig rig = Of(order => order with { Price = px, Qty = qty }, instrument: Rig.Instrument("TEST-USD") with
        {
            QuantityScale = 0,
            NotionalScale = 8,
            TakerFeeRateE8 = rateE8,
        });

        List<Recorded> group = rig.Quote(99, 101);

        Assert.Equal(expected, Reports(group)[1].Fee.Mantissa);
        Assert.Equal(expected, group.Single<PositionChangedBody>(EventKind.PositionChanged).Fees.Mantissa);
    }

    [Theory]
    [InlineData(0, 0, 0, 18, "10000000000000000")]
    [InlineData(18, 18, 0, 0, "1")]
    public void Fees_span_the_widest_and_narrowest_scales(int price, int quantity, int notional, int fee, string due)
    {
        Rig rig = Of(order => order, instrument: Rig.Instrument("TEST-USD") with
        {
            PriceScale = price,
            QuantityScale = quantity,
            NotionalScale = notional,
            FeeScale = fee,
            TakerFeeRateE8 = 1_000,
        });

        ExecutionReportBody fill = Reports(rig.Quote(99, 101))[1];

        Assert.Equal(due, fill.Fee.Mantissa.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static Rig Of(
        Func<OrderTemplateConfig, OrderTemplateConfig> order,
        bool fills = true,
        InstrumentConfig? instrument = null)
    {
        RunConfiguration defaults = Rig.Defaults();
        return new Rig(defaults with
        {
            Order = order(defaults.Order),
            Features = new FeaturesConfig(true, fills),
            Instruments = [instrument ?? defaults.Instruments[0], defaults.Instruments[1]],
        }).Start();
    }

    private static List<ExecutionReportBody> Reports(IEnumerable<Recorded> records) =>
        [.. records.Where(r => r.Kind == EventKind.ExecutionReport).Select(r => r.Body<ExecutionReportBody>())];
}
