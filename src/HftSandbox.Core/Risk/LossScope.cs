using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Events;

namespace HftSandbox.Core.Risk;

/// <summary>One daily-loss limit with what it covers: a symbol, a strategy's own positions in the currency of its
/// symbol, or a currency. Amounts are kept twice, so that a mid stays exact.</summary>
internal sealed class LossScope
{
    private readonly Int128[] _twice = new Int128[Limits.InstrumentsMax + 1];
    private readonly Int128 _limitTwice;
    private readonly int _limitScale;

    private LossScope(string key, long limit, int limitScale, int scale)
    {
        Key = key;
        Limit = limit;
        Scale = scale;
        _limitScale = limitScale;
        _limitTwice = Decimals.Multiply((Int128)limit * 2, Decimals.PowerOfTen(scale - limitScale));
    }

    /// <summary>What it is, in words: the same in every configuration.</summary>
    public string Key { get; }

    /// <summary>The limit as configured.</summary>
    public long Limit { get; }

    /// <summary>Scale of the amounts: the greatest of costs and fees in the currency.</summary>
    public int Scale { get; }

    /// <summary>Its symbol; 0 = all of the currency.</summary>
    public uint InstrumentId { get; private init; }

    /// <summary>Its strategy; null = all.</summary>
    public ushort? StrategyId { get; private init; }

    /// <summary>Its currency.</summary>
    public uint CurrencyId { get; private init; }

    /// <summary>Twice the worth of what it covers.</summary>
    public Int128 TotalTwice { get; private set; }

    /// <summary>What that was when the session began.</summary>
    public Int128 BaselineTwice { get; set; }

    /// <summary>Whether only reducing orders pass.</summary>
    public bool IsHalted { get; set; }

    /// <summary>Whether the halt has not been told yet.</summary>
    public bool IsNewlyHalted { get; set; }

    /// <summary>Whether the loss is beyond the limit.</summary>
    public bool IsBroken
    {
        [HotPath]
        get => BaselineTwice - TotalTwice > _limitTwice;
    }

    /// <summary>The loss at the limit's scale, rounded up.</summary>
    public long Loss => long.CreateSaturating(Decimals.CeilingDivide(
        BaselineTwice - TotalTwice, Decimals.PowerOfTen(Scale - _limitScale) * 2));

    /// <summary>Every limit of a configuration: of symbols, of strategies, of currencies.</summary>
    public static IEnumerable<LossScope> Of(RunConfiguration configuration, InstrumentRegistry instruments) =>
        [
            .. OfSymbols(instruments),
            .. OfStrategies(configuration, instruments),
            .. OfCurrencies(configuration.Risk.MaxDailyLoss, instruments),
        ];

    /// <summary>Whether an instrument's value counts here.</summary>
    [HotPath]
    public bool Covers(Instrument instrument) =>
        InstrumentId == 0 ? instrument.CurrencyId == CurrencyId : instrument.Id == InstrumentId;

    /// <summary>Whether only reducing orders in an instrument, booked to a strategy, pass.</summary>
    [HotPath]
    public bool Halts(Instrument instrument, ushort strategyId) =>
        IsHalted && Covers(instrument) && (StrategyId is null || StrategyId == strategyId);

    /// <summary>Begins a new count, without a halt.</summary>
    public void Restart()
    {
        BaselineTwice = TotalTwice;
        IsHalted = false;
    }

    /// <summary>Sets what an instrument contributes.</summary>
    [HotPath]
    public void Set(uint instrumentId, Int128 twice)
    {
        TotalTwice += twice - _twice[instrumentId];
        _twice[instrumentId] = twice;
    }

    private static IEnumerable<LossScope> OfSymbols(InstrumentRegistry instruments)
    {
        for (uint id = 1; id <= instruments.Count; id++)
        {
            Instrument instrument = instruments[id];
            if (instrument.Config.Limits is not { MaxDailyLoss: > 0 } limits)
                continue;
            int amountScale = instruments.AmountScale(instrument.CurrencyId);
            yield return new LossScope(
                $"symbol {id}", limits.MaxDailyLoss, instrument.Config.NotionalScale, amountScale)
            {
                InstrumentId = id,
                CurrencyId = instrument.CurrencyId,
            };
        }
    }

    private static IEnumerable<LossScope> OfStrategies(RunConfiguration configuration, InstrumentRegistry instruments)
    {
        for (int index = 0; index < configuration.Strategies.Length; index++)
        {
            StrategyConfig strategy = configuration.Strategies[index];
            if (strategy.Limits is not { MaxDailyLoss: > 0 } limits)
                continue;
            ushort strategyId = (ushort)(configuration.Order.StrategyId + index);
            uint currency = instruments[instruments.IdOf(strategy.Symbol)].CurrencyId;
            yield return OfCurrency($"strategy {strategyId}", limits.MaxDailyLoss, instruments, currency, strategyId);
        }
    }

    private static IEnumerable<LossScope> OfCurrencies(long limit, InstrumentRegistry instruments)
    {
        for (uint currency = 1; currency <= instruments.Currencies && limit > 0; currency++)
            yield return OfCurrency($"currency {currency}", limit, instruments, currency, strategyId: null);
    }

    private static LossScope OfCurrency(
        string key, long limit, InstrumentRegistry instruments, uint currency, ushort? strategyId) =>
        new(key, limit, instruments.NotionalScale(currency), instruments.AmountScale(currency))
        {
            StrategyId = strategyId,
            CurrencyId = currency,
        };
}
