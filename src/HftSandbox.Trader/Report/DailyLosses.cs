using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.MarketData;
using HftSandbox.Core.Positions;
using HftSandbox.Core.Risk;
using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>The losses of the session where one is limited, by the engine's own rule (<see cref="SessionLoss"/>), from
/// the fills and marks of the log, as they stand after each input.</summary>
internal sealed class DailyLosses
{
    private readonly InstrumentRegistry _instruments;
    private readonly MarketView _market = new();
    private readonly SessionLoss _losses;
    private readonly SessionClock _session = new();
    private readonly HashSet<uint> _quoted = [];
    private readonly HashSet<uint> _inBook = [];
    private readonly HashSet<uint> _filled = [];
    private EventKind _input;
    private bool _countBegins;

    /// <summary>Before the first event.</summary>
    /// <param name="instruments">The instruments.</param>
    /// <param name="positions">Positions as the fills make them.</param>
    public DailyLosses(InstrumentRegistry instruments, PositionLedger positions)
    {
        _instruments = instruments;
        _losses = new SessionLoss(instruments, _market, positions);
    }

    /// <summary>Whether the log tells them. It does not behind missing events, where a position is valued at a book
    /// (the report keeps none), and where a count begins with an input before which a delayed fill may have
    /// come.</summary>
    public bool IsKnown { get; private set; } = true;

    /// <summary>The losses at the scale of their limits, rounded up; negative = a gain.</summary>
    public IEnumerable<(LimitScope Scope, long Loss)> All =>
        _losses.Scopes.ToArray().Select(scope => (ScopeOf(scope), scope.Loss));

    /// <summary>Events are missing.</summary>
    public void OnMissing() => IsKnown = false;

    /// <summary>An input; the session rolls before anything follows from it.</summary>
    /// <param name="header">Its record.</param>
    public void BeginInput(in RecordHeader header)
    {
        _input = header.Kind;
        _countBegins = _input == EventKind.Config;
        if (_input == EventKind.RunStarted || !_session.Passes(header.ReceiveTimeNs))
            return;
        _countBegins = true;
        foreach (var scope in _losses.Scopes)
            scope.Restart();
    }

    /// <summary>A configuration takes effect; a limit that is new counts from here.</summary>
    /// <param name="configuration">It.</param>
    public void Load(RunConfiguration configuration)
    {
        _session.RollOfDayNs = configuration.Risk.SessionRollNs;
        if (LossScope.Of(configuration, _instruments).Any())
            _market.Books.Load(_instruments.Count);
        _losses.Load(configuration);
        foreach (var instrumentId in _filled)
            Watch(instrumentId);
    }

    /// <summary>A start from flat, after the positions were dropped: what is lost stays lost.</summary>
    public void Flatten()
    {
        _losses.KeepLosses();
        _filled.Clear();
    }

    /// <summary>Times and prices from here on do not compare with those before.</summary>
    public void ForgetMarket()
    {
        _session.Forget();
        _market.Clear();
        _quoted.Clear();
        _inBook.Clear();
    }

    /// <summary>A run has begun: positions without a price yet count as if closed at cost.</summary>
    public void Recount() => _losses.Recount();

    /// <summary>A quote.</summary>
    /// <param name="instrumentId">Instrument.</param>
    /// <param name="quote">It.</param>
    public void OnQuote(uint instrumentId, in QuoteBody quote)
    {
        _quoted.Add(instrumentId);
        _market.OnQuote(instrumentId, quote, nowNs: 0);
        Watch(instrumentId);
    }

    /// <summary>A trade in the market.</summary>
    /// <param name="instrumentId">Instrument.</param>
    /// <param name="trade">It.</param>
    public void OnTrade(uint instrumentId, in TradeBody trade)
    {
        _market.OnTrade(instrumentId, trade, nowNs: 0);
        Watch(instrumentId);
    }

    /// <summary>The book changes.</summary>
    /// <param name="instrumentId">Instrument.</param>
    public void OnBook(uint instrumentId)
    {
        _inBook.Add(instrumentId);
        Watch(instrumentId);
    }

    /// <summary>The position was moved.</summary>
    /// <param name="instrumentId">Instrument.</param>
    /// <param name="source">Who says so.</param>
    public void OnFill(uint instrumentId, SourceId source)
    {
        _filled.Add(instrumentId);
        if (_countBegins && source == SourceId.SimVenue)
            IsKnown = false;
        Watch(instrumentId);
    }

    /// <summary>An operator lifts a halt: a new count begins. The roll of the session has begun one already.</summary>
    /// <param name="instrumentId">Instrument; 0 = none.</param>
    /// <param name="halt">What the engine says of it.</param>
    public void OnHalt(uint instrumentId, RiskHaltBody halt)
    {
        if (_input != EventKind.RiskReset || halt is not { Active: 0, Reason: HaltReason.MaxDailyLoss })
            return;
        var meant = _losses.Scopes.ToArray().Where(scope =>
            scope.InstrumentId == instrumentId && (scope.StrategyId ?? 0) == halt.StrategyId).ToArray();
        // A record does not say its currency; those that are halted are lifted together.
        foreach (var scope in meant.Where(scope => scope.IsHalted || meant.Length == 1))
            scope.Restart();
    }

    private static LimitScope ScopeOf(LossScope scope) =>
        scope.InstrumentId != 0 ? LimitScope.OfSymbol(scope.InstrumentId)
        : scope.StrategyId is { } strategyId ? LimitScope.OfStrategy(strategyId)
        : new LimitScope(ScopeKind.Currency, scope.CurrencyId);

    private void Watch(uint instrumentId)
    {
        if (!_losses.IsWatching)
            return;
        if (_filled.Contains(instrumentId) && _inBook.Contains(instrumentId) && !_quoted.Contains(instrumentId))
            IsKnown = false;
        _losses.Update(instrumentId);
    }
}
