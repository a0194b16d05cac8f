using System.Buffers;
using System.Text;
using System.Text.Json;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Strategies;
using HftSandbox.Events;
using HftSandbox.Tests.Core.MarketData;

namespace HftSandbox.Tests.Core;

public sealed class EngineStateTests
{
    [Theory]
    [InlineData(1, "stub")]
    [InlineData(2, "stub")]
    [InlineData(3, "stub")]
    [InlineData(4, "stub")]
    [InlineData(5, "stub")]
    [InlineData(6, "stub")]
    [InlineData(7, "sim")]
    [InlineData(8, "sim")]
    public void A_restored_engine_cannot_be_told_from_the_one_that_went_on(int seed, string venue)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var original = new Rig(strategies: MischievousStrategies.Create);
        original.Configuration = RandomConfiguration(random, venue);
        original.Start();

        for (int round = 0; round < 40; round++)
        {
            byte[] state = StateOf(original.Engine);
            var restored = new Rig(original.Configuration, strategies: MischievousStrategies.Create)
            {
                NowNs = original.NowNs,
            };
            restored.Engine.ReadState(state, original.Engine.LastSequence);
            Assert.Equal(Encoding.UTF8.GetString(state), Encoding.UTF8.GetString(StateOf(restored.Engine)));

            int before = original.Output.Bytes.Length;
            int steps = random.Next(1, 60);
            int continuation = random.Next();
            Play(original, new Random(continuation), steps);
            Play(restored, new Random(continuation), steps);

            Assert.True(original.Output.Bytes[before..].SequenceEqual(restored.Output.Bytes), $"round {round}");
            Assert.Equal(original.Engine.Digest, restored.Engine.Digest);
            Assert.Equal(StateOf(original.Engine), StateOf(restored.Engine));
        }

