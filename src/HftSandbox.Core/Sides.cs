using HftSandbox.Events;

namespace HftSandbox.Core;

/// <summary>What follows from a side.</summary>
internal static class Sides
{
    [HotPath]
    public static Side Opposite(this Side side) => side == Side.Buy ? Side.Sell : Side.Buy;

    /// <summary>Whether a resting order of the side at a price comes before one at the other.</summary>
    [HotPath]
    public static bool IsBetter(this Side side, Px px, Px other) =>
        side == Side.Buy ? px.Mantissa > other.Mantissa : px.Mantissa < other.Mantissa;
}
