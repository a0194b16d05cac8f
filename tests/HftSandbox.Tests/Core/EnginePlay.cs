using HftSandbox.Core.Configuration;
using HftSandbox.Core.Strategies;
using HftSandbox.Events;
using HftSandbox.Tests.Core.MarketData;
using HftSandbox.Tests.Core.Risk;

namespace HftSandbox.Tests.Core;

/// <summary>Random inputs of every kind that changes what the engine keeps.</summary>
internal static class EnginePlay
{
    private const long DayNs = 86_400_000_000_000;

    private static readonly ExecType[] ExecTypes = Enum.GetValues<ExecType>();

    /// <summary>What a play of some thousand steps writes at least.</summary>
    public static EventKind[] Expected(string venue) =>
    [
        EventKind.OrderIntent, EventKind.RiskDecision, EventKind.OrderState, EventKind.PositionChanged,
        EventKind.CancelReject, EventKind.Anomaly, EventKind.RiskHalt, EventKind.StrategyFault,
        .. venue == "outside" ? new[] { EventKind.Config, EventKind.RunStopped } : [EventKind.ExecutionReport],
    ];

    /// <summary>Limits of all scopes, four strategies, and sometimes the kill switch.</summary>
    public static RunConfiguration RandomConfiguration(Random random, string venue)
    {
        RunConfiguration limited = RandomLimits.Configuration(random);
        return limited with
        {
            Venue = venue,
            SimVenue = venue == "sim" ? RandomVenue(random) : null,
            Features = new FeaturesConfig(EnableOrderFlow: random.Next(10) != 0, EnableFills: random.Next(3) != 0),
            Instruments =
            [
                limited.Instruments[0] with { TakerFeeRateE8 = 12_345 },
                limited.Instruments[1] with { AllowNegativePrice = true, Multiplier = 3 },
            ],
            Strategies =
            [
                new StrategyConfig("random", "TEST-USD", limited.Strategies[0].Limits),
                new StrategyConfig("faulty", "OTHER-USD"),
                new StrategyConfig("patient", "TEST-USD", random.Next(2) == 0 ? RandomLimits.Limits(random) : null),
                new StrategyConfig("patient", "OTHER-USD"),
            ],
            Risk = limited.Risk with
            {
                OrderRateWindowNs = 7_000,
                ReferenceMaxAgeNs = random.Next(2) * 4_000,
                KillSwitch = random.Next(12) == 0,
                SessionRollNs = random.Next(2) * 3_600_000_000_000,
            },
        };
    }

