using System.Numerics;
using HftSandbox.Trader.Commands;

namespace HftSandbox.Trader.Report;

/// <summary>Values onto pixels, in integers: mantissas of one scale, and round ones among them to label.</summary>
/// <param name="Min">Least value shown.</param>
/// <param name="Max">Greatest value shown, beyond the least.</param>
/// <param name="Scale">Decimal digits of the values.</param>
/// <param name="FromPixel">Where the least value lies.</param>
/// <param name="ToPixel">Where the greatest value lies.</param>
internal sealed record Axis(BigInteger Min, BigInteger Max, int Scale, int FromPixel, int ToPixel)
{
    private const int TicksMax = 6;
    private static readonly int[] RoundSteps = [1, 2, 5];

    /// <summary>An axis that shows some values, and room even where all are equal.</summary>
    /// <param name="values">At least one.</param>
    /// <param name="scale">Decimal digits of the values.</param>
    /// <param name="fromPixel">Where the least value lies.</param>
    /// <param name="toPixel">Where the greatest value lies.</param>
    public static Axis Over(IReadOnlyCollection<BigInteger> values, int scale, int fromPixel, int toPixel)
    {
        var (min, max) = (values.Min(), values.Max());
        return min == max
            ? new Axis(min - 1, max + 1, scale, fromPixel, toPixel)
            : new Axis(min, max, scale, fromPixel, toPixel);
    }

    /// <summary>The round values within: steps of 1, 2 or 5 times a power of ten.</summary>
    public IEnumerable<BigInteger> Ticks
    {
        get
        {
            var step = Step();
            var first = -BigInteger.DivRem(-Min, step, out _) * step;
            for (var tick = first < Min ? first + step : first; tick <= Max; tick += step)
                yield return tick;
        }
    }

    /// <summary>Where a value lies.</summary>
    /// <param name="value">It.</param>
    public int PixelOf(BigInteger value) => FromPixel + (int)((value - Min) * (ToPixel - FromPixel) / (Max - Min));

    /// <summary>A value as text.</summary>
    /// <param name="value">It.</param>
    public string Text(BigInteger value) => PositionText.Scaled(value, Scale);

    private BigInteger Step()
    {
        for (var power = BigInteger.One; ; power *= 10)
        {
            foreach (var round in RoundSteps)
            {
                if ((Max - Min) / (power * round) < TicksMax)
                    return power * round;
            }
        }
    }
}
