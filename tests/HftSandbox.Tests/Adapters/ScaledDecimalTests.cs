using System.Globalization;
using System.Numerics;
using System.Text;
using HftSandbox.Adapters;

namespace HftSandbox.Tests.Adapters;

public sealed class ScaledDecimalTests
{
    [Theory]
    [InlineData("0", 8, 0)]
    [InlineData("2683.80000000", 8, 268380000000)]
    [InlineData("2683.80000000", 2, 268380)]
    [InlineData("2683.80000000", 1, 26838)]
    [InlineData("0.00000001", 8, 1)]
    [InlineData("007.50", 2, 750)]
    [InlineData("9223372036854775807", 0, long.MaxValue)]
    [InlineData("9.223372036854775807", 18, long.MaxValue)]
    [InlineData("0.000000000000000000000000", 18, 0)]
    public void A_decimal_is_converted_exactly(string text, int scale, long expected)
    {
        var fault = ScaledDecimal.Parse(Encoding.UTF8.GetBytes(text), scale, out var mantissa);

        Assert.Equal(DecimalFault.None, fault);
        Assert.Equal(expected, mantissa);
    }

    [Theory]
    [InlineData("1.001", 2, DecimalFault.TooManyDecimals)]
    [InlineData("0.000000001", 8, DecimalFault.TooManyDecimals)]
    [InlineData("9223372036854775808", 0, DecimalFault.Overflow)]
    [InlineData("92233720368547758.08", 2, DecimalFault.Overflow)]
    [InlineData("10", 18, DecimalFault.Overflow)]
    [InlineData("99999999999999999999999999", 0, DecimalFault.Overflow)]
    [InlineData("-1", 2, DecimalFault.Signed)]
    [InlineData("+1", 2, DecimalFault.Signed)]
    [InlineData("1e5", 2, DecimalFault.Exponent)]
    [InlineData("1.5E5", 2, DecimalFault.Exponent)]
    [InlineData("", 2, DecimalFault.Junk)]
    [InlineData(".", 2, DecimalFault.Junk)]
    [InlineData("1.", 2, DecimalFault.Junk)]
    [InlineData(".5", 2, DecimalFault.Junk)]
    [InlineData("1.2.3", 2, DecimalFault.Junk)]
    [InlineData("1,5", 2, DecimalFault.Junk)]
    [InlineData(" 1", 2, DecimalFault.Junk)]
    [InlineData("1.00x", 2, DecimalFault.Junk)]
    [InlineData("99999999999999999999x", 2, DecimalFault.Junk)]
    public void What_does_not_fit_is_refused_with_its_reason(string text, int scale, DecimalFault expected)
    {
        var fault = ScaledDecimal.Parse(Encoding.UTF8.GetBytes(text), scale, out var mantissa);

        Assert.Equal(expected, fault);
        Assert.Equal(0, mantissa);
        Assert.NotEmpty(ScaledDecimal.Describe(fault, scale));
    }

    [Fact]
    public void Random_decimals_agree_with_big_integers()
    {
        const int Seed = 20240808;
        var random = new Random(Seed);

        for (var i = 0; i < 100_000; i++)
        {
            var scale = random.Next(19);
            var decimals = random.Next(22);
            var digits = random.NextInt64(long.MaxValue).ToString(CultureInfo.InvariantCulture)
                .PadLeft(decimals + 1, '0');
            var text = decimals == 0 ? digits : $"{digits[..^decimals]}.{digits[^decimals..]}";

            var fault = ScaledDecimal.Parse(Encoding.UTF8.GetBytes(text), scale, out var mantissa);

            var unit = BigInteger.Pow(10, decimals);
            var scaled = BigInteger.Parse(digits, CultureInfo.InvariantCulture) * BigInteger.Pow(10, scale);
            var exact = scaled % unit == 0;
            var fits = scaled / unit <= long.MaxValue;
            Assert.True((fault == DecimalFault.None) == (exact && fits), $"{text} at scale {scale}, seed {Seed}");
            Assert.Equal(exact && fits ? scaled / unit : 0, mantissa);
        }
    }
}
