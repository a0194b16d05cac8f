using System.Diagnostics;
using System.Globalization;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Tests.Core.MarketData;
using HftSandbox.Trader.Recovery;

namespace HftSandbox.Tests.Core.Venues.Simulated;

/// <summary>The venue inside an engine and a naive one take the same random quotes, books, prints and requests; what
/// they say must be the same, line by line. A larger run: <c>HFTSANDBOX_SIM_OPERATIONS=5000000 HFTSANDBOX_SIM_SEED=1
/// HftSandbox.Tests -class "*SimVenueAgainstNaiveTests" -showLiveOutput</c>.</summary>
public sealed class SimVenueAgainstNaiveTests
{
    private const int OperationsOfOneEngine = 20_000;

    [Fact]
    public void The_venue_and_a_naive_one_say_the_same_after_every_operation()
    {
        var operations = Number("HFTSANDBOX_SIM_OPERATIONS", 200_000);
        var seed = Number("HFTSANDBOX_SIM_SEED", 1);
        var watch = Stopwatch.StartNew();
        var seen = new SortedDictionary<string, int>(StringComparer.Ordinal);

        for (var done = 0; done < operations; done += OperationsOfOneEngine)
        {
            var script = new SimScript(seed + (done / OperationsOfOneEngine), seen);
            script.Run(Math.Min(OperationsOfOneEngine, operations - done));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"seed {seed}, {operations} operations, {watch.ElapsedMilliseconds} ms: "
            + string.Join(", ", seen.Select(entry => $"{entry.Value} {entry.Key}")));
        Assert.Equal(
            [
                "Canceled", "Canceled SelfTrade", "Expired", "New", "QueueReached", "Rejected WouldTakeLiquidity",
                "Replaced", "Taken", "TradedThrough", "refused TooLate", "refused WouldTakeLiquidity",
            ],
            seen.Keys);
    }

    private static int Number(string variable, int preset) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : preset;
}

/// <summary>One engine's random life, and that of the naive venue beside it.</summary>
internal sealed class SimScript
{
    private const long DayNs = 86_400_000_000_000;
    private const int RestoreEvery = 5_003;

    private readonly Random _random;
    private readonly SortedDictionary<string, int> _seen;
    private readonly int _seed;
    private readonly SimVenueConfig _config;
    private readonly NaiveSimVenue _naive;
    private readonly ConservationLaws _laws;
    private readonly Dictionary<ulong, ulong> _roots = [];
    private readonly List<ulong> _recent = [];
    private SimRig _rig;
    private long _nextRollNs = DayNs;
    private Action<NaiveSimVenue, long>? _effect;
    private int _operation;

    public SimScript(int seed, SortedDictionary<string, int> seen)
    {
        _seed = seed;
        _seen = seen;
        _random = new Random(seed);
        _config = new SimVenueConfig
        {
            EntryLatency = Latency(),
            ResponseLatency = Latency(),
            Queue = (QueueModel)_random.Next(2),
            SelfTrades = (SelfTradePrevention)Math.Min(1, _random.Next(3)),
        };
        _naive = new NaiveSimVenue(_config, 1);
        _rig = new SimRig(_config);
        _laws = new ConservationLaws(_rig.Rig.Engine);
    }

    public void Run(int operations)
    {
        for (_operation = 1; _operation <= operations; _operation++)
        {
            _effect = null;
            if (_operation % RestoreEvery == 0)
                _rig = Restored();
            _rig.Rig.NowNs += _random.Next(40) == 0 ? _random.NextInt64(_random.Next(50) == 0 ? DayNs : 30_000) : 0;
            Check(Act());
        }
    }

    private List<Recorded> Act()
    {
        uint instrument = (uint)_random.Next(1, 3);
        int kind = _random.Next(100);
        return kind < 20 ? Quote(instrument)
            : kind < 45 ? Print(instrument)
            : kind < 62 ? Level(instrument)
            : kind < 64 ? Snapshot(instrument)
            : kind < 65 ? Gap(instrument)
            : kind < 82 ? Ask(instrument)
            : kind < 91 && _recent.Count > 0 ? _rig.Rig.AskToCancel(Recent())
            : _recent.Count > 0 ? _rig.Rig.AskToReplace(Recent(), Px(), _random.Next(1, 14))
            : _rig.Rig.Trade(100, Rig.First + 1);
    }

