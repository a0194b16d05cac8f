using System.Numerics;
using HftSandbox.Events;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Events;

/// <summary>How the limits relate.</summary>
public class LimitsTests
{
    [Fact]
    public void The_largest_record_fits_one_write_and_the_ring_holds_many_of_them()
    {
        Assert.Equal(0, Limits.RecordBytesMax % RecordHeader.AlignmentBytes);
        Assert.InRange(Limits.WriteBytesMax, Limits.RecordBytesMax, Limits.OutboundRingBytes / 4);
        Assert.True(Limits.OutboundRingBytes / Limits.RecordBytesMax >= 8);
    }

    [Fact]
    public void Ring_sizes_are_powers_of_two()
    {
        Assert.True(BitOperations.IsPow2(Limits.OutboundRingBytes));
        Assert.True(BitOperations.IsPow2(Limits.InboundSlots));
        Assert.True(BitOperations.IsPow2(InputEvent.SizeBytes));
    }

    [Fact]
    public void Every_body_fits_a_record_and_a_slot_is_a_header_and_its_body()
    {
        Assert.All(EventSchema.Bodies.Values, body =>
            Assert.True(RecordHeader.TotalLengthOf((uint)body.Size) <= Limits.RecordBytesMax));
        Assert.Equal(InputEvent.SizeBytes, RecordHeader.SizeBytes + InputEvent.BodyBytesMax);
        Assert.True(RecordHeader.TotalLengthOf(InputEvent.BodyBytesMax) <= Limits.RecordBytesMax);
    }

    [Fact]
    public void A_configuration_fits_the_record_that_carries_it()
    {
        var body = Math.Max(RunStartedBody.SizeBytes, ConfigBody.SizeBytes);

        Assert.True(RecordHeader.TotalLengthOf((uint)(body + Limits.ConfigurationBytesMax)) <= Limits.RecordBytesMax);
    }

    [Fact]
    public void A_depth_snapshot_of_5000_levels_a_side_fits_one_message_and_one_line()
    {
        const int inputs = 1 + (2 * 5000); // the clear, then every level
        const int longestLevelText = 64; // ["price","quantity"], with 20 digits, a point and quotes each

        Assert.True(inputs <= Limits.MessageInputsMax);
        Assert.True(inputs * longestLevelText <= Limits.LineBytesMax);
    }

    [Fact]
    public void Open_orders_fit_the_state_and_one_callback_cannot_open_more_than_all()
    {
        const long books = (Limits.BookLevelsTotalMax * 56L) + (Limits.BookOrdersTotalMax * 44L)
            + (Limits.BookBacklogTotalMax * 128L);
        const long venue = (Limits.OpenOrdersMax * 100L) + (Limits.VenueRequestsMax * 100L)
            + (Limits.VenueResponsesMax * 220L) + (2L * Limits.InstrumentsMax * Limits.VenueLevelsMax * 44L);
        Assert.True((Limits.OpenOrdersMax * 512L) + books + venue <= Limits.StateBytesMax - (8 << 20));
        Assert.True(Limits.StrategyRequestsMax <= Limits.OpenOrdersMax);
        Assert.True(Limits.OrderRateLimitMax >= Limits.StrategyRequestsMax);
    }

    [Fact]
    public void A_snapshot_of_a_book_fits_its_levels_and_its_backlog_holds_any_message()
    {
        Assert.True(Limits.BookLevelsMax >= 2 * 5000);
        Assert.True(Limits.BookBacklogMax >= Limits.MessageInputsMax);
        Assert.True(Limits.BookLevelsTotalMax / 2 / Limits.InstrumentsMax >= 2000);
    }

    [Fact]
    public void The_largest_record_is_small_beside_the_headers_and_the_default_segment()
    {
        const long defaultSegmentBytes = 256L << 20;

        Assert.True(SegmentHeader.FirstRecordOffset + (8L * Limits.RecordBytesMax) <= defaultSegmentBytes);
        Assert.Equal(0, SegmentHeader.FirstRecordOffset % RecordHeader.AlignmentBytes);
    }
}
