using System.Diagnostics;
using HftSandbox.Core;
using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Orders;

/// <summary>A random walk over the whole life of orders at an outside venue: requests, every ExecType, repeats, busts,
/// corrections, unknown ids, messages that cross. The engine and naive orders are compared after every step; every
/// 7,001 steps the engine is replaced by one restored from its state. A larger walk:
/// <c>HFTSANDBOX_ORDER_STEPS=10000000 HFTSANDBOX_ORDER_SEED=1 HftSandbox.Tests -class "*OrdersAgainstNaiveTests"
/// -showLiveOutput</c>.</summary>
public sealed class OrdersAgainstNaiveTests
{
    [Fact]
    public void Orders_and_naive_orders_agree_after_every_step()
    {
        int steps = TestSize.Of("HFTSANDBOX_ORDER_STEPS", 100_000);
        int seed = TestSize.Of("HFTSANDBOX_ORDER_SEED", 1);
        var watch = Stopwatch.StartNew();
        var walk = new OrderWalk(seed);

        for (int step = 1; step <= steps; step++)
        {
            walk.Step();
            if (walk.Difference is { } difference)
                Assert.Fail($"seed {seed}, step {step}, {walk.What}: {difference}");
            if (step % 7_001 == 0)
                walk.Restore();
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"seed {seed}, {steps} steps, {watch.ElapsedMilliseconds} ms: {walk.Counts}");
        Assert.True(walk.SawEverything, walk.Counts);
    }
}

/// <summary>Gives random inputs to an engine and to naive orders.</summary>
internal sealed class OrderWalk(int seed)
{
    private const int OpenWanted = 15;
    private const int KnownMax = 80;
    private const long Px = 100;

    private static readonly ExecType[] ExecTypes = Enum.GetValues<ExecType>();

    private readonly Random _random = new(seed);
    private readonly NaiveOrders _naive = new();
    private readonly SortedDictionary<string, int> _counts = [];
    private readonly long[] _net = new long[3];
    private readonly bool[] _halted = new bool[3];
    private readonly List<(ulong ExecId, NaiveOrder Order)> _executions = [];
    private Rig _rig = new OutsidePlay(strategies: Rig.Strategies("template", "template")).Rig;
    private ulong _lastExecId;

    /// <summary>What was done last.</summary>
    public string What { get; private set; } = "";

    /// <summary>What the engine and the naive orders differ in.</summary>
    public string? Difference { get; private set; }

    public string Counts => string.Join(", ", _counts.Select(entry => $"{entry.Value} {entry.Key}"));

    /// <summary>Every anomaly an order can raise, every status and every answer has come.</summary>
    public bool SawEverything => new[]
    {
        "!DuplicateExecId", "!ExecutionAfterTerminal", "!IllegalTransition", "!InvalidReport", "!OrphanExecution",
        "!OverFill", "!QuantityMismatch", "!UnknownExecRef", "!UnknownOrder", "?AlreadyPending", "?TooLate",
        "?UnknownOrder", "=Halted",
    }.Concat(Enum.GetValues<OrdStatus>().Where(status => status != 0).Select(status => $"{status}"))
        .All(_counts.ContainsKey);

    private TradingEngine Engine => _rig.Engine;

    public void Restore() => _rig = _rig.Fork();

    public void Step()
    {
        Difference = null;
        _rig.Output.Forget();
        int open = Engine.OpenOrders.Count;
        int choice = _random.Next(100);
        if (_naive.Orders.Count < 5 || choice < (open < OpenWanted ? 25 : 4))
            New();
        else if (open > 2 * OpenWanted && choice < 20)
            Report(RandomReport(Pick()) with { Type = _random.Next(2) == 0 ? ExecType.Canceled : ExecType.Expired });
        else if (choice < 45)
            Ask();
        else if (choice < 52)
            Reject();
        else if (choice < 97)
            Report(RandomReport(Pick()));
        else
            Adjust();
        Difference ??= CompareTotals();
        Prune();
    }

    private void New()
    {
        uint instrument = (uint)_random.Next(1, 3);
        var side = (Side)_random.Next(1, 3);
        ushort strategy = (ushort)_random.Next(1, 4);
        long qty = _random.Next(1, 100);
        ulong id = Engine.NextClOrdId;
        List<Recorded> group = _rig.Ask(NewOrderRequest.Limit(Px, qty, side) with
        {
            InstrumentId = instrument,
            StrategyId = strategy,
        });
        What = $"new {id}";
        RiskReason expected = _halted[instrument] ? RiskReason.Halted : RiskReason.None;
        Expect(expected, group.Decision().Reason);
        if (expected == RiskReason.None)
            _naive.New(id, instrument, side, strategy, qty);
        else
            Count($"={expected}");
    }

