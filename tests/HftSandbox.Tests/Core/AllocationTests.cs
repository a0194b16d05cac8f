using System.Buffers;
using System.Diagnostics;
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

    /// <summary>A larger run: <c>HFTSANDBOX_MEMORY_ORDERS=10000000 HftSandbox.Tests -class "*AllocationTests"
    /// -showLiveOutput</c>.</summary>
    [Fact]
    public void Orders_come_and_go_with_10000_open_and_allocate_nothing()
    {
        int orders = TestSize.Of("HFTSANDBOX_MEMORY_ORDERS", 200_000);
        RunConfiguration resting = Rig.Defaults() with { Strategies = [], Features = new FeaturesConfig(true, false) };
        Rig rig = new Rig(resting, new ForgettingOutput()).Start();
        var flow = new OrderFlow(rig.Engine, rig.NowNs, open: 10_000);
        flow.Run(Limits.OpenOrdersMax + Limits.ClosedOrdersMax + 10_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long startedAt = Stopwatch.GetTimestamp();

        flow.Run(orders);

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{orders} orders, {allocated} bytes, {Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds:F0} ms");
        Assert.Equal(0, allocated);
        Assert.Equal(10_000, rig.Engine.OpenOrders.Count);
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

    /// <summary>An outside requester sends an order and cancels the oldest, again and again.</summary>
    private sealed class OrderFlow(TradingEngine engine, long nowNs, int open)
    {
        private InputEvent _input;
        private long _nowNs = nowNs;
        private ulong _oldest = engine.NextClOrdId;
        private int _sent;

        /// <summary>Every second request is a cancel, so ids of orders lie two apart once enough are open.</summary>
        public void Run(int orders)
        {
            for (int order = 0; order < orders; order++)
            {
                Send();
                if (++_sent <= open)
                    continue;
                Cancel();
                _oldest += _sent <= 2 * open ? 1u : 2u;
            }
        }

        private void Send()
        {
            ref OrderRequestBody body = ref _input.Start<OrderRequestBody>(EventKind.OrderRequest, Rig.Requester);
            body.Px = new Px(100);
            body.Qty = new Qty(1 + (_sent % 7));
            body.Side = _sent % 2 == 0 ? Side.Buy : Side.Sell;
            body.OrdType = OrdType.Limit;
            body.TimeInForce = TimeInForce.Gtc;
            Give(Rig.First);
        }

        private void Cancel()
        {
            _input.Start<CancelRequestBody>(EventKind.CancelRequest, Rig.Requester).OrigClOrdId = _oldest;
            Give(instrument: 0);
        }

        private void Give(uint instrument)
        {
            _input.Header.InstrumentId = instrument;
            _input.Header.ReceiveTimeNs = _nowNs += 1000;
            engine.OnInput(_input.Header, _input.Payload);
        }
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
