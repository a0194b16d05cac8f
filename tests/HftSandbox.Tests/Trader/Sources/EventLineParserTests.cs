using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Tests.Trader.Inspect;
using HftSandbox.Trader.Commands;
using HftSandbox.Trader.Config;
using HftSandbox.Trader.Inspect;
using HftSandbox.Trader.Sources;

namespace HftSandbox.Tests.Trader.Sources;

public class EventLineParserTests
{
    private const long LastNs = 1_000;

    private static readonly ImmutableArray<InstrumentConfig> Instruments =
        [.. new[] { "BTC-USDT", "ÉTH \"2\"", "SOL-USDT" }.Select(Named)];

    private static readonly RunConfiguration Run = RunOf("{}");

    private readonly EventLineParser _parser = new(Instruments, Lane());
    private InputEvent _slot;

    public static TheoryData<EventKind> Kinds => [.. RandomInput.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_inspect_prints_of_an_input_is_read_back_to_the_byte(EventKind kind)
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new RandomInput(seed);
        for (var i = 0; i < 200; i++)
        {
            var record = random.Next(kind, LastNs + i, Instruments.Length);

            var status = Parse(Line(record));

            Assert.True(status == EventLineStatus.Input, $"seed {seed}: {_parser.Fault}\n{Line(record)}");
            Assert.Equal(Expected(record), HeaderBytes());
            Assert.Equal(record[RecordHeader.SizeBytes..][.._slot.Payload.Length], _slot.Payload.ToArray());
        }
    }

    [Fact]
    public void A_line_may_leave_out_everything_but_its_kind_and_what_the_kind_needs()
    {
        Assert.Equal(EventLineStatus.Input, Parse("""{"kind":"Trade","instrument":"SOL-USDT"}"""));

        Assert.Equal(
            new RecordHeader
            {
                Kind = EventKind.Trade,
                Version = 1,
                Flags = RecordFlags.Input | RecordFlags.LastOfMessage,
                Source = SourceId.Events,
                ReceiveTimeNs = LastNs,
                InstrumentId = 3,
                FeedPosition = 7,
                PayloadLength = TradeBody.SizeBytes,
            },
            _slot.Header);
        Assert.Equal(default, _slot.Body<TradeBody>());
    }

    [Theory]
    [InlineData("""{"kind":"Timer"}""", LastNs, 0)]
    [InlineData("""{"kind":"Timer","eventTimeNs":1001}""", 1001, 1001)]
    [InlineData("""{"kind":"Timer","eventTimeNs":9,"receiveTimeNs":1002}""", 1002, 9)]
    [InlineData("""{"kind":"Timer","eventTimeNs":1003,"receiveTimeNs":0}""", 1003, 1003)]
    public void The_receive_time_is_the_lines_else_the_events_else_the_one_before(
        string line, long receiveNs, long eventNs)
    {
        Assert.Equal(EventLineStatus.Input, Parse(line));

        Assert.Equal((receiveNs, eventNs), (_slot.Header.ReceiveTimeNs, _slot.Header.EventTimeNs));
    }

    [Theory]
    [InlineData("""{"kind":"Timer","flags":[]}""", RecordFlags.Input)]
    [InlineData("""{"kind":"Timer","flags":["input"]}""", RecordFlags.Input)]
    [InlineData("""{"kind":"Timer","flags":["lastOfMessage"]}""", RecordFlags.Input | RecordFlags.LastOfMessage)]
    [InlineData("""{"kind":"Timer"}""", RecordFlags.Input | RecordFlags.LastOfMessage)]
    [InlineData("""{"kind":"ExecutionReport"}""", RecordFlags.Input | RecordFlags.LastOfMessage)]
    public void Flags_that_are_there_say_it_and_absent_ones_make_a_message_of_its_own(string line, RecordFlags flags)
    {
        Assert.Equal(EventLineStatus.Input, Parse(line));

        Assert.Equal(flags, _slot.Header.Flags);
    }

    [Theory]
    [InlineData("""{"kind":"Timer","source":"BinanceWs"}""", SourceId.BinanceWs)]
    [InlineData("""{"kind":"Timer","source":300}""", (SourceId)300)]
    [InlineData("""{"kind":"Timer","source":"Pipeline"}""", SourceId.Events)]
    [InlineData("""{"kind":"Timer","source":513}""", SourceId.Events)]
    [InlineData("""{"kind":"CancelReject","source":"Engine"}""", SourceId.OutsideVenue)]
    [InlineData("""{"kind":"ExecutionReport"}""", SourceId.OutsideVenue)]
    public void Only_feeds_and_venues_keep_their_name(string line, SourceId source)
    {
        Assert.Equal(EventLineStatus.Input, Parse(line));

        Assert.Equal(source, _slot.Header.Source);
    }

