using HftSandbox.Core.Configuration;
using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Orders;

/// <summary>What an outside venue may say and no integer can hold.</summary>
public sealed class OverflowTests
{
    [Fact]
    public void A_bust_whose_fee_cannot_be_given_back_is_refused_with_a_code()
    {
        var play = Opened(1);
        ulong fill = play.Report(["X"], ExecType.Trade, lastQty: 10, fee: long.MinValue);
        Position before = play.Rig.Engine.Positions[Rig.First];

        play.Report(["X"], ExecType.TradeCancel, refExecId: fill);

        Assert.Equal(AnomalyCode.ArithmeticOverflow, play.LastGroup.Single<AnomalyBody>(EventKind.Anomaly).Code);
        Assert.Equal(before, play.Rig.Engine.Positions[Rig.First]);
        Assert.DoesNotContain(EventKind.OrderState, play.LastGroup.Kinds());
    }

    [Fact]
    public void A_correction_that_the_position_cannot_hold_takes_nothing_back()
    {
        var play = Opened(long.MaxValue / 2);
        play.New("Y", long.MaxValue / 2);
        ulong fill = play.Report(["X"], ExecType.Trade, lastQty: 10, lastPx: 1);
        play.Report(["Y"], ExecType.Trade, lastQty: long.MaxValue - 10, lastPx: 1);
        Position before = play.Rig.Engine.Positions[Rig.First];

        play.Report(["X"], ExecType.TradeCorrect, lastQty: 20, lastPx: 1, refExecId: fill);

        Assert.Equal(AnomalyCode.ArithmeticOverflow, play.LastGroup.Single<AnomalyBody>(EventKind.Anomaly).Code);
        Assert.Equal(before, play.Rig.Engine.Positions[Rig.First]);
        Assert.DoesNotContain(EventKind.PositionChanged, play.LastGroup.Kinds());
    }

    [Theory]
    [InlineData(ExecType.Replaced)]
    [InlineData(ExecType.Restated)]
    public void A_negative_quantity_is_no_quantity(ExecType execType)
    {
        var play = Opened(10);

        play.Report(["X"], execType, orderQty: -5);

        Assert.Equal(AnomalyCode.InvalidReport, play.LastGroup.Single<AnomalyBody>(EventKind.Anomaly).Code);
        Assert.Equal(10, play.Rig.Engine.OpenOrders.Exposure.Qty(Rig.First, Side.Buy));
    }

    private static OutsidePlay Opened(long qty)
    {
        RunConfiguration defaults = Rig.Defaults();
        var play = new OutsidePlay(defaults with
        {
            Instruments =
            [
                Rig.Instrument("TEST-USD") with { PriceScale = 0, QuantityScale = 18, NotionalScale = 0 },
                defaults.Instruments[1],
            ],
        });
        play.New("X", qty);
        return play;
    }
}
