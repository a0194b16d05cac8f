using HftSandbox.Core.Instruments;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Instruments;

public sealed class InstrumentTests
{
    [Theory]
    [InlineData(20, 2, 10)]
    [InlineData(21, 2, 10)]
    [InlineData(23, 2, 12)]
    [InlineData(-21, 2, -10)]
    [InlineData(-23, 2, -12)]
    [InlineData(20, 3, 7)]
    [InlineData(19, 3, 6)]
    public void An_average_goes_to_the_nearest_and_ties_to_even(long cost, long qty, long expected)
    {
        var instrument = new Instrument(1, Rig.Instrument("TEST-USD"));

        Assert.Equal(expected, instrument.AveragePx(cost, new Qty(qty)).Mantissa);
    }

    [Fact]
    public void Arithmetic_in_64_bits_agrees_with_that_in_128()
    {
        long[] edges = [long.MinValue, long.MinValue + 1, -3, -1, 0, 1, 3, long.MaxValue - 1, long.MaxValue];
        foreach (long left in edges)
        {
            foreach (long right in edges)
            {
                Assert.Equal((Int128)left * right, Decimals.Multiply(left, right));
                if (right <= 0)
                    continue;
                Assert.Equal((Int128)left / right, Decimals.Divide(left, right, out Int128 remainder));
                Assert.Equal((Int128)left % right, remainder);
            }
        }

        Int128 wide = (Int128)long.MaxValue * 1000;
        Assert.Equal(long.MaxValue, (long)Decimals.Divide(wide, 1000, out Int128 rest));
        Assert.Equal(0, rest);
        Assert.Throws<OverflowException>(() => Decimals.Multiply(wide, wide));
        Assert.Throws<OverflowException>(() => Decimals.ToLong(wide));
    }

    [Fact]
    public void A_registry_says_what_changed()
    {
        var first = Rig.Instrument("A");
        var second = Rig.Instrument("B");

        Assert.Null(InstrumentRegistry.DescribeChange([first, second], [first with { TickSize = 5 }, second]));
        Assert.StartsWith(
            "instrument 1 was A (price 8",
            InstrumentRegistry.DescribeChange([first, second], [second, first]));
        Assert.Equal("2 instruments become 1", InstrumentRegistry.DescribeChange([first, second], [first]));
    }
}
