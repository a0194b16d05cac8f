using System.Text.Json;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Risk;

/// <summary>What holds for every decision, whatever the state and the limits are.</summary>
public sealed class RiskPropertyTests
{
    private static readonly string[] Counters =
        ["configuration", "digest", "events", "feeds", "inputs", "nextClOrdId", "nowNs", "requests"];

    [Theory]
    [InlineData(1, "outside")]
    [InlineData(2, "stub")]
    [InlineData(3, "stub")]
    public void On_equal_state_a_tighter_limit_never_allows_more(int seed, string venue)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        RunConfiguration loose = RandomLimits.Configuration(random) with { Venue = venue };
        Rig rig = new Rig(loose).Start();
        (int allowed, int denied) = (0, 0);

        for (int question = 0; question < 40; question++)
        {
            loose = RandomLimits.Configuration(random) with { Venue = venue };
            Play(rig, random);
            int order = random.Next();
            RunConfiguration tight = RandomLimits.Tightened(loose, random);
            RiskReason tighter = Answer(rig.Fork(), tight, new Random(order));
            RiskReason looser = Answer(rig, loose, new Random(order));

            Assert.True(
                looser == RiskReason.None || tighter != RiskReason.None,
                $"question {question}: {looser} becomes {tighter}: {loose.Risk} → {tight.Risk}");
            _ = tighter == RiskReason.None ? allowed++ : denied++;
        }

        Assert.True(allowed > 5 && denied > 5, $"{allowed} allowed, {denied} denied");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void A_denied_order_leaves_no_trace_but_its_records(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var reasons = new HashSet<RiskReason>();

        Rig rig = new Rig(RandomLimits.Configuration(random)).Start();
        for (int question = 0; question < 1_000; question++)
        {
            if (question % 20 == 0)
            {
                rig.Reload(RandomLimits.Tightened(RandomLimits.Configuration(random), random));
                Play(rig, random);
            }

            string before = WithoutCounters(rig.State());
            RiskReason reason = Ask(rig, random);
            if (reason == RiskReason.None)
                continue;
            reasons.Add(reason);
            Assert.Equal(before, WithoutCounters(rig.State()));
        }

        Assert.True(reasons.Count >= 9, string.Join(", ", reasons));
    }

    /// <summary>Makes positions, open orders, replaces under way, forwarded orders and prices.</summary>
    private static void Play(Rig rig, Random random)
    {
        rig.Quote(99, 101);
        for (int step = random.Next(40); step > 0; step--)
        {
            switch (random.Next(8))
            {
                case 0:
                    rig.Trade(random.Next(90, 111), (uint)random.Next(1, 3));
                    break;
                case 1:
                    rig.Adjust(random.Next(-40, 41), 100, (uint)random.Next(1, 3), (ushort)random.Next(1, 3));
                    break;
                case 2:
                    rig.AskToReplace(AnyOrder(rig, random), 100, random.Next(1, 60));
                    break;
                default:
                    Ask(rig, random);
                    break;
            }
        }
    }

    private static RiskReason Answer(Rig rig, RunConfiguration configuration, Random random)
    {
        rig.Reload(configuration);
        return Ask(rig, random);
    }

    private static RiskReason Ask(Rig rig, Random random)
    {
        bool replaces = random.Next(4) == 0;
        var order = new NewOrderRequest(
            (uint)random.Next(1, 3),
            (Side)random.Next(1, 3),
            (OrdType)random.Next(1, 3),
            TimeInForce.Gtc,
            new Px(random.Next(94, 107)),
            new Qty(random.Next(1, 40)),
            (ushort)random.Next(1, 3));
        List<Recorded> group = replaces
            ? rig.AskToReplace(AnyOrder(rig, random), order.Px.Mantissa, order.Qty.Mantissa)
            : rig.Ask(order);
        bool isDecided = group.Exists(record => record.Kind == EventKind.RiskDecision);
        return isDecided ? group.Decision().Reason : RiskReason.None;
    }

    private static ulong AnyOrder(Rig rig, Random random) =>
        1001 + (ulong)random.Next((int)(rig.Engine.NextClOrdId - 1000));

