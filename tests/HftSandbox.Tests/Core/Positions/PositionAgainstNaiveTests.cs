using System.Diagnostics;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Positions;
using HftSandbox.Events;
using HftSandbox.Tests.Core.Orders;

namespace HftSandbox.Tests.Core.Positions;

/// <summary>The engine's positions and naive ones take the same random fills, busts, corrections and adjustments of an
/// outside venue and an operator. A larger run: <c>HFTSANDBOX_POSITION_EVENTS=10000000 HFTSANDBOX_POSITION_SEED=1
/// HftSandbox.Tests -class "*PositionAgainstNaiveTests" -showLiveOutput</c>.</summary>
public sealed class PositionAgainstNaiveTests
{
    [Fact]
    public void Positions_and_naive_positions_agree_after_every_event()
    {
        int events = TestSize.Of("HFTSANDBOX_POSITION_EVENTS", 200_000);
        int seed = TestSize.Of("HFTSANDBOX_POSITION_SEED", 1);
        var watch = Stopwatch.StartNew();
        var play = new PositionPlay(seed);

        for (int number = 1; number <= events; number++)
        {
            string what = play.Step();
            if (play.Difference() is { } difference)
                Assert.Fail($"seed {seed}, event {number}, {what}: {difference}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"seed {seed}, {events} events, {watch.ElapsedMilliseconds} ms, {play.Flats} times flat: {play.Counts}");
        Assert.True(play.Flats > events / 50);
    }
}

/// <summary>Fills of a few large orders: two instruments, both sides, two strategies and one that nobody
/// knows.</summary>
internal sealed class PositionPlay
{
    private const int LiveMax = 4_000;
    private const long FarAway = 40;

    private static readonly ushort[] Strategies = [1, 2, 77];

    private readonly Random _random;
    private readonly OutsidePlay _play;
    private readonly List<Booked> _orders = [];
    private readonly List<Booked> _live = [];
    private readonly SortedDictionary<string, int> _counts = [];
    private readonly Dictionary<(uint Instrument, int Strategy), NaivePosition> _naive = [];
    private Booked _touched;
    private long _markPx = 100;
    private ulong _lastExecId;

    public PositionPlay(int seed)
    {
        _random = new Random(seed);
        RunConfiguration defaults = Rig.Defaults();
        _play = new OutsidePlay(defaults with
        {
            Instruments =
            [
                Rig.Instrument("TEST-USD"),
                Rig.Instrument("OTHER-USD") with
                {
                    PriceScale = 2,
                    QuantityScale = 3,
                    NotionalScale = 8,
                    Multiplier = 7,
                    AllowNegativePrice = true,
                },
            ],
        }, Rig.Strategies("template", "template"));
        foreach (uint instrument in new[] { Rig.First, Rig.Second })
        {
            for (int strategy = -1; strategy < Strategies.Length; strategy++)
                _naive[(instrument, strategy)] = new NaivePosition(Engine.Instruments[instrument].Config);
            for (int order = 0; order < 2 * Strategies.Length; order++)
                Open(instrument, (Side)(1 + (order % 2)), order / 2);
        }
    }

    public int Flats => _naive.Values.Sum(naive => naive.Flats);

    public string Counts => string.Join(", ", _counts.Select(entry => $"{entry.Value} {entry.Key}"));

    private TradingEngine Engine => _play.Rig.Engine;

    /// <summary>One event, given to both.</summary>
    public string Step()
    {
        _play.Rig.Output.Forget();
        int choice = _random.Next(100);
        string what =
            choice < 68 || _live.Count < 10 ? Trade()
            : choice < 78 ? Reverse(ExecType.TradeCancel)
            : choice < 88 ? Reverse(ExecType.TradeCorrect)
            : choice < 94 ? Adjust()
            : choice < 97 ? Repeat()
            : Mark();
        _counts[what] = _counts.GetValueOrDefault(what) + 1;
        return what;
    }

    /// <summary>What differs, of the position that was touched and of its strategy's part.</summary>
    public string? Difference() =>
        DifferenceOf(-1, Engine.Positions[_touched.Instrument])
        ?? DifferenceOf(
            _touched.Strategy,
            Engine.Positions.OfStrategy(Strategies[_touched.Strategy], _touched.Instrument));

    private string? DifferenceOf(int strategy, in Position position) => Naive(_touched.Instrument, strategy)
        .DifferenceFrom(
            position,
            position.UnrealizedPnl(Engine.Instruments[_touched.Instrument], new Px(_markPx)).Mantissa,
            _markPx);

    private NaivePosition Naive(uint instrument, int strategy) => _naive[(instrument, strategy)];

    private void Open(uint instrument, Side side, int strategy)
    {
        _orders.Add(new Booked(instrument, side, strategy, Engine.NextClOrdId));
        _play.Rig.Ask(NewOrderRequest.Limit(100, 1L << 40, side) with
        {
            InstrumentId = instrument,
            StrategyId = Strategies[strategy],
        });
    }

    private string Trade()
    {
        _touched = _orders[_random.Next(_orders.Count)] with { ExecId = ++_lastExecId };
        long net = (long)Naive(_touched.Instrument, _touched.Strategy).Net;
        if (Math.Abs(net) > FarAway || Naive(_touched.Instrument, -1).Closes > FarAway)
            _touched = TowardFlat(net);
        else
            _touched = Priced(_touched, _random.Next(1, 30));
        Report(ExecType.Trade, _touched, refExecId: 0);
        Book(_touched, _touched.Side, _touched.Fee);
        Remember(_touched);
        return "fills";
    }

    /// <summary>Fractions stay short when positions come back to zero.</summary>
    private Booked TowardFlat(long net)
    {
        long whole = net != 0 ? net : (long)Naive(_touched.Instrument, -1).Net;
        Side side = whole > 0 ? Side.Sell : Side.Buy;
        Booked order = _orders.Find(one =>
            one.Instrument == _touched.Instrument && one.Strategy == _touched.Strategy && one.Side == side);
        return Priced(order with { ExecId = _touched.ExecId }, Math.Max(1, Math.Abs(whole)));
    }

    private string Reverse(ExecType execType)
    {
        int place = _random.Next(_live.Count);
        Booked original = _live[place];
        _live.RemoveAt(place);
        bool corrects = execType == ExecType.TradeCorrect;
        _touched = Priced(original with { ExecId = ++_lastExecId }, corrects ? _random.Next(0, 30) : 0);
        Report(execType, _touched, original.ExecId);
        Book(original, Opposite(original.Side), -original.Fee);
        if (!corrects || _touched.Qty == 0)
            return "busts";
        Book(_touched, _touched.Side, _touched.Fee);
        Remember(_touched);
        return "corrections";
    }

    private string Adjust()
    {
        _touched = Priced(_orders[_random.Next(_orders.Count)], _random.Next(0, 30));
        _play.Rig.Adjust(
            _touched.Side == Side.Buy ? _touched.Qty : -_touched.Qty,
            _touched.Px,
            _touched.Instrument,
            Strategies[_touched.Strategy]);
        if (_touched.Qty != 0)
            Book(_touched, _touched.Side, fee: 0);
        return "adjustments";
    }

    private string Repeat()
    {
        _touched = _live[_random.Next(_live.Count)];
        Report(ExecType.Trade, _touched, refExecId: 0);
        return "repeats";
    }

    private string Mark()
    {
        _markPx = _random.Next(-50, 300);
        return "marks";
    }

    private Booked Priced(Booked order, long qty) => order with
    {
        Px = _random.Next(order.Instrument == Rig.First ? 1 : -500, 1_000),
        Qty = qty,
        Fee = _random.Next(-5, 50),
    };

    private void Report(ExecType execType, Booked fill, ulong refExecId) => _play.Rig.Report(
        new ExecutionReportBody
        {
            ClOrdId = fill.ClOrdId,
            ExecId = new Id16(1, fill.ExecId),
            RefExecId = refExecId == 0 ? default : new Id16(1, refExecId),
            ExecType = execType,
            LastPx = new Px(fill.Px),
            LastQty = new Qty(fill.Qty),
            Fee = new Fee(fill.Fee),
            Side = fill.Side,
        },
        fill.Instrument);

    private void Book(Booked fill, Side side, long fee)
    {
        Naive(fill.Instrument, -1).Fill(side, fill.Px, fill.Qty, fee);
        Naive(fill.Instrument, fill.Strategy).Fill(side, fill.Px, fill.Qty, fee);
    }

    private void Remember(Booked fill)
    {
        if (_live.Count == LiveMax)
            _live.RemoveAt(_random.Next(LiveMax));
        _live.Add(fill);
    }

    private static Side Opposite(Side side) => side == Side.Buy ? Side.Sell : Side.Buy;

    private readonly record struct Booked(
        uint Instrument,
        Side Side,
        int Strategy,
        ulong ClOrdId,
        ulong ExecId = 0,
        long Px = 0,
        long Qty = 0,
        long Fee = 0);
}
