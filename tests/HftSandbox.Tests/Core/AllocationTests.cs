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

    private static void Feed(TradingEngine engine, long nowNs, int inputs)
    {
        InputEvent input = default;
        for (int index = 1; index <= inputs; index++)
        {
            ref QuoteBody quote = ref input.Start<QuoteBody>(EventKind.Quote, SourceId.Sim);
            quote.BidPx = new Px(99);
            quote.BidQty = new Qty(5);
            quote.AskPx = new Px(101);
            quote.AskQty = new Qty(5);
            input.Header.InstrumentId = Rig.First;
            input.Header.ReceiveTimeNs = nowNs + (index * 1000L);
            engine.OnInput(input.Header, input.Payload);
        }
    }
}
