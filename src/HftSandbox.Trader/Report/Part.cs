using HftSandbox.Core.Instruments;

namespace HftSandbox.Trader.Report;

/// <summary>A part of the log that is reported by itself: everything, an instrument, a strategy, or a strategy in an
/// instrument. Quantities and money stand only where there is one instrument; over several, money is added per
/// <see cref="CurrencyAccount">currency</see> alone.</summary>
/// <param name="instrument">The instrument; null = all.</param>
/// <param name="strategyId">The strategy; null = all.</param>
internal sealed class Part(Instrument? instrument, ushort? strategyId)
{
    /// <summary>The strategy; null = all.</summary>
    public ushort? StrategyId => strategyId;

    /// <summary>What happened.</summary>
    public Activity Activity { get; } = new();

    /// <summary>Quantities and amounts.</summary>
    public Turnover Turnover { get; } = new();

    /// <summary>Profit and loss; null = of several instruments.</summary>
    public Account? Account { get; } = instrument is null ? null : new Account(instrument);

    /// <summary>Takes in an execution, or takes it back.</summary>
    /// <param name="fill">The execution.</param>
    /// <param name="sign">1, or -1 to take it back.</param>
    public void AddTurnover(in Fill fill, int sign)
    {
        if (instrument is not null)
            Turnover.Add(instrument, fill, sign);
    }
}

/// <summary>All parts of a log.</summary>
/// <param name="instruments">The instruments.</param>
internal sealed class Parts(InstrumentRegistry instruments)
{
    private readonly SortedDictionary<(uint InstrumentId, int StrategyId), Part> _parts = [];
    private readonly Dictionary<(uint InstrumentId, ushort StrategyId), Part[]> _of = [];
    private readonly Dictionary<uint, List<Part>> _inInstrument = [];

    /// <summary>Everything.</summary>
    public Part Total => Get(0, null);

    /// <summary>The strategies that did something, ascending.</summary>
    public IEnumerable<Part> Strategies =>
        _parts.Where(part => part.Key is (0, >= 0)).Select(part => part.Value);

    /// <summary>A strategy's instruments, in the order of the registry.</summary>
    /// <param name="strategyId">The strategy.</param>
    public IEnumerable<Part> OfStrategy(ushort strategyId) => _parts
        .Where(part => part.Key.InstrumentId != 0 && part.Key.StrategyId == strategyId)
        .Select(part => part.Value);

    /// <summary>All strategies in one instrument.</summary>
    /// <param name="instrumentId">An instrument of the registry.</param>
    public Part OfInstrument(uint instrumentId) => Get(instrumentId, null);

    /// <summary>Every part with an account in an instrument, the one of all strategies first.</summary>
    /// <param name="instrumentId">An instrument that something was asked of before.</param>
    public List<Part> InInstrument(uint instrumentId) => _inInstrument[instrumentId];

    /// <summary>The parts that something of a strategy in an instrument belongs to, the widest first.</summary>
    /// <param name="instrumentId">Instrument; 0, or one that the registry does not know, belongs to none.</param>
    /// <param name="strategyId">Strategy.</param>
    public Part[] Of(uint instrumentId, ushort strategyId)
    {
        if (_of.TryGetValue((instrumentId, strategyId), out var parts))
            return parts;
        parts = instruments.Contains(instrumentId)
            ? [Total, Get(0, strategyId), Get(instrumentId, null), Get(instrumentId, strategyId)]
            : [Total, Get(0, strategyId)];
        return _of[(instrumentId, strategyId)] = parts;
    }

    private Part Get(uint instrumentId, ushort? strategyId)
    {
        var key = (instrumentId, strategyId ?? -1);
        if (_parts.TryGetValue(key, out var part))
            return part;
        _parts[key] = part = new Part(instrumentId == 0 ? null : instruments[instrumentId], strategyId);
        if (!_inInstrument.TryGetValue(instrumentId, out var parts))
            _inInstrument[instrumentId] = parts = [];
        parts.Add(part);
        return part;
    }
}