    [Theory]
    [InlineData("1", 0, 1)]
    [InlineData("00ff", 0, 255)]
    [InlineData("0123456789ABCDEF00000000000000fe", 0x0123456789abcdef, 0xfe)]
    [InlineData("10000000000000000", 1, 0)]
    public void A_short_id_is_a_number_with_zeros_before_it(string id, ulong high, ulong low)
    {
        var line = $$"""{"body":{"clientRequestId":"{{id}}"},"kind":"CancelRequest"}""";

        Assert.Equal(EventLineStatus.Input, Parse(line));

        Assert.Equal(new Id16(high, low), _slot.Body<CancelRequestBody>().ClientRequestId);
    }

    [Theory]
    [InlineData("""{"kind":"OrderState","flags":["derived"],"body":{"whatever":1}}""", EventLineStatus.Derived)]
    [InlineData("""{"kind":"ExecutionReport","flags":["derived"]}""", EventLineStatus.Derived)]
    [InlineData("""{"kind":"Digest"}""", EventLineStatus.Derived)]
    [InlineData("""{"kind":"RunStarted","flags":["input"],"body":{"configuration":{"a":{}}}}""", EventLineStatus.Run)]
    [InlineData("""{"kind":"RunStopped"}""", EventLineStatus.Run)]
    [InlineData("""{"kind":"Seal","flags":[]}""", EventLineStatus.Control)]
    [InlineData("", EventLineStatus.Blank)]
    [InlineData(" \t\r", EventLineStatus.Blank)]
    public void What_is_no_input_is_told_apart(string line, object status) => Assert.Equal(status, Parse(line));

