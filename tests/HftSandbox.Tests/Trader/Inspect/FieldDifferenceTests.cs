using HftSandbox.Events;
using HftSandbox.Trader.Inspect;

namespace HftSandbox.Tests.Trader.Inspect;

public class FieldDifferenceTests
{
    private static readonly ExecutionReportBody Report = new()
    {
        ClOrdId = 1001,
        LastPx = new(100),
        LastQty = new(10),
        ExecType = ExecType.Trade,
    };

    [Fact]
    public void Equal_events_do_not_differ_whatever_their_crcs_and_feed_positions()
    {
        var (expected, actual) = Pair();
        RecordHeader.At(expected).HeaderCrc = 1;
        RecordHeader.At(expected).PreviousCrc = 2;
        RecordHeader.At(expected).FeedPosition = 3;
        expected[^1] = 4;

        Assert.Null(Between(expected, actual));
    }

    [Fact]
    public void The_first_differing_field_of_the_body_is_named_with_both_values()
    {
        var other = Report with { LastQty = new(11), ExecType = ExecType.New };

        var difference = Between(Pair().Expected, TestRecord.Derived(EventKind.ExecutionReport, other));

        Assert.Equal(new FieldDifference("lastQty", "10", "11"), difference);
    }

    [Fact]
    public void Enums_differ_by_name()
    {
        var actual = TestRecord.Derived(EventKind.ExecutionReport, Report with { ExecType = ExecType.Canceled });

        Assert.Equal(new FieldDifference("execType", "Trade", "Canceled"), Between(Pair().Expected, actual));
    }

    [Fact]
    public void Reserved_bytes_count()
    {
        var actual = TestRecord.Derived(EventKind.ExecutionReport, Report with { Reserved = 1 });

        Assert.Equal(new FieldDifference("reserved", "0", "1"), Between(Pair().Expected, actual));
    }

    [Fact]
    public void The_header_comes_before_the_body()
    {
        var (expected, actual) = Pair();
        RecordHeader.At(actual).InstrumentId = 2;
        actual[RecordHeader.SizeBytes] ^= 1;

        Assert.Equal(new FieldDifference("instrument", "TEST-USD", "2"), Between(expected, actual));
    }

    [Fact]
    public void Another_kind_is_the_difference_and_its_body_is_not_looked_at()
    {
        var actual = TestRecord.Derived(EventKind.Digest, default(DigestBody));

        Assert.Equal(new FieldDifference("kind", "ExecutionReport", "Digest"), Between(Pair().Expected, actual));
    }

    [Fact]
    public void Flags_are_listed()
    {
        var (expected, actual) = Pair();
        RecordHeader.At(actual).Flags = RecordFlags.Input | RecordFlags.LastOfMessage;

        Assert.Equal(new FieldDifference("flags", "derived", "input|lastOfMessage"), Between(expected, actual));
    }

    [Fact]
    public void Bodies_of_unknown_kinds_differ_as_bytes()
    {
        var difference = Between(TestRecord.Unknown(0x80F0, [1, 2]), TestRecord.Unknown(0x80F0, [1, 3, 4]));

        Assert.Equal(new FieldDifference("body", "0102", "010304"), difference);
    }

    [Fact]
    public void Configurations_of_equal_length_differ_as_a_whole()
    {
        var body = new ConfigBody { JsonLength = 2 };

        var difference = Between(
            TestRecord.Input(EventKind.Config, body, "{}"u8), TestRecord.Input(EventKind.Config, body, "[]"u8));

        Assert.Equal(new FieldDifference("configuration", "7b7d", "5b5d"), difference);
    }

    /// <summary>Every single byte that the digest covers: none may be overlooked.</summary>
    [Fact]
    public void A_change_of_any_compared_byte_is_found()
    {
        int[] notCompared = [.. Enumerable.Range(0, 8), 14, 15, .. Enumerable.Range(44, 4), .. Enumerable.Range(56, 8)];
        var expected = Pair().Expected;
        for (var at = 0; at < RecordHeader.SizeBytes + ExecutionReportBody.SizeBytes; at++)
        {
            var actual = expected.ToArray();
            actual[at] ^= 0x80;
            if (!notCompared.Contains(at))
                Assert.True(Between(expected, actual) is not null, $"byte {at}");
        }
    }

    private static (byte[] Expected, byte[] Actual) Pair() =>
        (TestRecord.Derived(EventKind.ExecutionReport, Report), TestRecord.Derived(EventKind.ExecutionReport, Report));

    private static FieldDifference? Between(byte[] expected, byte[] actual) =>
        FieldDifference.Between(expected, actual, TestRecord.InstrumentName);
}