        List<Recorded> all = original.Output.Records;
        Assert.Contains(EventKind.PositionChanged, all.Kinds());
        Assert.Contains(all, r => r.Kind == EventKind.RiskDecision && r.Body<RiskDecisionBody>().Reason != 0);
    }

    [Fact]
    public void The_state_is_canonical()
    {
        var rig = new Rig(Rig.Defaults() with { Features = new FeaturesConfig(true, EnableFills: false) }).Start();
        rig.Quote(99, 101);
        rig.Trade(100);

        byte[] state = StateOf(rig.Engine);

        Assert.DoesNotContain(state, value => value is (byte)' ' or (byte)'\n' or (byte)'\t');
        using JsonDocument json = JsonDocument.Parse(state);
        AssertSorted(json.RootElement, "$");
        Assert.Equal(2, json.RootElement.GetProperty("openOrders").GetArrayLength());
        Assert.Equal(
            rig.Configuration.ToJson(),
            Encoding.UTF8.GetBytes(json.RootElement.GetProperty("configuration").GetString()!));
    }

    [Fact]
    public void The_state_of_an_empty_store_restores_to_an_empty_store()
    {
        byte[] state = StateOf(new Rig().Engine);
        var rig = new Rig();

        rig.Engine.ReadState(state, 0);

        Assert.Equal(state, StateOf(rig.Engine));
        Assert.Equal(1001u, rig.Start().Engine.NextClOrdId);
    }

    [Fact]
    public void A_full_order_store_fits_its_bound_and_restores()
    {
        var rig = new Rig(Rig.Defaults() with { Features = new FeaturesConfig(true, EnableFills: false) }).Start();
        for (int order = 0; order < Limits.OpenOrdersMax; order++)
            rig.Quote(99, 101);
        Assert.Equal(Limits.OpenOrdersMax, rig.Engine.OpenOrders.Count);
        Assert.Equal(RiskReason.MaxOpenOrders, rig.Quote(99, 101).Decision().Reason);

        byte[] state = StateOf(rig.Engine);
        var restored = new Rig(rig.Configuration);
        restored.Engine.ReadState(state, rig.Engine.LastSequence);

        Assert.True(state.Length < Limits.StateBytesMax);
        Assert.Equal(state, StateOf(restored.Engine));
    }

    [Fact]
    public void A_state_that_is_not_one_or_of_another_sequence_is_refused()
    {
        var rig = new Rig().Start();
        byte[] state = StateOf(rig.Engine);

        Assert.Throws<InvalidDataException>(() => new Rig().Engine.ReadState(state, 2));
        Assert.Throws<InvalidDataException>(() => new Rig().Engine.ReadState("{}"u8, 1));
        Assert.Throws<InvalidDataException>(() => new Rig().Engine.ReadState("nonsense"u8, 1));
        Assert.Throws<InvalidOperationException>(() => rig.Engine.ReadState(state, 1));
    }

    [Fact]
    public void Run_totals_are_not_part_of_the_state()
    {
        var rig = new Rig().Start();
        rig.Quote(99, 101);
        var restored = new Rig();

        restored.Engine.ReadState(StateOf(rig.Engine), rig.Engine.LastSequence);

        Assert.Equal(0u, restored.Engine.Run.Inputs);
        Assert.Equal(1002u, restored.Engine.NextClOrdId);
    }

    private static byte[] StateOf(TradingEngine engine)
    {
        var buffer = new ArrayBufferWriter<byte>();
        engine.WriteState(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static void AssertSorted(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            string[] names = [.. element.EnumerateObject().Select(property => property.Name)];
            Assert.Equal(names.Order(StringComparer.Ordinal), names);
            foreach (JsonProperty property in element.EnumerateObject())
                AssertSorted(property.Value, $"{path}.{property.Name}");
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
                AssertSorted(item, path);
        }
    }

    private static RunConfiguration RandomConfiguration(Random random, string venue)
    {
        RunConfiguration defaults = Rig.Defaults();
        return defaults with
        {
            Venue = venue,
            SimVenue = venue == "sim" ? RandomVenue(random) : null,
            Strategies = [new StrategyConfig("random", "TEST-USD"), new StrategyConfig("faulty", "OTHER-USD")],
            Features = new FeaturesConfig(true, EnableFills: random.Next(3) != 0),
            Instruments =
            [
                Rig.Instrument("TEST-USD") with { TakerFeeRateE8 = 12_345 },
                Rig.Instrument("OTHER-USD") with { AllowNegativePrice = true, Multiplier = 3 },
            ],
            Risk = defaults.Risk with
            {
                OrderRateLimit = random.Next(4) * 3,
                OrderRateWindowNs = 7_000,
                ReferenceMaxAgeNs = random.Next(2) * 4_000,
                KillSwitch = random.Next(12) == 0,
                Limits = new LimitsConfig
                {
                    MaxOrderQty = random.Next(2) * 90,
                    MaxOrderNotional = random.Next(2) * 9_000,
                    MaxPosition = random.Next(2) * 300,
                    MaxPriceDeviationBps = random.Next(2) * 400,
                },
            },
        };
    }

    private static SimVenueConfig RandomVenue(Random random) => new()
    {
        EntryLatency = [new LatencyBin(random.Next(3) * 2_500, 2), new LatencyBin(random.Next(20_000), 1)],
        ResponseLatency = [new LatencyBin(random.Next(3) * 900, 3), new LatencyBin(random.Next(20_000), 1)],
        Queue = (QueueModel)random.Next(2),
        SelfTrades = (SelfTradePrevention)random.Next(2),
    };

    private static void Play(Rig rig, Random random, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            uint instrument = (uint)random.Next(1, 3);
            switch (random.Next(40))
            {
                case 0:
                    rig.Reload(RandomConfiguration(random, rig.Configuration.Venue) with
                    {
                        Source = rig.Configuration.Source,
                    });
                    break;
                case 1:
                    rig.Stop();
                    StartAgain(rig, random);
                    break;
                case 2:
                    StartAgain(rig, random);
                    break;
                case < 15:
                    rig.Trade(random.Next(90, 111), instrument);
                    break;
                case < 19:
                    rig.AskToCancel(rig.Engine.NextClOrdId - (ulong)random.Next(1, 9));
                    break;
                case < 23:
                    rig.Set((Side)random.Next(1, 3), random.Next(90, 111), random.Next(9));
                    break;
                case 23:
                    rig.Snapshot(random.Next(90, 100), random.Next(100, 111));
                    break;
                default:
                    long bid = random.Next(90, 111);
                    rig.Quote(bid, bid + random.Next(-1, 4), instrument, (uint)step / 3, random.Next(5) != 0);
                    break;
            }
        }
    }

    private static void StartAgain(Rig rig, Random random)
    {
        rig.Configuration = RandomConfiguration(random, rig.Configuration.Venue) with
        {
            Source = random.Next(4) == 0 ? new SourceIdentity("sim", "", random.Next()) : rig.Configuration.Source,
        };
        rig.NowNs -= random.Next(4) == 0 ? 5_000 : 0;
        rig.Start(random.Next(6) == 0 ? RunMode.Flat : RunMode.Continue);
    }
}

/// <summary>Strategies whose requests follow from the tick alone.</summary>
internal static class MischievousStrategies
{
    public static IStrategy Create(
        StrategyConfig strategy,
        RunConfiguration configuration,
        HftSandbox.Core.Instruments.InstrumentRegistry instruments) => strategy.Name switch
        {
            "random" => new Varied(throwsAt: -1),
            "faulty" => new Varied(throwsAt: 97),
            _ => StrategyHost.CreateShipped(strategy, configuration, instruments),
        };

    private sealed class Varied(long throwsAt) : IStrategy
    {
        public void OnQuote(StrategyContext context, in QuoteBody quote) => Send(context, quote.BidPx.Mantissa);

        public void OnTrade(StrategyContext context, in TradeBody trade) => Send(context, trade.Px.Mantissa);

        private void Send(StrategyContext context, long px)
        {
            var random = new Random((int)px);
            for (int count = random.Next(4); count > 0; count--)
            {
                context.Send(
                    (Side)random.Next(1, 3),
                    (OrdType)random.Next(1, 3),
                    (TimeInForce)random.Next(1, 4),
                    new Px(px),
                    new Qty(random.Next(1, 100)));
            }

            if (px == throwsAt)
                throw new InvalidOperationException("as intended");
        }
    }
}
