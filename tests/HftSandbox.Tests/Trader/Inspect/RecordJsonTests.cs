using System.Text;
using System.Text.Json;
using HftSandbox.Events;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Inspect;

namespace HftSandbox.Tests.Trader.Inspect;

public class RecordJsonTests
{
    private static readonly Id16 SomeId = new(0x0123456789abcdef, 0x00000000000000ff);

    public static TheoryData<EventKind> KindsWithBodies => [.. Enum.GetValues<EventKind>().Skip(1)];

    [Fact]
    public void A_quote_is_one_line_with_the_header_and_mantissas()
    {
        var body = new QuoteBody
        {
            BidPx = new(-5),
            BidQty = new(7),
            AskPx = new(long.MaxValue),
            VenueUpdateId = ulong.MaxValue,
        };

        var line = Line(TestRecord.Input(EventKind.Quote, body));

        Assert.Equal(
            TestRecord.OneLine("""
                {"schemaVersion":1,"sequence":42,"kind":"Quote","version":1,"flags":["input","lastOfMessage"],
                "source":"Sim","eventTimeNs":1700000000123456789,"receiveTimeNs":1700000000123456789,
                "instrument":"TEST-USD","causeSequence":42,"feedPosition":0,
                "body":{"bidPx":-5,"bidQty":7,"askPx":9223372036854775807,"askQty":0,
                "venueUpdateId":18446744073709551615}}
                """) + "\n",
            line);
    }

    [Fact]
    public void A_decision_names_its_enums_and_leaves_reserved_bytes_out()
    {
        var body = new RiskDecisionBody
        {
            ClOrdId = 1001,
            Notional = new(5_000),
            LimitValue = 4_999,
            ObservedValue = 5_000,
            LimitsHash = SomeId,
            StrategyId = 1,
            Decision = Decision.Deny,
            Reason = RiskReason.MaxOrderNotional,
        };

        var line = Line(TestRecord.Derived(EventKind.RiskDecision, body));

        Assert.Equal(
            TestRecord.OneLine("""
                {"schemaVersion":1,"sequence":42,"kind":"RiskDecision","version":1,"flags":["derived"],
                "source":"Engine","eventTimeNs":1700000000123456789,"receiveTimeNs":1700000000123456789,
                "instrument":"TEST-USD","causeSequence":41,"feedPosition":0,
                "body":{"clOrdId":1001,"referencePx":0,"notional":5000,"positionQty":0,"openQty":0,
                "observedValue":5000,"limitValue":4999,"limitsHash":"0123456789abcdef00000000000000ff",
                "strategyId":1,"decision":"Deny","reason":"MaxOrderNotional"}}
                """) + "\n",
            line);
    }

    [Fact]
    public void Sums_of_128_bits_are_strings_of_decimal_digits()
    {
        var body = new PositionChangedBody { OpenCost = new(Int128.MinValue), RealizedPnl = new(Int128.MaxValue) };

        var shown = Body(TestRecord.Derived(EventKind.PositionChanged, body));

        Assert.Equal("-170141183460469231731687303715884105728", shown.GetProperty("openCost").GetString());
        Assert.Equal("170141183460469231731687303715884105727", shown.GetProperty("realizedPnl").GetString());
        Assert.Equal("0", shown.GetProperty("fees").GetString());
    }

