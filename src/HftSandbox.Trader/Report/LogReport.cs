using System.Runtime.InteropServices;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.Positions;
using HftSandbox.Events;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Report;

/// <summary>What a log says of its runs, from its records alone: this file is the map of one record. Nothing is taken
/// from an engine, so the positions that the engine wrote are checked as well. One thread.</summary>
internal sealed class LogReport
{
    private readonly OrderFlow _flow;
    private readonly MarkPrice[] _marks;
    private readonly RunConfiguration? _configuration;
    private ExecutionReportBody _execution;
    private RecordHeader _executionHeader;

    /// <summary>Before the first record.</summary>
    /// <param name="configuration">The registry, and what is in force until the log says otherwise; null = the log is
    /// empty.</param>
    public LogReport(RunConfiguration? configuration)
    {
        if (configuration is not null)
            Instruments.Load(configuration.Instruments);
        Parts = new Parts(Instruments);
        _flow = new OrderFlow(Instruments, Parts, Limits);
        _marks = new MarkPrice[Instruments.Count + 1];
        for (uint id = 1; id <= Instruments.Count; id++)
            Parts.OfInstrument(id);
        _configuration = configuration;
    }

    /// <summary>The instruments.</summary>
    public InstrumentRegistry Instruments { get; } = new();

    /// <summary>The runs.</summary>
    public RunHistory History { get; } = new();

    /// <summary>What is counted.</summary>
    public Parts Parts { get; }

    /// <summary>The use of the limits.</summary>
    public LimitTable Limits { get; } = new();

    /// <summary>The comparison with the positions that the engine wrote.</summary>
    public PositionCheck Check { get; } = new();

    /// <summary>Every order that risk let through.</summary>
    public IReadOnlyList<OrderLife> Orders => _flow.Lives;

    /// <summary>What is drawn; null = nothing is.</summary>
    public ChartData? Charts { get; init; }

    /// <summary>All strategies in each instrument, in the order of the registry.</summary>
    public IEnumerable<Part> InstrumentParts =>
        Enumerable.Range(1, Instruments.Count).Select(id => Parts.OfInstrument((uint)id));

    /// <summary>The mark of an instrument.</summary>
    /// <param name="instrumentId">An instrument of the registry.</param>
    public MarkPrice Mark(uint instrumentId) => _marks[instrumentId];

    /// <summary>Takes in an event; in the order of the log.</summary>
    /// <param name="record">It.</param>
    public void Add(RecordView record)
    {
        ref readonly var header = ref record.Header;
        var payload = record.Payload;
        if (header.Kind is not (EventKind.OrderState or EventKind.Anomaly))
            Settle();
        if (History.Add(header))
            OnMissing();
        switch (header.Kind)
        {
            case EventKind.RunStarted:
                OnRunStarted(header, payload);
                break;
            case EventKind.RunStopped:
                History.OnStopped(As<RunStoppedBody>(payload).Reason);
                break;
            case EventKind.Config:
                Limits.Load(RunConfiguration.FromJson(payload[ConfigBody.SizeBytes..]), header.Sequence);
                History.ConfigChanges.Add(header.Sequence);
                break;
            case EventKind.Quote:
                OnMark(header, _marks[header.InstrumentId].After(As<QuoteBody>(payload)));
                break;
            case EventKind.Trade:
                OnMark(header, _marks[header.InstrumentId].After(As<TradeBody>(payload)));
                break;
            case EventKind.OrderIntent:
                _flow.OnIntent(header, As<OrderIntentBody>(payload));
                break;
            case EventKind.RiskDecision:
                _flow.OnDecision(header, As<RiskDecisionBody>(payload), History.ElapsedNs);
                break;
            case EventKind.ExecutionReport:
                OnReport(header, As<ExecutionReportBody>(payload));
                break;
            case EventKind.OrderState:
                _flow.OnState(As<OrderStateBody>(payload), History.ElapsedNs);
                break;
            case EventKind.PositionAdjustment:
                OnAdjustment(header, As<PositionAdjustmentBody>(payload));
                break;
            case EventKind.PositionChanged:
                OnPosition(header, As<PositionChangedBody>(payload));
                break;
            default:
                OnTrouble(header, payload);
                break;
        }
    }

    /// <summary>The log is over.</summary>
    public void End() => Settle();

    private static T As<T>(ReadOnlySpan<byte> payload)
        where T : unmanaged => MemoryMarshal.Read<T>(payload);

    /// <summary>What a salvage or a retirement took away may have moved every position.</summary>
    private void OnMissing()
    {
        _flow.IsWhole = false;
        if (History.Runs.Count == 0)
            Limits.Load(_configuration!, 0);
        for (uint id = 1; id <= Instruments.Count; id++)
            Parts.OfInstrument(id).Account!.Unanchor();
    }

