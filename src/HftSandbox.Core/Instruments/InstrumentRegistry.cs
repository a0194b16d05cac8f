using System.Collections.Immutable;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Core.Instruments;

/// <summary>The instruments of the store. Names, scales and order are fixed by the first run; ids are positions, from
/// 1.</summary>
public sealed class InstrumentRegistry
{
    private Instrument[] _instruments = [];
    private string[] _currencies = [];
    private Scales[] _scales = [];

    /// <summary>How many there are; the greatest id.</summary>
    public int Count => _instruments.Length;

    /// <summary>The instrument of an id.</summary>
    /// <param name="instrumentId">1 to <see cref="Count"/>.</param>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public Instrument this[uint instrumentId]
    {
        [HotPath]
        get
        {
            if (!Contains(instrumentId))
                ThrowHelper.UnknownInstrument(instrumentId);
            return _instruments[instrumentId - 1];
        }
    }

    /// <summary>Whether there is an instrument of that id.</summary>
    /// <param name="instrumentId">Any number.</param>
    [HotPath]
    public bool Contains(uint instrumentId) => instrumentId - 1 < (uint)_instruments.Length;

    /// <summary>The id of a name; 0 = none. Not for the hot path.</summary>
    /// <param name="name">A name, exact.</param>
    public uint IdOf(string name) =>
        (uint)(Array.FindIndex(_instruments, instrument => instrument.Config.Name == name) + 1);

    /// <summary>Says what differs between two registries that one store may not mix: names, order, scales, multiplier.
    /// Null = nothing. The program asks before it continues a store or takes a reload; the engine fails fast.</summary>
    /// <param name="before">The store's.</param>
    /// <param name="after">The new one.</param>
    public static string? DescribeChange(
        ImmutableArray<InstrumentConfig> before,
        ImmutableArray<InstrumentConfig> after)
    {
        for (int index = 0; index < Math.Min(before.Length, after.Length); index++)
        {
            string was = Identity(before[index]);
            string becomes = Identity(after[index]);
            if (was != becomes)
                return $"instrument {index + 1} was {was}, becomes {becomes}";
        }

        return before.Length == after.Length ? null : $"{before.Length} instruments become {after.Length}";
    }

    /// <summary>How many quote currencies there are; they are numbered from 1.</summary>
    internal int Currencies => _currencies.Length;

    /// <summary>Name of a quote currency.</summary>
    internal string CurrencyName(uint currencyId) => _currencies[currencyId - 1];

    /// <summary>Greatest NotionalScale in a currency: that of its limits.</summary>
    internal int NotionalScale(uint currencyId) => _scales[currencyId - 1].Notional;

    /// <summary>Greatest scale of costs and fees in a currency: every amount of it is exact there.</summary>
    internal int AmountScale(uint currencyId) => _scales[currencyId - 1].Amount;

    internal void Load(ImmutableArray<InstrumentConfig> configs)
    {
        if (configs.Length > Limits.InstrumentsMax)
            throw new InvalidOperationException($"{configs.Length} instruments, at most {Limits.InstrumentsMax}");
        string[] names = [.. configs.Select(CurrencyOf)];
        _currencies = [.. names.Distinct()];
        _scales =
        [
            .. _currencies.Select(currency => Scales.Of(configs.Where((_, index) => names[index] == currency))),
        ];
        _instruments =
        [
            .. configs.Select((config, index) =>
            {
                int currency = Array.IndexOf(_currencies, names[index]);
                return new Instrument((uint)index + 1, config, (uint)currency + 1, _scales[currency].Notional);
            }),
        ];
    }

    /// <summary>The quote currency of an instrument: as configured, else what stands behind the last separator of its
    /// name, else the name itself.</summary>
    /// <param name="config">The instrument.</param>
    public static string CurrencyOf(InstrumentConfig config) =>
        config.Quote ?? config.Name[(config.Name.LastIndexOfAny(['-', '/', '_']) + 1)..];

    private static string Identity(InstrumentConfig config) =>
        $"{config.Name} (price {config.PriceScale}, quantity {config.QuantityScale}, notional {config.NotionalScale}, "
        + $"fee {config.FeeScale}, multiplier {config.Multiplier})";

    private readonly record struct Scales(int Notional, int Amount)
    {
        public static Scales Of(IEnumerable<InstrumentConfig> instruments) => new(
            instruments.Max(config => config.NotionalScale),
            instruments.Max(config => Math.Max(
                config.FeeScale,
                Math.Max(config.PriceScale + config.QuantityScale, config.NotionalScale))));
    }
}