    /// <summary>The naive venue takes the same: what was due before, the input, the requests that the engine let
    /// pass, what is due then.</summary>
    private void Check(List<Recorded> group)
    {
        long nowNs = _rig.Rig.NowNs;
        _naive.PassTo(nowNs);
        if (nowNs >= _nextRollNs)
        {
            _naive.Roll(nowNs);
            _naive.PassTo(nowNs);
            _nextRollNs = nowNs - (nowNs % DayNs) + DayNs;
        }

        if (_effect is null && group[0].Kind == EventKind.Trade)
            _naive.Print(2, 100, 1, Side.Buy, nowNs);
        _effect?.Invoke(_naive, nowNs);
        _naive.PassTo(nowNs);
        foreach (Recorded record in group.Where(record => record.Kind == EventKind.OrderIntent))
            Forward(record, group, nowNs);
        _naive.PassTo(nowNs);

        List<string> said = SimRig.Said(group, withQuantities: true);
        if (!said.SequenceEqual(_naive.Heard))
        {
            Assert.Fail($"seed {_seed}, operation {_operation}, {group[0].Kind}, {_config}:\n"
                + $"venue: {string.Join(" | ", said)}\nnaive: {string.Join(" | ", _naive.Heard)}");
        }

        foreach (string line in said)
            Count(line);
        foreach (Recorded record in group)
            Assert.Null(_laws.Add(record.Header, record.Payload));
        _naive.Heard.Clear();
    }

    private void Forward(Recorded record, List<Recorded> group, long nowNs)
    {
        OrderIntentBody intent = record.Body<OrderIntentBody>();
        bool isRefused = group.Exists(other => other.Header.Source == SourceId.Engine
            && other.Kind == EventKind.CancelReject && other.Body<CancelRejectBody>().ClOrdId == intent.ClOrdId);
        bool isDenied = group.Exists(other => other.Kind == EventKind.RiskDecision
            && other.Body<RiskDecisionBody>().ClOrdId == intent.ClOrdId
            && other.Body<RiskDecisionBody>().Decision == Decision.Deny);
        if (isRefused || isDenied)
            return;
        ulong root = intent.OrigClOrdId == 0 ? intent.ClOrdId : _roots[intent.OrigClOrdId];
        _roots[intent.ClOrdId] = root;
        _recent.Add(intent.ClOrdId);
        _naive.Send(new NaiveRequest(record.Header.InstrumentId, root, intent), nowNs);
    }

    private List<Recorded> Quote(uint instrument)
    {
        long bid = Px();
        var quote = new QuoteBody
        {
            BidPx = new Px(bid),
            BidQty = new Qty(_random.Next(5) == 0 ? 0 : _random.Next(1, 20)),
            AskPx = new Px(bid + _random.Next(-1, 4)),
            AskQty = new Qty(_random.Next(5) == 0 ? 0 : _random.Next(1, 20)),
        };
        if (_random.Next(3) == 0)
        {
            quote.AskPx = _naive.Market(instrument).Quote.AskPx;
            quote.AskQty = _naive.Market(instrument).Quote.AskQty;
        }

        _effect = (naive, _) =>
        {
            NaiveMarket market = naive.Market(instrument);
            QuoteBody before = market.Quote;
            Side[] changed =
            [
                .. before.BidPx != quote.BidPx || before.BidQty != quote.BidQty ? [Side.Buy] : Array.Empty<Side>(),
                .. before.AskPx != quote.AskPx || before.AskQty != quote.AskQty ? [Side.Sell] : Array.Empty<Side>(),
            ];
            foreach (Side side in market.IsLive ? [] : changed)
            {
                market.Quote = before;
                naive.Change(instrument, one => one.Quote = quote, side, null);
            }

            market.Quote = quote;
        };
        return _rig.Rig.Input(EventKind.Quote, instrument, Rig.Bytes(quote), SourceId.Sim);
    }

    private List<Recorded> Print(uint instrument)
    {
        (long px, int qty, Side aggressor) = (Px(), _random.Next(1, 16), (Side)_random.Next(3));
        _effect = (naive, nowNs) => naive.Print(instrument, px, qty, aggressor, nowNs);
        var trade = new TradeBody { Px = new Px(px), Qty = new Qty(qty), AggressorSide = aggressor };
        return _rig.Rig.Input(EventKind.Trade, instrument, Rig.Bytes(trade), SourceId.Sim);
    }

