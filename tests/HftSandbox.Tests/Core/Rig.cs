using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Strategies;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core;

/// <summary>An engine with a recorded output and short words for its inputs.</summary>
internal sealed class Rig
{
    public const uint First = 1;
    public const uint Second = 2;
    public const SourceId Requester = (SourceId)200;

    public Rig(RunConfiguration? configuration = null, IRecordOutput? output = null, StrategyFactory? strategies = null)
    {
        Configuration = configuration ?? Defaults();
        Strategy = strategies ?? StrategyHost.CreateShipped;
        Engine = new TradingEngine(output ?? Output, Strategy);
    }

    public RunConfiguration Configuration { get; set; }

    public RecordedOutput Output { get; } = new();

    public StrategyFactory Strategy { get; }

    public TradingEngine Engine { get; }

    public long NowNs { get; set; } = 1_000_000_000;

    /// <summary>The original configuration with a second instrument, fills on, the template on every tick.</summary>
    public static RunConfiguration Defaults() => new()
    {
        EngineVersion = EngineVersion.Current,
        Seed = 1,
        Source = new SourceIdentity("sim", "", 0),
        Venue = "stub",
        Instruments = [Instrument("TEST-USD"), Instrument("OTHER-USD")],
        Risk = new RiskConfig
        {
            Version = 1,
            KillSwitch = false,
            OrderRateLimit = 0,
            OrderRateWindowNs = 1_000_000_000,
            ReferenceMaxAgeNs = 0,
            Limits = NoLimits,
        },
        Order = new OrderTemplateConfig
        {
            FirstClOrdId = 1001,
            StrategyId = 1,
            Symbol = "TEST-USD",
            Side = Side.Buy,
            Type = OrdType.Limit,
            TimeInForce = TimeInForce.Gtc,
            Price = 100,
            Qty = 10,
        },
        Features = new FeaturesConfig(EnableOrderFlow: true, EnableFills: true),
        Strategies = [new StrategyConfig("template", "TEST-USD")],
        Generator = new GeneratorConfig
        {
            Model = "constant",
            Kind = "quote",
            TickIntervalNs = 1000,
            Instruments = [new GeneratedInstrument("TEST-USD", 100, 1, 1)],
        },
    };

    public static LimitsConfig NoLimits { get; } = new()
    {
        MaxOrderQty = 0,
        MaxOrderNotional = 0,
        MaxPosition = 0,
        MaxPriceDeviationBps = 0,
    };

    public static InstrumentConfig Instrument(string name) => new()
    {
        Name = name,
        Venue = "SIM",
        PriceScale = 8,
        QuantityScale = 8,
        NotionalScale = 16,
        FeeScale = 8,
    };

    public static RunConfiguration WithLimits(LimitsConfig limits)
    {
        RunConfiguration defaults = Defaults();
        return defaults with { Risk = defaults.Risk with { Limits = limits } };
    }

    public Rig Start(RunMode mode = RunMode.New, long wallTimeNs = 7)
    {
        byte[] json = Configuration.ToJson();
        var body = new RunStartedBody { WallTimeNs = wallTimeNs, JsonLength = (uint)json.Length, Mode = mode };
        Input(EventKind.RunStarted, 0, [.. Bytes(body), .. json], SourceId.Pipeline);
        return this;
    }

    public List<Recorded> Reload(RunConfiguration configuration)
    {
        Configuration = configuration;
        byte[] json = configuration.ToJson();
        return Input(
            EventKind.Config,
            0,
            [.. Bytes(new ConfigBody { JsonLength = (uint)json.Length }), .. json],
            SourceId.Pipeline);
    }

    public List<Recorded> Stop(StopReason reason = StopReason.SourceEnd) =>
        Input(EventKind.RunStopped, 0, Bytes(new RunStoppedBody { Reason = reason }), SourceId.Pipeline);

    public List<Recorded> Quote(long bid, long ask, uint instrument = First, uint position = 0, bool last = true) =>
        Input(
            EventKind.Quote,
            instrument,
            Bytes(new QuoteBody
            {
                BidPx = new Px(bid),
                BidQty = new Qty(1),
                AskPx = new Px(ask),
                AskQty = new Qty(1),
            }),
            SourceId.Sim,
            position,
            last);

    public List<Recorded> Trade(long px, uint instrument = First) => Input(
        EventKind.Trade,
        instrument,
        Bytes(new TradeBody { Px = new Px(px), Qty = new Qty(1), AggressorSide = Side.Buy }),
        SourceId.Sim);

    /// <summary>An outside requester asks for an order.</summary>
    public List<Recorded> Ask(NewOrderRequest order, ulong requestId = 0) => Input(
        EventKind.OrderRequest,
        order.InstrumentId,
        Bytes(new OrderRequestBody
        {
            ClientRequestId = new Id16(0, requestId),
            Px = order.Px,
            Qty = order.Qty,
            DeadlineNs = order.DeadlineNs,
            StrategyId = order.StrategyId,
            Side = order.Side,
            OrdType = order.OrdType,
            TimeInForce = order.TimeInForce,
            ExecInst = order.ExecInst,
        }),
        Requester);