    [Theory]
    [InlineData("""{"kind":"Quot"}""", "kind: 'Quot' is not one of None, RunStarted,")]
    [InlineData("""{"kind":16}""", "kind: 16 is not one of None,")]
    [InlineData("""{"body":{}}""", "kind: is missing")]
    [InlineData("""{"kind":"Config"}""", "body.configuration: is missing, and a Config has one")]
    [InlineData("""{"kind":"Config","body":{"configuration":5}}""", "body.configuration: The JSON value could not be")]
    [InlineData("""{"kind":"Config","body":{"configuration":null}}""", "body.configuration: the run configuration is")]
    [InlineData("""{"kind":"Config","body":{"configuration":{}}}""", "body.configuration: JSON deserialization for")]
    [InlineData("""{"kind":"Config","body":{"json":1}}""", "body.json: unknown field")]
    [InlineData("""{"kind":"None"}""", "kind: None is no kind of event")]
    [InlineData("""{"kind":"OrderIntent","flags":["input"]}""", "flags: OrderIntent is derived by the engine and")]
    [InlineData("""{"kind":"Quote","flags":["input","derived"]}""", "flags: nothing is both input and derived")]
    [InlineData("""{"kind":"Quote","flags":["last"]}""", "flags: 'last' is not a list of none, input, derived, last")]
    [InlineData("""{"kind":"Quote","flags":"input"}""", "flags: 'input' is not a list of")]
    [InlineData("""{"kind":"Timer","version":2}""", "version: 2 is not 1, the only one")]
    [InlineData("""{"kind":"Timer","schemaVersion":2}""", "schemaVersion: 2 is not 1")]
    [InlineData("""{"kind":"Timer","kind":"Timer"}""", "kind: stands twice")]
    [InlineData("""{"kind":"Timer","body":{},"body":{}}""", "body: stands twice")]
    [InlineData("""{"kind":"Timer","knd":1}""", "knd: unknown field; did you mean kind?")]
    [InlineData("""{"kind":"Timer","source":"Moon"}""", "source: 'Moon' is not one of Engine,")]
    [InlineData("""{"kind":"Timer","receiveTimeNs":999}""", "receiveTimeNs: 999 lies before 1000: time does not go")]
    [InlineData("""{"kind":"Timer","eventTimeNs":999}""", "eventTimeNs: 999 lies before 1000: time does not go back")]
    [InlineData("""{"kind":"Timer","receiveTimeNs":-1}""", "receiveTimeNs: -1 lies before 1000")]
    [InlineData("""{"kind":"Quote"}""", "instrument: is missing, and a Quote has one")]
    [InlineData("""{"kind":"Quote","instrument":"DOGE"}""", "instrument: 'DOGE' is not a configured symbol (BTC-USDT,")]
    [InlineData("""{"kind":"Quote","instrument":1}""", "instrument: 1 is not a configured symbol")]
    [InlineData("""{"kind":"Timer","body":null}""", "body: null is not an object")]
    [InlineData("""{"kind":"Timer","body":"00"}""", "body: '00' is not an object")]
    [InlineData("""{"kind":"Timer","body":{"due":1}}""", "body.due: unknown field")]
    [InlineData("""{"kind":"Timer","body":{"timerID":1}}""", "body.timerID: unknown field; did you mean timerId?")]
    [InlineData("""{"kind":"Timer","body":{"reserved0":0}}""", "body.reserved0: unknown field")]
    [InlineData("""{"kind":"Timer","body":{"timerId":1,"timerId":1}}""", "body.timerId: stands twice")]
    [InlineData("""{"kind":"Timer","body":{"timerId":4294967296}}""", "body.timerId: 4294967296 is not an")]
    [InlineData("""{"kind":"Timer","body":{"timerId":-1}}""", "body.timerId: -1 is not an integer from 0 to 42949")]
    [InlineData("""{"kind":"Timer","body":{"dueTimeNs":1.0}}""", "body.dueTimeNs: 1.0 is not an integer from -9223")]
    [InlineData("""{"kind":"Timer","body":{"dueTimeNs":1e3}}""", "body.dueTimeNs: 1e3 is not an integer")]
    [InlineData("""{"kind":"Timer","body":{"dueTimeNs":"1"}}""", "body.dueTimeNs: '1' is not an integer")]
    [InlineData("""{"kind":"Timer","body":{"dueTimeNs":9223372036854775808}}""", "body.dueTimeNs: 92233720368547758")]
    [InlineData("""{"kind":"Timer","body":{"purpose":"Fun"}}""", "body.purpose: 'Fun' is not one of None, Sess")]
    [InlineData("""{"kind":"Timer","body":{"purpose":1}}""", "body.purpose: 1 is not one of None, SessionRoll,")]
    [InlineData("""{"kind":"CancelRequest","body":{"clientRequestId":"g"}}""", "body.clientRequestId: 'g' is not a st")]
    [InlineData("""{"kind":"CancelRequest","body":{"clientRequestId":""}}""", "body.clientRequestId: '' is not a str")]
    [InlineData("""{"kind":"CancelRequest","body":{"clientRequestId":1}}""", "body.clientRequestId: 1 is not a strin")]
    [InlineData("""[]""", "is not a JSON object")]
    [InlineData("""{"kind":"Timer"} {}""", "is not JSON from byte 17 on")]
    [InlineData("""{"kind":"Timer",}""", "is not JSON from byte 16 on")]
    [InlineData("""kind""", "is not JSON from byte 0 on")]
    [InlineData("""{"kind":"\ud800"}""", "a text in it is not UTF-8")]
    public void A_bad_line_is_named_with_its_field_and_reason(string line, string fault)
    {
        Assert.Equal(EventLineStatus.Bad, Parse(line));

        Assert.StartsWith(fault, _parser.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_is_short_and_holds_nothing_that_a_terminal_acts_on()
    {
        var line = "{\"kind\":\"Quote\",\"instrument\":\"\u009b31m" + new string('x', 5000) + "\"}";

        Assert.Equal(EventLineStatus.Bad, Parse(line));

        Assert.DoesNotContain('\u009b', _parser.Fault);
        Assert.True(_parser.Fault.Length < 200, _parser.Fault);
    }

    [Fact]
    public void What_inspect_prints_of_a_config_is_the_configuration_that_a_reload_would_make_of_it()
    {
        var said = RunOf("""{ "risk": { "MaxPosition": 7 }, "order": { "price": 5 } }""") with
        {
            Seed = 99,
            Source = new SourceIdentity("sim", "", 0),
            Venue = "outside",
        };

        var status = Parse(Line(ConfigRecord(said)));

        Assert.True(status == EventLineStatus.Input, _parser.Fault);
        Assert.Equal((EventKind.Config, 7U), (_slot.Header.Kind, _slot.Header.FeedPosition));
        var expected = Run with { Risk = said.Risk, Order = said.Order };
        Assert.Equal(expected.ToJson(), _parser.Configuration!.ToJson());
    }

    [Theory]
    [InlineData("\"killSwitch\":false", "\"killSwitch\":0", "body.configuration.risk.killSwitch: The JSON value")]
    [InlineData("\"killSwitch\":false", "\"kilSwitch\":false", "body.configuration.risk.kilSwitch: The JSON property")]
    [InlineData("\"maxPosition\":5000", "\"maxPosition\":-1", "body.configuration: as a file would say it, risk.maxP")]
    [InlineData("\"strategies\":[{", "\"strategies\":[null,{", "body.configuration: an element of a list is null")]
    [InlineData("\"priceScale\":8", "\"priceScale\":7", "body.configuration: symbol 1 was TEST-USD (scales 8/8/8/8")]
    public void A_config_that_a_reload_would_refuse_is_a_bad_line(string said, string instead, string fault)
    {
        var line = Line(ConfigRecord(Run));

        Assert.Equal(EventLineStatus.Bad, Parse(line.Replace(said, instead, StringComparison.Ordinal)));

        Assert.StartsWith(fault, _parser.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mutated_config_line_is_a_fault_in_words_or_a_configuration()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var line = Encoding.UTF8.GetBytes(Line(ConfigRecord(Run)));
        for (var i = 0; i < 2_000; i++)
        {
            if (_parser.Parse(Mutated(line, random), 7, LastNs, ref _slot) == EventLineStatus.Bad)
                Assert.InRange(_parser.Fault.Length, 1, 1_000);
        }
    }

    [Fact]
    public void A_line_that_becomes_an_input_allocates_nothing()
    {
        var random = new RandomInput(seed: 1);
        byte[][] lines =
        [
            .. RandomInput.Kinds.Select(kind => Encoding.UTF8.GetBytes(Line(random.Next(kind, LastNs, 3)))),
        ];
        var before = 0L;
        for (var round = 0; round < 2; round++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var line in lines)
                _parser.Parse(line, 7, LastNs, ref _slot);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_mutated_line_is_a_coded_fault_or_an_input_that_reads_back_as_itself()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var records = new RandomInput(seed);
        var statuses = new HashSet<EventLineStatus>();
        for (var i = 0; i < 2_000; i++)
        {
            var kind = RandomInput.Kinds[random.Next(RandomInput.Kinds.Length)];
            var line = Mutated(Encoding.UTF8.GetBytes(Line(records.Next(kind, LastNs, Instruments.Length))), random);

            var status = _parser.Parse(line, 7, LastNs, ref _slot);

            statuses.Add(status);
            if (status == EventLineStatus.Input)
                AssertReadsBack($"seed {seed}: {Encoding.UTF8.GetString(line)}");
            if (status == EventLineStatus.Bad)
                Assert.NotEmpty(_parser.Fault);
        }

        Assert.Contains(EventLineStatus.Input, statuses);
        Assert.Contains(EventLineStatus.Bad, statuses);
    }

    private static RunConfiguration RunOf(string file)
    {
        var config = ConfigOf(file);
        return config.ToRunConfiguration(new SourceIdentity("events", "lines", 1), "stub", 1, config.Strategies);
    }

    private static TraderConfig ConfigOf(string file)
    {
        var nothing = new Dictionary<string, string>();
        return ConfigLoader.Parse("file", Encoding.UTF8.GetBytes(file), nothing, nothing).Config!;
    }

    private static ConfigLane Lane() => new(Run, ConfigOf("{}").SimVenue, new RecordOptions { WalDirectory = "wal" });

    private static byte[] ConfigRecord(RunConfiguration configuration)
    {
        var json = configuration.ToJson();
        var record = TestRecord.Input(EventKind.Config, new ConfigBody { JsonLength = (uint)json.Length }, json);
        RecordHeader.At(record).InstrumentId = 0;
        return record;
    }

    private static InstrumentConfig Named(string name) => new()
    {
        Name = name,
        Venue = "SIM",
        PriceScale = 2,
        QuantityScale = 3,
        NotionalScale = 8,
        FeeScale = 8,
    };

    private static string Line(byte[] record)
    {
        using var output = new MemoryStream();
        using (var json = new RecordJson(output, id => Instruments[(int)id - 1].Name))
            json.Write(record);
        return Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n');
    }

    /// <summary>What of the header an input keeps: the engine's and the log's own fields are blank.</summary>
    private static byte[] Expected(byte[] record)
    {
        var expected = record.ToArray();
        ref var header = ref RecordHeader.At(expected);
        header.TotalLength = 0;
        header.Sequence = header.CauseSequence = 0;
        header.FeedPosition = 7;
        return expected[..RecordHeader.SizeBytes];
    }

    private static byte[] Mutated(byte[] line, Random random)
    {
        var bytes = line.ToList();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            var length = random.Next(1, Math.Min(12, bytes.Count - at) + 1);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] = (byte)"\"\\{}[],:0-9eu"[random.Next(13)];
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }

            if (bytes.Count == 0)
                break;
        }

        return [.. bytes];
    }

    private EventLineStatus Parse(string line) => _parser.Parse(Encoding.UTF8.GetBytes(line), 7, LastNs, ref _slot);

    private byte[] HeaderBytes() => MemoryMarshal
        .AsBytes(MemoryMarshal.CreateSpan(ref _slot.Header, 1)).ToArray();

    private void AssertReadsBack(string context)
    {
        var (header, payload) = (HeaderBytes(), _slot.Payload.ToArray());
        byte[] record = [.. header, .. payload];

        Assert.True(Parse(Line(record)) == EventLineStatus.Input, $"{_parser.Fault}\n{context}");
        Assert.Equal(header, HeaderBytes());
        Assert.Equal(payload, _slot.Payload.ToArray());
    }
}
