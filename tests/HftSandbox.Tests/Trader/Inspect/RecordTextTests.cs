using HftSandbox.Events;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Inspect;

namespace HftSandbox.Tests.Trader.Inspect;

public class RecordTextTests
{
    [Fact]
    public void Lines_are_aligned_and_leave_out_what_is_none()
    {
        var quote = new QuoteBody { BidPx = new(100), BidQty = new(1), AskPx = new(101) };
        var intent = new OrderIntentBody { ClOrdId = 1001, Side = Side.Buy, OrdType = OrdType.Limit, Px = new(100) };
        var sync = new SyncBody { DurableSequence = 41 };

        var text = Lines(
            TestRecord.Input(EventKind.Quote, quote),
            TestRecord.Derived(EventKind.OrderIntent, intent),
            TestRecord.Control(EventKind.Sync, sync));

        const string start = "          42  2023-11-14T22:13:20.123456789Z  ";
        Assert.Equal(
            [
                start + "input    Quote               Sim            TEST-USD   bidPx=100 bidQty=1 askPx=101",
                start + "derived  OrderIntent         Engine         TEST-USD   causeSequence=41 clOrdId=1001 px=100"
                    + " side=Buy ordType=Limit",
                start + "control  Sync                Engine         TEST-USD   durableSequence=41",
                "",
            ],
            text.Split('\n'));
    }

    [Fact]
    public void Another_event_time_and_the_position_in_the_file_are_shown()
    {
        var record = TestRecord.Input(EventKind.RunStopped, new RunStoppedBody { Reason = StopReason.Signal });
        RecordHeader.At(record).EventTimeNs = 5;
        RecordHeader.At(record).FeedPosition = 17;

        Assert.EndsWith(" eventTimeNs=5 feedPosition=17 reason=Signal\n", Lines(record), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_from_outside_cannot_drive_the_terminal()
    {
        var output = new StringWriter { NewLine = "\n" };
        var text = new RecordText(output, _ => "\u001b[2J\u202eUSD\n");

        text.Write(TestRecord.Input(EventKind.Quote, default(QuoteBody)));

        Assert.EndsWith("\\u001B[2J\\u202EUSD\\u000A\n", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_record_shows_its_bytes()
    {
        Assert.EndsWith(" body=0102ff\n", Lines(TestRecord.Unknown(0x80F0, [1, 2, 0xFF])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "-")]
    [InlineData(1, "1970-01-01T00:00:00.000000001Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999999999Z")]
    [InlineData(long.MaxValue, "2262-04-11T23:47:16.854775807Z")]
    [InlineData(long.MinValue, "1677-09-21T00:12:43.145224192Z")]
    public void Times_keep_every_nanosecond(long timeNs, string expected)
    {
        Assert.Equal(expected, RecordText.Time(timeNs));
    }

    private static string Lines(params byte[][] records)
    {
        var output = new StringWriter { NewLine = "\n" };
        var text = new RecordText(output, TestRecord.InstrumentName);
        foreach (var record in records)
            text.Write(record);
        return output.ToString();
    }
}