    /// <summary>An outside requester asks to cancel an order.</summary>
    public List<Recorded> AskToCancel(ulong clOrdId, ulong requestId = 0, ulong orderRequestId = 0) => Input(
        EventKind.CancelRequest,
        0,
        Bytes(new CancelRequestBody
        {
            ClientRequestId = new Id16(0, requestId),
            OrigClientRequestId = new Id16(0, orderRequestId),
            OrigClOrdId = clOrdId,
        }),
        Requester);

    /// <summary>An outside requester asks to replace an order.</summary>
    public List<Recorded> AskToReplace(ulong clOrdId, long px, long qty, ulong requestId = 0) => Input(
        EventKind.ReplaceRequest,
        0,
        Bytes(new ReplaceRequestBody
        {
            ClientRequestId = new Id16(0, requestId),
            OrigClOrdId = clOrdId,
            Px = new Px(px),
            Qty = new Qty(qty),
        }),
        Requester);

    /// <summary>An outside venue reports.</summary>
    public List<Recorded> Report(ExecutionReportBody report, uint instrument = First) =>
        Input(EventKind.ExecutionReport, instrument, Bytes(report), SourceId.OutsideVenue);

    /// <summary>An outside venue rejects a cancel or replace.</summary>
    public List<Recorded> Reject(CancelRejectBody reject) =>
        Input(EventKind.CancelReject, 0, Bytes(reject), SourceId.OutsideVenue);

    /// <summary>An operator says how the position differs.</summary>
    public List<Recorded> Adjust(long qtyDelta, long px, uint instrument = First, ushort strategyId = 0) => Input(
        EventKind.PositionAdjustment,
        instrument,
        Bytes(new PositionAdjustmentBody { QtyDelta = new Qty(qtyDelta), Px = new Px(px), StrategyId = strategyId }),
        SourceId.Pipeline);

    /// <summary>An operator lifts halts.</summary>
    public List<Recorded> ResetRisk(uint instrument = 0, ushort strategyId = 0, HaltReason reason = HaltReason.None) =>
        Input(
            EventKind.RiskReset,
            instrument,
            Bytes(new RiskResetBody { StrategyId = strategyId, Reason = reason }),
            SourceId.Pipeline);

    /// <summary>A closed bar, or one that is forming.</summary>
    public List<Recorded> Bar(long close, bool closed = true, uint instrument = First) => Input(
        EventKind.Bar,
        instrument,
        Bytes(new BarBody
        {
            OpenPx = new Px(close),
            HighPx = new Px(close),
            LowPx = new Px(close),
            ClosePx = new Px(close),
            Closed = closed ? (byte)1 : (byte)0,
        }),
        SourceId.Sim);

    /// <summary>The state as bytes.</summary>
    public byte[] State()
    {
        var buffer = new ArrayBufferWriter<byte>();
        Engine.WriteState(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Another engine that goes on from here, restored from the state.</summary>
    public Rig Fork()
    {
        var fork = new Rig(Configuration, strategies: Strategy) { NowNs = NowNs };
        fork.Engine.ReadState(State(), Engine.LastSequence);
        return fork;
    }

    /// <summary>Gives one input, 1 µs after the one before, and returns its whole group.</summary>
    public List<Recorded> Input(
        EventKind kind,
        uint instrument,
        byte[] payload,
        SourceId source,
        uint position = 0,
        bool last = true)
    {
        NowNs += 1000;
        int before = Output.Bytes.Length;
        var header = new RecordHeader
        {
            Kind = kind,
            Version = 1,
            Flags = RecordFlags.Input | (last ? RecordFlags.LastOfMessage : RecordFlags.None),
            Source = source,
            EventTimeNs = NowNs - 500,
            ReceiveTimeNs = NowNs,
            InstrumentId = instrument,
            FeedPosition = position,
        };
        Engine.OnInput(header, payload);
        return Recorded.Parse(Output.Bytes[before..]);
    }

    public static byte[] Bytes<TBody>(TBody body)
        where TBody : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<TBody>(in body)).ToArray();

    public static ImmutableArray<StrategyConfig> Strategies(params string[] names) =>
        [.. names.Select(name => new StrategyConfig(name, "TEST-USD"))];
}

/// <summary>A new order, as a test asks for it.</summary>
internal readonly record struct NewOrderRequest(
    uint InstrumentId,
    Side Side,
    OrdType OrdType,
    TimeInForce TimeInForce,
    Px Px,
    Qty Qty,
    ushort StrategyId = 1,
    long DeadlineNs = 0,
    ExecInst ExecInst = ExecInst.None)
{
    public static NewOrderRequest Limit(long px, long qty, Side side = Side.Buy) =>
        new(Rig.First, side, OrdType.Limit, TimeInForce.Gtc, new Px(px), new Qty(qty));

    public static NewOrderRequest Market(long qty, Side side = Side.Buy) =>
        new(Rig.First, side, OrdType.Market, TimeInForce.Gtc, default, new Qty(qty));
}

internal static class RecordedExtensions
{
    public static IEnumerable<EventKind> Kinds(this IEnumerable<Recorded> records) =>
        records.Select(record => record.Kind);

    public static TBody Single<TBody>(this IEnumerable<Recorded> records, EventKind kind)
        where TBody : unmanaged => records.Single(record => record.Kind == kind).Body<TBody>();

    public static RiskDecisionBody Decision(this IEnumerable<Recorded> records) =>
        records.Single<RiskDecisionBody>(EventKind.RiskDecision);
}