    private void Ask()
    {
        NaiveOrder order = Pick();
        ulong target = _random.Next(30) == 0 ? Unknown() : order.Ids[_random.Next(order.Ids.Count)];
        ulong id = Engine.NextClOrdId;
        bool isCancel = _random.Next(3) == 0;
        long qty = isCancel ? 0 : _random.Next(1, 160);
        What = isCancel ? $"cancel {id} of {target}" : $"replace {id} of {target} to {qty}";
        List<Recorded> group = isCancel ? _rig.AskToCancel(target) : _rig.AskToReplace(target, Px, qty);
        bool isDenied = !isCancel && _naive.Find(target) is { IsOpen: true } open
            && open.Requests.Count < 16 && _halted[open.Instrument];
        if (isDenied)
        {
            Expect(RiskReason.Halted, group.Decision().Reason);
            return;
        }

        RejectReason expected = _naive.Ask(id, target, isCancel ? IntentType.Cancel : IntentType.Replace, qty);
        RejectReason reason = group.Find(record => record.Kind == EventKind.CancelReject)?.Body<CancelRejectBody>()
            .Reason ?? RejectReason.None;
        Expect(expected, reason);
        Count($"?{expected}");
    }

    private void Reject()
    {
        NaiveOrder order = Pick();
        NaiveRequest? request = order.Requests.Count == 0 ? null : order.Requests[_random.Next(order.Requests.Count)];
        ulong id = request is null || _random.Next(10) == 0 ? AnyIdOf(order) : request.Id;
        IntentType type = request?.Type ?? (IntentType)_random.Next(2, 4);
        ulong originalId = _random.Next(15) == 0 ? Unknown() : order.Id;
        What = $"reject of {id}, {originalId}";
        List<Recorded> group = _rig.Reject(new CancelRejectBody
        {
            ClOrdId = id,
            OrigClOrdId = originalId,
            ResponseTo = type == IntentType.Cancel ? CancelRejectResponseTo.Cancel : CancelRejectResponseTo.Replace,
            Reason = RejectReason.TooLate,
        });
        bool isKnown = _naive.Reject(id, originalId, type);
        Expect(isKnown ? AnomalyCode.None : AnomalyCode.UnknownOrder, AnomalyOf(group));
        if (isKnown)
            CompareState(group, _naive.Find(id, originalId)!);
    }

    private void Report(NaiveReport report)
    {
        What = $"{report}";
        NaiveOrder? order = _naive.Find(report.Id, report.OriginalId);
        uint instrument = order?.Instrument ?? (uint)_random.Next(1, 3);
        List<Recorded> group = _rig.Report(Body(report), instrument);
        long before = order?.Cum ?? 0;
        (AnomalyCode anomaly, bool isApplied) = _naive.Apply(report);
        Expect(anomaly, AnomalyOf(group));
        if (anomaly != AnomalyCode.None)
            Count($"!{anomaly}");
        if (anomaly == AnomalyCode.OrphanExecution)
            _halted[instrument] = true;
        if (!isApplied)
        {
            Expect(false, group.Exists(record => record.Kind is EventKind.OrderState or EventKind.PositionChanged));
            return;
        }

        CompareState(group, order!);
        _net[order!.Instrument] += (order.Side == Side.Buy ? 1 : -1) * (order.Cum - before);
        if (report.LastQty > 0 && report.ExecId != 0)
            _executions.Add((report.ExecId, order));
    }

    private NaiveReport RandomReport(NaiveOrder order)
    {
        ExecType type = _random.Next(3) == 0 ? ExecType.Trade : ExecTypes[_random.Next(ExecTypes.Length)];
        bool answers = type is ExecType.PendingCancel or ExecType.PendingReplace or ExecType.Replaced
            or ExecType.Canceled;
        IntentType asked = type is ExecType.PendingCancel or ExecType.Canceled ? IntentType.Cancel : IntentType.Replace;
        NaiveRequest? request = answers && _random.Next(8) != 0 ? order.Requests.Find(one => one.Type == asked) : null;
        (ulong refExecId, NaiveOrder target) = Reference(type, order);
        bool moves = type is ExecType.Trade or ExecType.TradeCorrect;
        return new NaiveReport(
            type,
            request?.Id ?? IdFor(target, answers),
            _random.Next(12) == 0 ? Unknown() : target.Id,
            ExecIdFor(type),
            refExecId,
            moves ? _random.Next(_random.Next(10) == 0 ? -3 : 1, 60) : 0,
            type is ExecType.Replaced or ExecType.Restated or ExecType.PendingReplace ? _random.Next(3) * 40 : 0,
            _random.Next(20) == 0 ? _random.Next(1, 90) : 0,
            type is ExecType.DoneForDay or ExecType.Suspended ? _random.Next(60) : 0);
    }

    /// <summary>What a bust or correction refers to: mostly a fill, of this order or by mistake of another.</summary>
    private (ulong RefExecId, NaiveOrder Order) Reference(ExecType type, NaiveOrder order)
    {
        if (type is not (ExecType.TradeCancel or ExecType.TradeCorrect) || _executions.Count == 0)
            return (0, order);
        (ulong execId, NaiveOrder owner) = _executions[_random.Next(_executions.Count)];
        return (execId, _random.Next(10) == 0 ? order : owner);
    }

    /// <summary>An answer must not name a request of the other kind; anything else may name the order by any
    /// id.</summary>
    private ulong IdFor(NaiveOrder order, bool answers) =>
        _random.Next(40) == 0 ? Unknown()
        : answers ? order.Id
        : AnyIdOf(order);

