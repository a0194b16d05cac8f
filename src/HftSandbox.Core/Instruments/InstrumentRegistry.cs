using System.Collections.Immutable;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Core.Instruments;

/// <summary>The instruments of the store. Names, scales and order are fixed by the first run; ids are positions, from
/// 1.</summary>
public sealed class InstrumentRegistry
{
    private Instrument[] _instruments = [];

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

    internal void Load(ImmutableArray<InstrumentConfig> configs)
    {
        if (configs.Length > Limits.InstrumentsMax)
            throw new InvalidOperationException($"{configs.Length} instruments, at most {Limits.InstrumentsMax}");
        _instruments = [.. configs.Select((config, index) => new Instrument((uint)index + 1, config))];
    }

    private static string Identity(InstrumentConfig config) =>
        $"{config.Name} (price {config.PriceScale}, quantity {config.QuantityScale}, notional {config.NotionalScale}, "
        + $"fee {config.FeeScale}, multiplier {config.Multiplier})";
}
