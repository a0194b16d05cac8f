namespace HftSandbox.Core.Strategies;

/// <summary>What a strategy parameter measures.</summary>
public enum ParameterUnit : byte
{
    /// <summary>A number.</summary>
    Count,

    /// <summary>A price difference, in ticks of the instrument.</summary>
    Ticks,

    /// <summary>A quantity of the instrument.</summary>
    Quantity,
}

/// <summary>One parameter of a shipped strategy.</summary>
/// <param name="Name">As it stands in the configuration.</param>
/// <param name="Unit">What it measures.</param>
/// <param name="Default">The value when the configuration names none; a quantity of 0 = the order template's.</param>
/// <param name="Min">Least value.</param>
/// <param name="Max">Greatest value.</param>
/// <param name="Doc">What it is.</param>
public sealed record StrategyParameter(
    string Name, ParameterUnit Unit, long Default, long Min, long Max, string Doc);
