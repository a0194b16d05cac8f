using System.Buffers;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core;

public sealed class AllocationTests
{
    private const int WarmUpInputs = 100_000;
    private const int Inputs = 1_000_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_million_inputs_with_orders_risk_and_fills_allocate_nothing(bool fills)
    {
        Rig rig = Busy(fills);
        Feed(rig.Engine, rig.NowNs, WarmUpInputs);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Feed(rig.Engine, rig.NowNs + (WarmUpInputs * 1000L), Inputs);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(rig.Engine.Run.OrderIntents >= Inputs);
    }

    /// <summary>Half of the inputs are prints, which fill what the other half's orders leave resting.</summary>
    [Fact]
    public void A_million_inputs_with_the_simulated_venue_allocate_nothing()
    {
        RunConfiguration configuration = Rig.Defaults() with
        {
            Venue = "sim",
            SimVenue = new SimVenueConfig
            {
                EntryLatency = [new LatencyBin(1_500, 1), new LatencyBin(4_000, 1)],
                ResponseLatency = [new LatencyBin(700, 1)],
                Queue = QueueModel.Proportional,
            },
        };
        Rig rig = new Rig(configuration, new ForgettingOutput()).Start();
        Feed(rig.Engine, rig.NowNs, WarmUpInputs, printQty: 25);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Feed(rig.Engine, rig.NowNs + (WarmUpInputs * 1000L), Inputs, printQty: 25);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(rig.Engine.Run.Fills > Inputs / 2);
    }

    [Fact]
    public void Writing_the_state_allocates_nothing_after_the_first_time()
    {
        Rig rig = Busy(fills: false);
        Feed(rig.Engine, rig.NowNs, 10_000);
        var buffer = new ArrayBufferWriter<byte>(8 << 20);
        for (int warmUp = 0; warmUp < 50; warmUp++)
        {
            buffer.ResetWrittenCount();
            rig.Engine.WriteState(buffer);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        buffer.ResetWrittenCount();
        rig.Engine.WriteState(buffer);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(5_000, rig.Engine.OpenOrders.Count);
    }

    /// <summary>Every check on; with fills off orders rest up to a position of 50,000, then are denied.</summary>
    private static Rig Busy(bool fills)
    {
        RunConfiguration configuration = Rig.WithLimits(new LimitsConfig
        {
            MaxOrderQty = 1000,
            MaxOrderNotional = 1_000_000,
            MaxPosition = fills ? 0 : 50_000,
            MaxPriceDeviationBps = 500,
        });
        configuration = configuration with
        {
            Features = new FeaturesConfig(true, fills),
            Risk = configuration.Risk with { OrderRateLimit = 10_000, OrderRateWindowNs = 1_000_000 },
            Instruments =
            [
                Rig.Instrument("TEST-USD") with { TakerFeeRateE8 = 10_000 }, Rig.Instrument("OTHER-USD"),
            ],
        };
        return new Rig(configuration, new ForgettingOutput()).Start();
    }

    private static void Feed(TradingEngine engine, long nowNs, int inputs, long printQty = 0)
    {
        InputEvent input = default;
        for (int index = 1; index <= inputs; index++)
        {
            if (printQty > 0 && index % 2 == 0)
                Print(ref input, printQty);
            else
                Quote(ref input, bidQty: printQty == 0 ? 5 : 5 + (index % 7));
            input.Header.InstrumentId = Rig.First;
            input.Header.ReceiveTimeNs = nowNs + (index * 1000L);
            engine.OnInput(input.Header, input.Payload);
        }
    }

    private static void Quote(ref InputEvent input, long bidQty)
    {
        ref QuoteBody quote = ref input.Start<QuoteBody>(EventKind.Quote, SourceId.Sim);
        quote.BidPx = new Px(99);
        quote.BidQty = new Qty(bidQty);
        quote.AskPx = new Px(101);
        quote.AskQty = new Qty(5);
    }

    private static void Print(ref InputEvent input, long qty)
    {
        ref TradeBody trade = ref input.Start<TradeBody>(EventKind.Trade, SourceId.Sim);
        trade.Px = new Px(99);
        trade.Qty = new Qty(qty);
        trade.AggressorSide = Side.Sell;
    }
}