    public static void Play(Rig rig, Random random, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            uint instrument = (uint)random.Next(1, 3);
            switch (random.Next(80))
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
                case 3:
                    rig.NowNs += random.Next(4) == 0 ? DayNs : 20_000;
                    break;
                case < 20:
                    rig.Trade(random.Next(90, 111), instrument);
                    break;
                case < 40:
                    long bid = random.Next(90, 111);
                    rig.Quote(bid, bid + random.Next(-1, 4), instrument, (uint)step / 3, random.Next(5) != 0);
                    break;
                case < 60:
                    Request(rig, random, instrument);
                    break;
                case < 74:
                    Report(rig, random, instrument);
                    break;
                case 74:
                    rig.Snapshot(random.Next(90, 100), random.Next(100, 111));
                    break;
                case < 77:
                    rig.Set((Side)random.Next(1, 3), random.Next(90, 111), random.Next(9));
                    break;
                case < 79:
                    rig.Adjust(
                        random.Next(-30, 31), random.Next(90, 111), instrument, (ushort)random.Next(0, 6));
                    break;
                default:
                    rig.ResetRisk(
                        (uint)random.Next(2) * instrument, (ushort)random.Next(0, 4), (HaltReason)random.Next(3));
                    break;
            }
        }
    }

    private static SimVenueConfig RandomVenue(Random random) => new()
    {
        EntryLatency = [new LatencyBin(random.Next(3) * 2_500, 2), new LatencyBin(random.Next(20_000), 1)],
        ResponseLatency = [new LatencyBin(random.Next(3) * 900, 3), new LatencyBin(random.Next(20_000), 1)],
        Queue = (QueueModel)random.Next(2),
        SelfTrades = (SelfTradePrevention)random.Next(2),
    };

    private static void StartAgain(Rig rig, Random random)
    {
        rig.Configuration = RandomConfiguration(random, rig.Configuration.Venue) with
        {
            Source = random.Next(4) == 0 ? new SourceIdentity("sim", "", random.Next()) : rig.Configuration.Source,
        };
        rig.NowNs -= random.Next(4) == 0 ? 5_000 : 0;
        rig.Start(random.Next(6) == 0 ? RunMode.Flat : RunMode.Continue);
    }

    /// <summary>One of the last ids, or one that will come soon.</summary>
    private static ulong AnyId(Rig rig, Random random) => rig.Engine.NextClOrdId + 1 - (ulong)random.Next(40);

    private static void Request(Rig rig, Random random, uint instrument)
    {
        ulong requestId = (ulong)random.Next(300);
        switch (random.Next(4))
        {
            case 0:
                rig.AskToCancel(random.Next(3) == 0 ? 0 : AnyId(rig, random), requestId, (ulong)random.Next(300));
                break;
            case 1:
                rig.AskToReplace(AnyId(rig, random), random.Next(90, 111), random.Next(0, 80), requestId);
                break;
            default:
                rig.Ask(
                    new NewOrderRequest(
                        instrument,
                        (Side)random.Next(1, 3),
                        (OrdType)random.Next(1, 3),
                        (TimeInForce)random.Next(1, 6),
                        new Px(random.Next(90, 111)),
                        new Qty(random.Next(0, 60)),
                        (ushort)random.Next(0, 6),
                        rig.NowNs + random.Next(100_000)),
                    requestId);
                break;
        }
    }

    private static void Report(Rig rig, Random random, uint instrument)
    {
        if (random.Next(6) == 0)
        {
            rig.Reject(new CancelRejectBody
            {
                ClOrdId = AnyId(rig, random),
                OrigClOrdId = AnyId(rig, random),
                ResponseTo = (CancelRejectResponseTo)random.Next(3),
            });
            return;
        }

        bool trades = random.Next(2) == 0;
        rig.Report(
            new ExecutionReportBody
            {
                ClOrdId = AnyId(rig, random),
                OrigClOrdId = AnyId(rig, random),
                ExecId = random.Next(5) == 0 ? default : new Id16(5, (ulong)random.Next(1, 2_000)),
                RefExecId = new Id16(5, (ulong)random.Next(1, 2_000)),
                ExecType = trades ? ExecType.Trade : ExecTypes[random.Next(ExecTypes.Length)],
                OrderQty = new Qty(random.Next(3) * 30),
                LastPx = new Px(random.Next(90, 111)),
                LastQty = new Qty(random.Next(0, 30)),
                LeavesQty = new Qty(random.Next(0, 30)),
                Fee = new Fee(random.Next(-3, 10)),
                Side = (Side)random.Next(3),
            },
            instrument);
    }
}

/// <summary>Strategies whose requests follow from what they are called with and from their memory.</summary>
internal static class MischievousStrategies
{
    public static IStrategy Create(
        StrategyConfig strategy,
        RunConfiguration configuration,
        HftSandbox.Core.Instruments.InstrumentRegistry instruments) => strategy.Name switch
        {
            "random" => new Varied(throwsAt: -1),
            "faulty" => new Varied(throwsAt: 97),
            "patient" => new Patient(),
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

    /// <summary>Remembers, waits, and changes what it has.</summary>
    private sealed class Patient : IStrategy
    {
        public void OnQuote(StrategyContext context, in QuoteBody quote)
        {
            if (++context.Memory[0] % 3 == 0)
                context.WakeAtNs = context.NowNs + 4_000;
        }

        public void OnTimer(StrategyContext context)
        {
            long px = 95 + (context.Memory[0] % 11);
            foreach (ref readonly var order in context.Orders)
            {
                if (context.Memory[0] % 2 == 0)
                    context.Cancel(order.ClOrdId);
                else
                    context.Replace(order.ClOrdId, new Px(px), new Qty(order.CumQty.Mantissa + 7));
            }

            context.Send(Side.Buy, OrdType.Limit, TimeInForce.Gtc, new Px(px), new Qty(5));
        }

        public void OnExecution(StrategyContext context, in ExecutionReportBody report)
        {
            if (report.ExecType == ExecType.Trade && ++context.Memory[1] % 4 == 0)
                context.Send(Side.Sell, OrdType.Limit, TimeInForce.Gtc, new Px(100), report.LastQty);
        }
    }
}
