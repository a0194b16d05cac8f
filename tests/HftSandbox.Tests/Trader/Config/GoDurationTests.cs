using HftSandbox.Trader.Config;

namespace HftSandbox.Tests.Trader.Config;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("1ns", 1)]
    [InlineData("20us", 20_000)]
    [InlineData("20µs", 20_000)]
    [InlineData("20μs", 20_000)]
    [InlineData("50ms", 50_000_000)]
    [InlineData("2s", 2_000_000_000)]
    [InlineData("1m30s", 90_000_000_000)]
    [InlineData("1.5h", 5_400_000_000_000)]
    [InlineData("1.000000001s", 1_000_000_001)]
    [InlineData(".5s", 500_000_000)]
    [InlineData("1.s", 1_000_000_000)]
    [InlineData("007ms", 7_000_000)]
    [InlineData("1h0m0s", 3_600_000_000_000)]
    [InlineData("9223372036854775807ns", long.MaxValue)]
    public void A_duration_in_Go_syntax_is_read_exactly(string text, long expected)
    {
        Assert.True(GoDuration.TryParse(text, out var durationNs, out var reason), reason);
        Assert.Equal(expected, durationNs);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("-5s", "is negative")]
    [InlineData("5", "lacks a unit")]
    [InlineData("1m5", "lacks a unit")]
    [InlineData("5d", "unknown unit")]
    [InlineData("5 s", "unknown unit")]
    [InlineData("5S", "unknown unit")]
    [InlineData("s", "is no duration")]
    [InlineData("soon", "is no duration")]
    [InlineData("+5s", "is no duration")]
    [InlineData(".s", "is no duration")]
    [InlineData("0.5ns", "finer than a nanosecond")]
    [InlineData("1.0000000001s", "finer than a nanosecond")]
    [InlineData("0.0000000000000000001h", "finer than a nanosecond")]
    [InlineData("9223372036854775808ns", "longer than 64 bits")]
    [InlineData("9223372036854775807ns1ns", "longer than 64 bits")]
    [InlineData("2562048h", "longer than 64 bits")]
    [InlineData("99999999999999999999999999999999s", "longer than 64 bits")]
    public void Anything_else_is_refused_with_its_reason(string text, string expected)
    {
        Assert.False(GoDuration.TryParse(text, out var durationNs, out var reason));
        Assert.Contains(expected, reason, StringComparison.Ordinal);
        Assert.Equal(0, durationNs);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1ns")]
    [InlineData(20_000, "20us")]
    [InlineData(90_000_000_000, "1m30s")]
    [InlineData(1_500_000_000, "1s500ms")]
    [InlineData(3_600_000_000_000, "1h")]
    public void A_duration_is_written_in_the_fewest_units(long durationNs, string expected)
    {
        Assert.Equal(expected, GoDuration.Format(durationNs));
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        const int Seed = 5;
        var random = new Random(Seed);

        for (var i = 0; i < 10_000; i++)
        {
            var durationNs = random.NextInt64() >> random.Next(63);
            Assert.True(GoDuration.TryParse(GoDuration.Format(durationNs), out var read, out _), $"seed {Seed}");
            Assert.Equal(durationNs, read);
        }
    }
}