    private ulong AnyIdOf(NaiveOrder order) =>
        _random.Next(2) == 0 ? order.Id : order.Ids[_random.Next(order.Ids.Count)];

    private ulong ExecIdFor(ExecType type) =>
        _lastExecId > 10 && _random.Next(20) == 0 ? _lastExecId - (ulong)_random.Next(10)
        : type != ExecType.Trade && _random.Next(20) == 0 ? 0
        : ++_lastExecId;

    /// <summary>An id that was never given, or will be given soon.</summary>
    private ulong Unknown() => _random.Next(3) switch
    {
        0 => 0,
        1 => 1UL << 60,
        _ => Engine.NextClOrdId + (ulong)_random.Next(50),
    };

    private void Adjust()
    {
        uint instrument = (uint)_random.Next(1, 3);
        What = $"adjust {instrument}";
        List<Recorded> group = _rig.Adjust(0, Px, instrument);
        Expect(_halted[instrument], group.Exists(record => record.Kind == EventKind.RiskHalt));
        _halted[instrument] = false;
    }

    private void CompareState(List<Recorded> group, NaiveOrder order)
    {
        OrderStateBody state = group.Single<OrderStateBody>(EventKind.OrderState);
        Expect(
            (order.Id, order.IdBefore, order.Status, order.Qty, order.Cum, order.Leaves),
            (state.ClOrdId, state.OrigClOrdId, state.OrdStatus, state.OrderQty.Mantissa, state.CumQty.Mantissa,
                state.LeavesQty.Mantissa));
        Count($"{order.Status}");
    }

    private string? CompareTotals()
    {
        Exposure exposure = Engine.OpenOrders.Exposure;
        var open = new Totals();
        foreach (NaiveOrder order in _naive.Orders)
        {
            if (order.IsOpen)
                open.Add(order);
        }

        Expect(open.Orders, Engine.OpenOrders.Count);
        for (uint instrument = 1; instrument <= 2; instrument++)
        {
            Expect(_net[instrument], Engine.Positions[instrument].NetQty.Mantissa);
            Expect(open.OfInstrument[instrument], exposure.OrdersIn(instrument));
            for (var side = Side.Buy; side <= Side.Sell; side++)
            {
                Expect(open.Qty[instrument, (int)side, 0], (long)exposure.Qty(instrument, side));
                for (ushort strategy = 1; strategy <= 3; strategy++)
                {
                    Expect(
                        open.Qty[instrument, (int)side, strategy],
                        (long)exposure.QtyOf(strategy, instrument, side));
                }
            }
        }

        for (ushort strategy = 1; strategy <= 3; strategy++)
            Expect(open.OfStrategy[strategy], exposure.OrdersOf(strategy));
        return Difference;
    }

    private NaiveOrder Pick() => _naive.Orders[_random.Next(_naive.Orders.Count)];

    /// <summary>What has closed long ago is left alone, so that the walk stays among few orders.</summary>
    private void Prune()
    {
        if (_naive.Orders.Count > KnownMax && _naive.Orders.Find(order => !order.IsOpen) is { } over)
        {
            _naive.Forget(over);
            _executions.RemoveAll(execution => execution.Order == over);
        }

        if (_executions.Count > KnownMax)
            _executions.RemoveAt(0);
    }

    private void Expect<TValue>(TValue expected, TValue actual)
    {
        if (!EqualityComparer<TValue>.Default.Equals(expected, actual))
            Difference ??= $"expected {expected}, was {actual}";
    }

    private void Count(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;

    private static AnomalyCode AnomalyOf(List<Recorded> group) =>
        group.Find(record => record.Kind == EventKind.Anomaly)?.Body<AnomalyBody>().Code ?? AnomalyCode.None;

    /// <summary>What the open orders add up to.</summary>
    private sealed class Totals
    {
        public int Orders { get; private set; }

        public int[] OfInstrument { get; } = new int[3];

        public int[] OfStrategy { get; } = new int[4];

        /// <summary>By instrument, side and strategy; strategy 0 = all.</summary>
        public long[,,] Qty { get; } = new long[3, 3, 4];

        public void Add(NaiveOrder order)
        {
            Orders++;
            OfInstrument[order.Instrument]++;
            OfStrategy[order.Strategy]++;
            Qty[order.Instrument, (int)order.Side, 0] += order.Exposed;
            Qty[order.Instrument, (int)order.Side, order.Strategy] += order.Exposed;
        }
    }

    private static ExecutionReportBody Body(NaiveReport report) => new()
    {
        ClOrdId = report.Id,
        OrigClOrdId = report.OriginalId,
        ExecId = report.ExecId == 0 ? default : new Id16(3, report.ExecId),
        RefExecId = report.RefExecId == 0 ? default : new Id16(3, report.RefExecId),
        ExecType = report.Type,
        OrderQty = new Qty(report.OrderQty),
        LastQty = new Qty(report.LastQty),
        LastPx = new Px(Px),
        CumQty = new Qty(report.CumQty),
        LeavesQty = new Qty(report.LeavesQty),
    };
}