    private static string WithoutCounters(byte[] state)
    {
        using JsonDocument json = JsonDocument.Parse(state);
        return string.Join('\n', json.RootElement.EnumerateObject()
            .Where(property => !Counters.Contains(property.Name))
            .Select(property => $"{property.Name} {property.Value.GetRawText()}"));
    }
}

/// <summary>Limits of every scope, many of them off, and tighter ones.</summary>
internal static class RandomLimits
{
    public static RunConfiguration Configuration(Random random)
    {
        RunConfiguration configuration = RiskScopes.Configuration(RiskScope.Global, Limits(random));
        return configuration with
        {
            Risk = configuration.Risk with
            {
                OrderRateLimit = random.Next(3) == 0 ? random.Next(1, 30) : 0,
                MaxRepeats = random.Next(3) == 0 ? random.Next(1, 4) : 0,
                MaxOpenOrders = random.Next(3) == 0 ? random.Next(1, 30) : 0,
                MaxGrossExposure = random.Next(3) == 0 ? random.Next(1, 20_000) : 0,
                MaxDailyLoss = random.Next(3) == 0 ? random.Next(1, 500) : 0,
            },
            Instruments =
            [
                configuration.Instruments[0] with { Limits = random.Next(2) == 0 ? Limits(random) : null },
                configuration.Instruments[1],
            ],
            Strategies =
            [
                configuration.Strategies[0] with { Limits = random.Next(2) == 0 ? Limits(random) : null },
                configuration.Strategies[1],
            ],
        };
    }

    /// <summary>Every limit as it is, or smaller, or set where it was off.</summary>
    public static RunConfiguration Tightened(RunConfiguration loose, Random random)
    {
        RiskConfig risk = loose.Risk;
        return loose with
        {
            Risk = risk with
            {
                KillSwitch = risk.KillSwitch || random.Next(20) == 0,
                OrderRateLimit = (int)Tighter(risk.OrderRateLimit, 30, random),
                MaxRepeats = (int)Tighter(risk.MaxRepeats, 4, random),
                MaxOpenOrders = (int)Tighter(risk.MaxOpenOrders, 30, random),
                MaxGrossExposure = Tighter(risk.MaxGrossExposure, 20_000, random),
                MaxDailyLoss = Tighter(risk.MaxDailyLoss, 500, random),
                Limits = Tightened(risk.Limits, random),
            },
            Instruments =
            [
                loose.Instruments[0] with
                {
                    Limits = loose.Instruments[0].Limits is { } limits ? Tightened(limits, random) : null,
                },
                loose.Instruments[1],
            ],
            Strategies =
            [
                loose.Strategies[0] with { Limits = Tightened(loose.Strategies[0].Limits ?? Rig.NoLimits, random) },
                loose.Strategies[1],
            ],
        };
    }

    public static LimitsConfig Limits(Random random) => Tightened(Rig.NoLimits, random);

    private static LimitsConfig Tightened(LimitsConfig limits, Random random) => new()
    {
        MaxOrderQty = Tighter(limits.MaxOrderQty, 60, random),
        MaxOrderNotional = Tighter(limits.MaxOrderNotional, 6_000, random),
        MaxPosition = Tighter(limits.MaxPosition, 300, random),
        MaxPriceDeviationBps = Tighter(limits.MaxPriceDeviationBps, 800, random),
        OrderRateLimit = (int)Tighter(limits.OrderRateLimit, 30, random),
        MaxRepeats = (int)Tighter(limits.MaxRepeats, 4, random),
        MaxOpenOrders = (int)Tighter(limits.MaxOpenOrders, 30, random),
        MaxGrossExposure = Tighter(limits.MaxGrossExposure, 20_000, random),
        MaxDailyLoss = Tighter(limits.MaxDailyLoss, 500, random),
    };

    private static long Tighter(long limit, int usual, Random random) => random.Next(5) switch
    {
        0 when limit > 1 => random.NextInt64(1, limit),
        0 when limit == 0 => random.Next(1, usual),
        _ => limit,
    };
}