    private void OnRunStarted(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        var body = As<RunStartedBody>(payload);
        var configuration = RunConfiguration.FromJson(payload[RunStartedBody.SizeBytes..]);
        var isFlat = body.Mode == RunMode.Flat;
        if (History.OnStarted(header, body, configuration) || isFlat)
            Limits.ForgetTimes();
        Limits.Load(configuration, header.Sequence);
        if (!isFlat)
            return;
        for (uint id = 1; id <= Instruments.Count; id++)
        {
            foreach (var part in Parts.InInstrument(id))
                part.Account!.Flatten();
            Evaluate(header.Sequence, id);
        }
    }

    private void OnMark(in RecordHeader header, MarkPrice mark)
    {
        if (!Instruments.Contains(header.InstrumentId) || mark == _marks[header.InstrumentId])
            return;
        _marks[header.InstrumentId] = mark;
        Charts?.OnMark(header.InstrumentId, History.ElapsedNs, mark);
        Evaluate(header.Sequence, header.InstrumentId);
    }

    /// <summary>An execution waits for what the engine says of it: an anomaly may follow, and then it moves
    /// nothing.</summary>
    private void OnReport(in RecordHeader header, in ExecutionReportBody report)
    {
        if (report.ExecType is ExecType.Trade or ExecType.TradeCancel or ExecType.TradeCorrect)
            (_executionHeader, _execution) = (header, report);
        else
            _flow.OnReport(header, report);
    }

    private void Settle()
    {
        if (_execution.ExecType == ExecType.None)
            return;
        var (header, execution) = (_executionHeader, _execution);
        _execution = default;
        _flow.OnExecution(header, execution);
        Charts?.OnExecution(header.InstrumentId, History.ElapsedNs, execution);
        Evaluate(header.Sequence, header.InstrumentId);
    }

    private void OnAdjustment(in RecordHeader header, in PositionAdjustmentBody adjustment)
    {
        var delta = adjustment.QtyDelta.Mantissa;
        var isBuy = delta > 0;
        foreach (var part in Parts.Of(header.InstrumentId, adjustment.StrategyId))
        {
            if (delta != long.MinValue && part.Account is { } account)
                account.TryMove(
                    isBuy ? Side.Buy : Side.Sell, adjustment.Px, new Qty(isBuy ? delta : -delta), default);
            part.Activity.Adjustments++;
        }

        Evaluate(header.Sequence, header.InstrumentId);
    }

    private void OnPosition(in RecordHeader header, in PositionChangedBody body)
    {
        var logged = new Position(body.NetQty, body.OpenCost, body.RealizedPnl, body.Fees);
        Check.Add(header, Parts.OfInstrument(header.InstrumentId).Account!, logged);
        Evaluate(header.Sequence, header.InstrumentId);
    }

    private void OnTrouble(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Kind)
        {
            case EventKind.CancelReject:
                foreach (var part in Parts.Of(header.InstrumentId, As<CancelRejectBody>(payload).StrategyId))
                    part.Activity.CancelRejects++;
                break;
            case EventKind.Anomaly:
                OnAnomaly(header, As<AnomalyBody>(payload));
                break;
            case EventKind.RiskHalt when As<RiskHaltBody>(payload) is { Active: 1 } halt:
                foreach (var part in Parts.Of(header.InstrumentId, halt.StrategyId))
                    Activity.Count(part.Activity.Halts, halt.Reason);
                break;
            case EventKind.StrategyFault:
                var fault = As<StrategyFaultBody>(payload);
                foreach (var part in Parts.Of(header.InstrumentId, fault.StrategyId))
                    Activity.Count(part.Activity.Faults, fault.Code);
                break;
            default:
                break;
        }
    }

    private void OnAnomaly(in RecordHeader header, in AnomalyBody anomaly)
    {
        foreach (var part in Parts.Of(header.InstrumentId, anomaly.StrategyId))
            Activity.Count(part.Activity.Anomalies, anomaly.Code);
        var passedOver = anomaly.Code is AnomalyCode.DuplicateExecId or AnomalyCode.OrphanExecution
            or AnomalyCode.UnknownOrder or AnomalyCode.UnknownExecRef or AnomalyCode.ArithmeticOverflow
            or AnomalyCode.IllegalTransition or AnomalyCode.InvalidReport or AnomalyCode.UnexpectedReport;
        if (!passedOver || _execution.ExecType == ExecType.None || anomaly.ExecId != _execution.ExecId)
            return;
        _flow.OnNotApplied(_executionHeader, _execution.StrategyId);
        _execution = default;
    }

    private void Evaluate(ulong sequence, uint instrumentId)
    {
        if (!Instruments.Contains(instrumentId))
            return;
        foreach (var part in Parts.InInstrument(instrumentId))
        {
            var account = part.Account!;
            if (account.TwiceEquity(_marks[instrumentId]) is not { } equity)
                continue;
            account.Drawdown.Add(sequence, equity);
            if (part.StrategyId is null)
                Charts?.OnEquity(instrumentId, History.ElapsedNs, equity, account);
        }
    }
}
