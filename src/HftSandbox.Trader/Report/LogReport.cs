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
    private readonly RiskHistory _risk;
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
        _risk = new RiskHistory(Instruments);
        Limits = new LimitTable(Instruments, _risk);
        _flow = new OrderFlow(Instruments, Parts, Limits, _risk);
        _marks = new MarkPrice[Instruments.Count + 1];
        Currencies = [.. Enumerable.Range(1, Instruments.Currencies).Select(id => CurrencyOf((uint)id))];
        _configuration = configuration;
    }

    /// <summary>The instruments.</summary>
    public InstrumentRegistry Instruments { get; } = new();

    /// <summary>The runs.</summary>
    public RunHistory History { get; } = new();

    /// <summary>What is counted.</summary>
    public Parts Parts { get; }

    /// <summary>The use of the limits.</summary>
    public LimitTable Limits { get; }

    /// <summary>The comparison with the positions that the engine wrote.</summary>
    public PositionCheck Check { get; } = new();

    /// <summary>Every order that risk let through.</summary>
    public IReadOnlyList<OrderLife> Orders => _flow.Lives;

    /// <summary>What is drawn; null = nothing is.</summary>
    public ChartData? Charts { get; init; }

    /// <summary>All strategies in each instrument, in the order of the registry.</summary>
    public IEnumerable<Part> InstrumentParts =>
        Enumerable.Range(1, Instruments.Count).Select(id => Parts.OfInstrument((uint)id));

    /// <summary>The quote currencies.</summary>
    public IReadOnlyList<CurrencyAccount> Currencies { get; }

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
            OnMissing(header);
        if (header.IsInput)
            BeginInput(header);
        switch (header.Kind)
        {
            case EventKind.RunStarted:
                OnRunStarted(header, payload);
                break;
            case EventKind.RunStopped:
                History.OnStopped(As<RunStoppedBody>(payload).Reason);
                break;
            case EventKind.Config:
                Load(RunConfiguration.FromJson(payload[ConfigBody.SizeBytes..]), header.Sequence);
                History.ConfigChanges.Add(header.Sequence);
                break;
            case EventKind.Quote:
                OnMark(header, _marks[header.InstrumentId].After(As<QuoteBody>(payload)));
                _risk.Losses.OnQuote(header.InstrumentId, As<QuoteBody>(payload));
                break;
            case EventKind.Trade:
                OnMark(header, _marks[header.InstrumentId].After(As<TradeBody>(payload)));
                _risk.Losses.OnTrade(header.InstrumentId, As<TradeBody>(payload));
                break;
            case EventKind.BookLevel or EventKind.BookClear:
                _risk.Losses.OnBook(header.InstrumentId);
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
            case EventKind.CashAdjustment:
                OnCash(header, As<CashAdjustmentBody>(payload));
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
    public void End()
    {
        Settle();
        Limits.EndInput();
    }

    private static T As<T>(ReadOnlySpan<byte> payload)
        where T : unmanaged => MemoryMarshal.Read<T>(payload);

    /// <summary>What a salvage or a retirement took away may have moved every position.</summary>
    private void OnMissing(in RecordHeader header)
    {
        _flow.IsWhole = false;
        _risk.OnMissing(header.ReceiveTimeNs);
        if (History.Runs.Count == 0)
            Load(_configuration!, 0);
        for (uint id = 1; id <= Instruments.Count; id++)
            Parts.OfInstrument(id).Account!.Unanchor();
    }

    private void BeginInput(in RecordHeader header)
    {
        Limits.EndInput();
        _risk.Losses.BeginInput(header);
    }

    private void Load(RunConfiguration configuration, ulong sequence)
    {
        _risk.Load(configuration);
        Limits.Load(configuration, sequence);
    }

    private void OnRunStarted(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        var body = As<RunStartedBody>(payload);
        var configuration = RunConfiguration.FromJson(payload[RunStartedBody.SizeBytes..]);
        var isFlat = body.Mode == RunMode.Flat;
        _risk.BeginRun(isFlat, isOther: History.OnStarted(header, body, configuration));
        Load(configuration, header.Sequence);
        _risk.Losses.Recount();
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
        _flow.Hear(OpenOrders.Answer.In(report));
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
        var instrumentId = _flow.OnExecution(header, execution);
        Charts?.OnExecution(instrumentId, History.ElapsedNs, execution);
        Evaluate(header.Sequence, instrumentId);
    }

    private void OnAdjustment(in RecordHeader header, in PositionAdjustmentBody adjustment)
    {
        var delta = adjustment.QtyDelta.Mantissa;
        var (side, qty) = delta > 0 ? (Side.Buy, new Qty(delta)) : (Side.Sell, new Qty(-delta));
        foreach (var part in Parts.Of(header.InstrumentId, adjustment.StrategyId))
        {
            if (delta != long.MinValue && part.Account is { } account)
                account.TryMove(side, adjustment.Px, qty, default);
            part.Activity.Adjustments++;
        }

        if (delta != long.MinValue && Instruments.Contains(header.InstrumentId))
        {
            _risk.Move(
                header.InstrumentId, adjustment.StrategyId, header.Source, side, adjustment.Px, qty, default);
        }
        Evaluate(header.Sequence, header.InstrumentId);
    }

    private void OnCash(in RecordHeader header, in CashAdjustmentBody adjustment)
    {
        if (!Instruments.Contains(header.InstrumentId))
            return;
        var instrument = Instruments[header.InstrumentId];
        Currencies[(int)instrument.CurrencyId - 1].Adjust(instrument, adjustment.Amount);
        DrawEquity(instrument);
    }

    private CurrencyAccount CurrencyOf(uint currencyId) => new(
        Instruments.CurrencyName(currencyId),
        Instruments.AmountScale(currencyId),
        [.. InstrumentParts.Select(part => part.Account!)
            .Where(account => account.Instrument.CurrencyId == currencyId)]);

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
                var reject = As<CancelRejectBody>(payload);
                _flow.Hear(OpenOrders.Answer.In(reject));
                foreach (var part in Parts.Of(header.InstrumentId, reject.StrategyId))
                    part.Activity.CancelRejects++;
                break;
            case EventKind.Anomaly:
                OnAnomaly(header, As<AnomalyBody>(payload));
                break;
            case EventKind.RiskHalt:
                OnHalt(header, As<RiskHaltBody>(payload));
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

    private void OnHalt(in RecordHeader header, in RiskHaltBody halt)
    {
        _risk.Losses.OnHalt(header.InstrumentId, halt);
        foreach (var part in halt.Active == 1 ? Parts.Of(header.InstrumentId, halt.StrategyId) : [])
            Activity.Count(part.Activity.Halts, halt.Reason);
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

        DrawEquity(Instruments[instrumentId]);
    }

    private void DrawEquity(Instrument instrument)
    {
        if (Charts is not null
            && Currencies[(int)instrument.CurrencyId - 1].TwiceEquity(Mark) is { } equity)
            Charts.OnEquity(instrument.CurrencyId, History.ElapsedNs, equity);
    }
}
