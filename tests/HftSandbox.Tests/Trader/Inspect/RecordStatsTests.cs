using System.Text;
using System.Text.Json;
using HftSandbox.Events;
using HftSandbox.Trader.Inspect;

namespace HftSandbox.Tests.Trader.Inspect;

public class RecordStatsTests
{
    [Fact]
    public void Counts_are_per_kind_in_the_order_of_the_kinds()
    {
        var stats = new RecordStats();
        stats.AddSegment(8192);
        stats.AddSegment(100);
        stats.Add(Header(EventKind.Trade, 3));
        stats.Add(Header(EventKind.Quote, 4));
        stats.Add(Header(EventKind.Sync, 4));
        stats.Add(Header((EventKind)0x80F0, 5));
        stats.Add(Header(EventKind.Quote, 6));

        Assert.Equal(
            TestRecord.OneLine("""
                {"records":5,"byKind":{"Quote":2,"Trade":1,"Sync":1,"33008":1},
                "firstSequence":3,"lastSequence":6,"segments":2,"bytes":8292}
                """),
            Json(stats));
    }

    [Fact]
    public void Nothing_read_is_all_zero()
    {
        Assert.Equal(
            """{"records":0,"byKind":{},"firstSequence":0,"lastSequence":0,"segments":0,"bytes":0}""",
            Json(new RecordStats()));
    }

    private static RecordHeader Header(EventKind kind, ulong sequence) => new() { Kind = kind, Sequence = sequence };

    private static string Json(RecordStats stats)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            stats.WriteMembers(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}
