using System.Runtime.InteropServices;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Tests.Core;
using HftSandbox.Tests.Core.Orders;
using HftSandbox.Trader.Recovery;

namespace HftSandbox.Tests.Trader.Recovery;

/// <summary>Logs of real engines keep the laws; the same logs with one number changed do not.</summary>
public sealed class ConservationLawsTests
{
    [Fact]
    public void A_random_run_of_fills_at_random_prices_keeps_them()
    {
        TestContext.Current.TestOutputHelper?.WriteLine("seed 5");
        var random = new Random(5);
        Rig rig = Trading();
        for (int step = 0; step < 2000; step++)
        {
            rig.Trade(random.Next(90, 110));
            rig.Ask(NewOrderRequest.Limit(random.Next(90, 110), random.Next(1, 50), (Side)random.Next(1, 3)));
        }

        Assert.Null(FirstBroken(rig.Output.Records));
        Assert.True(rig.Output.Records.Count(record => record.Kind == EventKind.PositionChanged) > 1000);
    }

    [Fact]
    public void Busts_corrections_adjustments_and_a_flat_start_keep_them()
    {
        var play = new OutsidePlay();
        play.New("X", 100);
        play.Report(["X"], ExecType.New);
        ulong first = play.Report(["X"], ExecType.Trade, lastQty: 30, lastPx: 101, fee: 7);
        ulong second = play.Report(["X"], ExecType.Trade, lastQty: 40, lastPx: 99, fee: 5);
        play.Report(["X"], ExecType.TradeCancel, refExecId: first);
        play.Report(["X"], ExecType.TradeCorrect, refExecId: second, lastQty: 25, lastPx: 98, fee: 3);
        play.Report(["X"], ExecType.Trade, lastQty: 10, execId: second);
        play.Rig.Input(
            EventKind.PositionAdjustment,
            Rig.First,
            Rig.Bytes(new PositionAdjustmentBody { QtyDelta = new Qty(-60), Px = new Px(90) }),
            SourceId.Pipeline);
        play.Rig.Start(RunMode.Flat);
        play.New("Y", 10);
        play.Report(["Y"], ExecType.Trade, lastQty: 10);

        Assert.Null(FirstBroken(play.Rig.Output.Records));
        Assert.Equal(10, play.Rig.Engine.Positions[Rig.First].NetQty.Mantissa);
    }

    [Theory]
    [InlineData("netQty")]
    [InlineData("realizedPnl - openCost")]
    [InlineData("fees")]
    public void A_position_that_its_fills_do_not_make_is_named(string what)
    {
        List<Recorded> records = OneFill();
        ref PositionChangedBody position = ref BodyOf<PositionChangedBody>(records, EventKind.PositionChanged);
        switch (what)
        {
            case "netQty":
                position.NetQty = new Qty(position.NetQty.Mantissa + 1);
                break;
            case "fees":
                position.Fees = new Cost(position.Fees.Mantissa - 1);
                break;
            default:
                position.OpenCost = new Cost(position.OpenCost.Mantissa + 1);
                break;
        }

        Divergence? broken = FirstBroken(records);

        Assert.Equal(what, broken?.Field);
        Recorded changed = records.Single(record => record.Kind == EventKind.PositionChanged);
        Assert.Equal(changed.Header.Sequence, broken!.Sequence);
    }

    [Fact]
    public void A_fill_worse_than_its_limit_is_named()
    {
        List<Recorded> records = OneFill();
        ref ExecutionReportBody fill = ref FillOf(records);
        fill.Px = new Px(fill.LastPx.Mantissa - 1);

        Assert.Equal("lastPx by the limit", FirstBroken(records)?.Field);
    }

    [Theory]
    [InlineData(10, null)]
    [InlineData(9, "lastQty by the print")]
    public void A_resting_fill_beyond_its_print_is_named(long printed, string? expected)
    {
        List<Recorded> records = OneFill();
        ref ExecutionReportBody fill = ref FillOf(records);
        fill.FillCause = FillCause.QueueReached;
        fill.CauseId = records.First(record => record.Kind == EventKind.Trade).Header.Sequence;
        BodyOf<TradeBody>(records, EventKind.Trade).Qty = new Qty(printed);

        Assert.Equal(expected, FirstBroken(records)?.Field);
    }

    private static Rig Trading()
    {
        RunConfiguration configuration = Rig.Defaults() with
        {
            Strategies = [],
            Instruments = [Rig.Instrument("TEST-USD") with { TakerFeeRateE8 = 123_456 }, Rig.Instrument("OTHER-USD")],
        };
        return new Rig(configuration).Start();
    }

    /// <summary>One trade, one order of 10 and its fill.</summary>
    private static List<Recorded> OneFill()
    {
        Rig rig = Trading();
        rig.Trade(100);
        rig.Ask(NewOrderRequest.Limit(100, 10));
        return rig.Output.Records;
    }

    private static ref ExecutionReportBody FillOf(List<Recorded> records) =>
        ref MemoryMarshal.AsRef<ExecutionReportBody>(records
            .Last(record => record.Kind == EventKind.ExecutionReport).Payload.AsSpan());

    private static ref TBody BodyOf<TBody>(List<Recorded> records, EventKind kind)
        where TBody : unmanaged =>
        ref MemoryMarshal.AsRef<TBody>(records.Single(record => record.Kind == kind).Payload.AsSpan());

    private static Divergence? FirstBroken(List<Recorded> records)
    {
        var engine = new TradingEngine(new ForgettingOutput());
        engine.Instruments.Load([Rig.Instrument("TEST-USD"), Rig.Instrument("OTHER-USD")]);
        var laws = new ConservationLaws(engine);
        return records
            .Select(record => laws.Add(record.Header, record.Payload))
            .FirstOrDefault(found => found is not null);
    }
}
