using System.Runtime.InteropServices;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Runtime.Wal;
using HftSandbox.Tests.Core;
using HftSandbox.Trader.Report;

namespace HftSandbox.Tests.Trader.Report;

/// <summary>A log written record by record, with what no venue of ours says yet. One instrument, all scales
/// 0.</summary>
internal sealed class ReportScript
{
    public const uint Instrument = 1;
    public const ushort Strategy = 7;

    private ulong _sequence;

    public ReportScript(RunConfiguration? configuration = null)
    {
        Configuration = configuration ?? WithLimits(Rig.NoLimits);
        Report = new LogReport(Configuration);
    }

    public RunConfiguration Configuration { get; }

    public LogReport Report { get; }

    public long NowNs { get; set; } = 1_000;

    public Account Account => Report.Parts.OfInstrument(Instrument).Account!;

    public Activity Total => Report.Parts.Total.Activity;

    public static RunConfiguration WithLimits(LimitsConfig limits)
    {
        var defaults = Rig.WithLimits(limits);
        var instrument = Rig.Instrument("X") with
        {
            PriceScale = 0,
            QuantityScale = 0,
            NotionalScale = 0,
            FeeScale = 0,
        };
        return defaults with { Instruments = [instrument], Strategies = [new StrategyConfig("template", "X")] };
    }

    public ReportScript Start(RunMode mode = RunMode.New)
    {
        var json = Configuration.ToJson();
        return Add(EventKind.RunStarted, [.. Bytes(new RunStartedBody { Mode = mode }), .. json], instrument: 0);
    }

    public ReportScript Reload(RunConfiguration configuration) =>
        Add(EventKind.Config, [.. Bytes(default(ConfigBody)), .. configuration.ToJson()], instrument: 0);

    public ReportScript Lose(ulong events)
    {
        _sequence += events;
        return this;
    }

    public ReportScript Quote(long bid, long ask) => Add(EventKind.Quote, new QuoteBody
    {
        BidPx = new Px(bid),
        BidQty = new Qty(1),
        AskPx = new Px(ask),
        AskQty = new Qty(1),
    });

    public ReportScript Trade(long px) => Add(EventKind.Trade, new TradeBody { Px = new Px(px), Qty = new Qty(1) });

    public ReportScript Order(
        ulong clOrdId, Side side, long qty, long px = 100, RiskReason reason = RiskReason.None, long position = 0,
        Id16? limits = null, ulong replaces = 0, long observed = 0, long limit = 0)
    {
        Add(EventKind.OrderIntent, new OrderIntentBody
        {
            ClOrdId = clOrdId,
            OrigClOrdId = replaces,
            Px = new Px(px),
            Qty = new Qty(qty),
            StrategyId = Strategy,
            Side = side,
            OrdType = OrdType.Limit,
            IntentType = replaces == 0 ? IntentType.New : IntentType.Replace,
        });
        return Add(EventKind.RiskDecision, new RiskDecisionBody
        {
            ClOrdId = clOrdId,
            PositionQty = new Qty(position),
            ObservedValue = observed,
            LimitValue = limit,
            StrategyId = Strategy,
            LimitsHash = limits ?? HashOf(Configuration),
            Decision = reason == RiskReason.None ? Decision.Allow : Decision.Deny,
            Reason = reason,
        });
    }

    public static Id16 HashOf(RunConfiguration configuration) =>
        HftSandbox.Core.Risk.RiskLimits.HashOf(configuration);

    public ReportScript Fill(
        ulong clOrdId, ulong execId, Side side, long qty, long px, long fee = 0, ExecType type = ExecType.Trade,
        ulong refExecId = 0) => Add(EventKind.ExecutionReport, new ExecutionReportBody
        {
            ClOrdId = clOrdId,
            ExecId = new Id16(0, execId),
            RefExecId = new Id16(0, refExecId),
            LastPx = new Px(px),
            LastQty = new Qty(qty),
            Fee = new Fee(fee),
            StrategyId = Strategy,
            ExecType = type,
            Side = side,
            Liquidity = Liquidity.Maker,
        });

    public ReportScript Replaced(ulong clOrdId, ulong origClOrdId, long qty) => Add(
        EventKind.ExecutionReport,
        new ExecutionReportBody
        {
            ClOrdId = clOrdId,
            OrigClOrdId = origClOrdId,
            OrderQty = new Qty(qty),
            StrategyId = Strategy,
            ExecType = ExecType.Replaced,
        });

    public ReportScript State(ulong clOrdId, OrdStatus status, long qty, long filled = 0) => Add(
        EventKind.OrderState,
        new OrderStateBody
        {
            ClOrdId = clOrdId,
            OrderQty = new Qty(qty),
            CumQty = new Qty(filled),
            OrdStatus = status,
        });

    public ReportScript Cash(long amount) => Add(
        EventKind.CashAdjustment, new CashAdjustmentBody { Amount = new Notional(amount) });

    public LimitUse Use(string limit, ScopeKind scope) =>
        Report.Limits.Rows.Single(row => row.Limit.Name == limit && row.Scope.Kind == scope);

    public ReportScript Adjust(long delta, long px) => Add(
        EventKind.PositionAdjustment, new PositionAdjustmentBody { QtyDelta = new Qty(delta), Px = new Px(px) });

    public ReportScript Position(long qty, long openCost, long realized = 0, long fees = 0) => Add(
        EventKind.PositionChanged,
        new PositionChangedBody
        {
            NetQty = new Qty(qty),
            OpenCost = new Cost(openCost),
            RealizedPnl = new Cost(realized),
            Fees = new Cost(fees),
        });

    public ReportScript Add<TBody>(EventKind kind, TBody body)
        where TBody : unmanaged => Add(kind, Bytes(body), Instrument);

    public ReportScript End()
    {
        Report.End();
        return this;
    }

    private static bool IsInput(EventKind kind) => kind is EventKind.RunStarted or EventKind.Config
        or EventKind.Quote or EventKind.Trade or EventKind.BookLevel
        or EventKind.PositionAdjustment or EventKind.CashAdjustment or EventKind.RiskReset;

    private static byte[] Bytes<TBody>(TBody body)
        where TBody : unmanaged => MemoryMarshal.AsBytes([body]).ToArray();

    private ReportScript Add(EventKind kind, byte[] payload, uint instrument)
    {
        var header = new RecordHeader
        {
            Kind = kind,
            Flags = IsInput(kind) ? RecordFlags.Input : RecordFlags.Derived,
            Sequence = ++_sequence,
            ReceiveTimeNs = NowNs,
            InstrumentId = instrument,
            PayloadLength = (uint)payload.Length,
        };
        byte[] record = [.. Bytes(header), .. payload];
        Report.Add(new RecordView(record));
        return this;
    }
}