    [Fact]
    public void The_configuration_behind_a_run_start_is_an_embedded_object_on_the_same_line()
    {
        var json = """
            {
              "seed": 18446744073709551615,
              "risk": { "killSwitch": false }
            }
            """u8;
        var body = new RunStartedBody { WallTimeNs = 5, JsonLength = (uint)json.Length, Mode = RunMode.New };

        var line = Line(TestRecord.Input(EventKind.RunStarted, body, json));

        Assert.EndsWith(
            TestRecord.OneLine("""
                "mode":"New","configuration":{"seed":18446744073709551615,"risk":{"killSwitch":false}}}}
                """) + "\n",
            line,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("{} {}")]
    [InlineData("")]
    public void A_tail_that_is_no_json_is_shown_as_bytes(string tail)
    {
        var bytes = Encoding.UTF8.GetBytes(tail);

        var shown = Body(TestRecord.Input(EventKind.Config, new ConfigBody { JsonLength = 1 }, bytes));

        Assert.Equal(Convert.ToHexStringLower(bytes), shown.GetProperty("configuration").GetString());
    }

    [Fact]
    public void A_snapshot_record_shows_its_file_name_and_hash()
    {
        var body = new SnapshotBody { Sequence = 42 };
        "positions.json"u8.CopyTo(body.Name);
        body.StateSha256[0] = 0xAB;

        var shown = Body(TestRecord.Control(EventKind.Snapshot, body));

        Assert.Equal("positions.json", shown.GetProperty("name").GetString());
        Assert.Equal("ab" + new string('0', 62), shown.GetProperty("stateSha256").GetString());
        Assert.Equal(42, shown.GetProperty("sequence").GetInt64());
    }

    [Fact]
    public void A_control_record_has_no_flags()
    {
        var record = Parse(TestRecord.Control(EventKind.Sync, new SyncBody { DurableSequence = 41, Offset = 8192 }));

        Assert.Equal(0, record.GetProperty("flags").GetArrayLength());
        Assert.Equal(8192, record.GetProperty("body").GetProperty("offset").GetInt64());
    }

    [Fact]
    public void What_has_no_name_is_a_number_and_an_unknown_body_is_bytes()
    {
        var bytes = TestRecord.Unknown(0x80F0, [1, 2, 0xFF]);
        RecordHeader.At(bytes).Source = (SourceId)513;
        RecordHeader.At(bytes).InstrumentId = 7;
        RecordHeader.At(bytes).Flags = (RecordFlags)0x82;

        var record = Parse(bytes);

        Assert.Equal(0x80F0, record.GetProperty("kind").GetInt32());
        Assert.Equal(513, record.GetProperty("source").GetInt32());
        Assert.Equal(7, record.GetProperty("instrument").GetInt32());
        Assert.Equal("[\"derived\",128]", record.GetProperty("flags").GetRawText());
        Assert.Equal("0102ff", record.GetProperty("body").GetString());
    }

    [Fact]
    public void No_instrument_is_null()
    {
        var bytes = TestRecord.Input(EventKind.RunStopped, new RunStoppedBody { Reason = StopReason.SourceEnd });
        RecordHeader.At(bytes).InstrumentId = 0;

        Assert.Equal(JsonValueKind.Null, Parse(bytes).GetProperty("instrument").ValueKind);
    }

    [Theory]
    [InlineData(2, QuoteBody.SizeBytes)]
    [InlineData(1, QuoteBody.SizeBytes - 8)]
    public void A_body_of_another_version_or_length_is_shown_as_bytes(byte version, int payloadLength)
    {
        var bytes = TestRecord.Input(EventKind.Quote, default(QuoteBody));
        RecordHeader.At(bytes).Version = version;
        RecordHeader.At(bytes).PayloadLength = (uint)payloadLength;

        Assert.Equal(new string('0', 2 * payloadLength), Parse(bytes).GetProperty("body").GetString());
    }

    [Theory]
    [MemberData(nameof(KindsWithBodies))]
    public void Every_kind_shows_its_declared_fields_and_none_as_raw_bytes(EventKind kind)
    {
        var header = new RecordHeader { Kind = kind, Version = 1, PayloadLength = (uint)SizeOf(kind) };
        var hashes = new[] { "stateSha256", "digest", "lastDeletedSeal", "snapshotStateSha256" };

        var fields = RecordSchema.BodyOf(header)!.Fields.Where(field => !field.IsReserved).ToArray();

        Assert.NotEmpty(fields);
        Assert.Empty(fields.Where(field => field.Form == FieldForm.Hex).Select(field => field.Name).Except(hashes));
    }

    [Fact]
    public void No_field_of_an_event_is_named_like_one_of_the_header()
    {
        var header = RecordSchema.Header.Select(field => field.Name).ToArray();
        var body = EventSchema.Bodies
            .SelectMany(kind => RecordSchema.BodyOf(
                new RecordHeader { Kind = kind.Key, Version = 1, PayloadLength = (uint)kind.Value.Size })!.Fields)
            .Select(field => field.Name);

        Assert.Empty(header.Intersect(body));
    }

    [Fact]
    public void Lines_come_in_order_and_whole_however_many_there_are()
    {
        const int records = 5000;
        using var output = new MemoryStream();
        using (var json = new RecordJson(output, TestRecord.InstrumentName))
        {
            var record = TestRecord.Input(EventKind.Trade, new TradeBody { Px = new(1), Qty = new(2) });
            for (var sequence = 1UL; sequence <= records; sequence++)
            {
                RecordHeader.At(record).Sequence = sequence;
                json.Write(record);
            }
        }

        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n');

        Assert.Equal(records + 1, lines.Length);
        Assert.Equal(
            Enumerable.Range(1, records),
            lines[..^1].Select(line => JsonDocument.Parse(line).RootElement.GetProperty("sequence").GetInt32()));
    }

    private static int SizeOf(EventKind kind) => kind switch
    {
        EventKind.Sync => SyncBody.SizeBytes,
        EventKind.Snapshot => SnapshotBody.SizeBytes,
        EventKind.Seal => SealBody.SizeBytes,
        EventKind.Retire => RetireBody.SizeBytes,
        _ => EventSchema.Bodies[kind].Size,
    };

    private static string Line(byte[] record)
    {
        using var output = new MemoryStream();
        using (var json = new RecordJson(output, TestRecord.InstrumentName))
            json.Write(record);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static JsonElement Parse(byte[] record) => JsonDocument.Parse(Line(record)).RootElement;

    private static JsonElement Body(byte[] record) => Parse(record).GetProperty("body");
}