    private List<Recorded> Level(uint instrument)
    {
        Side side = (Side)_random.Next(1, 3);
        (long px, long qty) = (side == Side.Buy ? _random.Next(92, 101) : _random.Next(100, 109), _random.Next(0, 20));
        _effect = (naive, _) =>
        {
            NaiveMarket market = naive.Market(instrument);
            bool isNews = market.Book.ContainsKey((side, px)) || qty > 0;
            market.IsLive &= !WouldCross(market);
            if (!market.IsLive || !isNews)
                Put(market);
            else
                naive.Change(instrument, Put, side, px);
        };
        return _rig.Rig.Input(
            EventKind.BookLevel,
            instrument,
            Rig.Bytes(new BookLevelBody { Px = new Px(px), Qty = new Qty(qty), Side = side, Action = BookAction.Set }),
            SourceId.Sim);

        void Put(NaiveMarket market)
        {
            market.Book.Remove((side, px));
            if (qty > 0)
                market.Book.Add((side, px), qty);
        }

        bool WouldCross(NaiveMarket market) => qty > 0 && market.Book.Keys.Any(level =>
            level.Side != side && (side == Side.Buy ? level.Px <= px : level.Px >= px));
    }

    /// <summary>A book of some levels a side, never crossed.</summary>
    private List<Recorded> Snapshot(uint instrument)
    {
        var levels = new Dictionary<(Side, long), long>();
        for (int level = _random.Next(1, 6); level >= 0; level--)
        {
            levels[(Side.Buy, 99 - level)] = _random.Next(1, 20);
            levels[(Side.Sell, 101 + level)] = _random.Next(1, 20);
        }

        _effect = (naive, _) => naive.Change(
            instrument,
            market =>
            {
                market.Book.Clear();
                foreach (var level in levels)
                    market.Book.Add(level.Key, level.Value);
                market.IsLive = true;
            },
            Side.None,
            null);
        var group = _rig.Rig.Input(
            EventKind.BookClear,
            instrument,
            Rig.Bytes(new BookClearBody { Reason = BookClearReason.Snapshot }),
            SourceId.Sim,
            last: false);
        int left = levels.Count;
        foreach (var ((side, px), qty) in levels)
        {
            _rig.Rig.NowNs -= 1000;
            group.AddRange(_rig.Rig.Input(
                EventKind.BookLevel,
                instrument,
                Rig.Bytes(new BookLevelBody
                {
                    Px = new Px(px),
                    Qty = new Qty(qty),
                    Side = side,
                    Action = BookAction.Set,
                }),
                SourceId.Sim,
                last: --left == 0));
        }

        return group;
    }

    private List<Recorded> Gap(uint instrument)
    {
        _effect = (naive, _) => naive.Market(instrument).IsLive = false;
        return _rig.Rig.Gap(instrument);
    }

    private List<Recorded> Ask(uint instrument)
    {
        bool isMarket = _random.Next(10) == 0;
        return _rig.Rig.Ask(new NewOrderRequest(
            instrument,
            (Side)_random.Next(1, 3),
            isMarket ? OrdType.Market : OrdType.Limit,
            (TimeInForce)_random.Next(1, 6),
            new Px(isMarket ? 0 : Px()),
            new Qty(_random.Next(1, 14)),
            DeadlineNs: _rig.Rig.NowNs + _random.Next(100_000),
            ExecInst: _random.Next(4) == 0 ? ExecInst.PostOnly : ExecInst.None));
    }

    private SimRig Restored()
    {
        byte[] state = StateOf(_rig.Rig.Engine);
        var restored = new SimRig(_config, _rig.Rig.NowNs, state, _rig.Rig.Engine.LastSequence);
        Assert.Equal(state, StateOf(restored.Rig.Engine));
        return restored;
    }

    private static byte[] StateOf(TradingEngine engine)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        engine.WriteState(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private System.Collections.Immutable.ImmutableArray<LatencyBin> Latency() => _random.Next(3) switch
    {
        0 => [new LatencyBin(0, 1)],
        1 => [new LatencyBin(_random.Next(5_000), 3)],
        _ => [new LatencyBin(0, 5), new LatencyBin(_random.Next(9_000), 2), new LatencyBin(_random.Next(40_000), 1)],
    };

    private void Count(string line)
    {
        string what = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        what = what.Split(' ') switch
        {
            ["Trade", _, var cause, _] => cause,
            ["refused", var reason] => $"refused {reason}",
            [var type, var reason, _] => $"{type} {reason}",
            [var type, ..] => type,
            _ => what,
        };
        _seen[what] = _seen.GetValueOrDefault(what) + 1;
    }

    private ulong Recent() => _recent[^_random.Next(1, Math.Min(20, _recent.Count) + 1)];

    private long Px() => _random.Next(95, 106);
}
