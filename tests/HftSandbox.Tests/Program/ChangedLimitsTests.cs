using System.Globalization;
using System.Text;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Trader.Config;

namespace HftSandbox.Tests.Program;

/// <summary>Limits that change within a source: a Config of a file of events or of another log takes effect at its
/// place.</summary>
public sealed class ChangedLimitsTests : IDisposable
{
    private const int LotsOfAnOrder = 1_000;

    private static readonly string ConfigPath = RepositoryRoot.File("config.json");

    private readonly TempDirectory _directory = new();
    private readonly RunConfiguration _base = Base();
    private int _lines;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_config_line_takes_effect_at_its_place_and_the_run_replays_to_its_digest()
    {
        WriteLines();

        var run = Record("wal", "events", "lines", "--json").Exited(0).Json;

        Assert.Equal(["None", "MaxOrderQty", "KillSwitch", "None", "MaxPosition", "None"], Reasons("wal"));
        Assert.Equal(0, run.GetProperty("hotPathAllocatedBytes").GetInt64());
        var replayed = Run("replay", "wal", "--json").Exited(0).Json;
        Assert.Equal(run.GetProperty("digest").GetString(), replayed.GetProperty("digest").GetString());
        Run("verify", "wal", "--deep").Exited(0);
    }

    [Theory]
    [InlineData("events", "again")]
    [InlineData("wal", "first")]
    public void What_was_recorded_gives_the_same_decisions_as_lines_and_as_a_log(string source, string file)
    {
        WriteLines();
        Record("first", "events", "lines").Exited(0);
        _directory.Write("again", Run("inspect", "first", "--json").Exited(0).Output);

        Record("second", source, file).Exited(0);

        Assert.Equal(ContentOf("first"), ContentOf("second"));
        var kinds = Run("inspect", "second", "--stats").Exited(0).Json.GetProperty("byKind");
        Assert.Equal(5, kinds.GetProperty("Config").GetInt32());
    }

    /// <summary>What a kill leaves is the log up to some record: every one that follows an input, or only those that
    /// follow a Config, so that the restart completes what follows from it and goes on behind it.</summary>
    [Theory]
    [InlineData("events", "lines", false)]
    [InlineData("wal", "first", true)]
    public void Killed_at_any_input_and_recovered_it_ends_as_one_that_never_was(
        string source, string file, bool onlyConfigs)
    {
        WriteLines();
        Record("first", "events", "lines").Exited(0);
        Record("whole", source, file, "--durability", "none").Exited(0);
        var whole = RunContent.WithoutRuns(_directory, "whole");
        var segment = File.ReadAllBytes(LogSurgery.SegmentFiles(_directory["whole"]).Single());
        var inputs = LogSurgery.RecordsOf(segment)
            .Where(at => IsInput(segment, at) && (!onlyConfigs || KindOf(segment, at) == EventKind.Config));
        int[] ends = [.. inputs.Select(at => at + (int)LogSurgery.U32(segment, at))];

        foreach (var end in ends)
        {
            var cut = Cut(segment, end);
            Record(cut, source, file, "--recover").Exited(0);
            Assert.Equal(whole, RunContent.WithoutRuns(_directory, cut));
        }

        Assert.Equal(onlyConfigs ? 5 : _lines + 2, ends.Length);
    }

    /// <summary>The run takes its limits from its file while it goes on; what is recorded of it brings them
    /// along.</summary>
    [Theory]
    [InlineData("events", "printed")]
    [InlineData("wal", "first")]
    public void A_log_with_reloads_gives_the_orders_and_denials_of_its_run(string source, string file)
    {
        string[] paced = ["--config", "limits.json", "--order-interval", "1ms"];
        var config = File.ReadAllText(ConfigPath);
        _directory.Write("limits.json", config);
        string[] sim =
            ["record", "first", "--config-reload-interval", "20ms", "--for", "30s", "--progress", "json", .. paced];
        using (var recording = TraderProcess.Start(_directory, sim))
        {
            recording.WaitForProgress(progress => progress.DurableSequence > 200);
            _directory.Write("limits.json", config.Replace(
                "\"maxOrderQty\": \"2\"", "\"maxOrderQty\": \"0.001\"", StringComparison.Ordinal));
            recording.WaitForError("configuration reloaded");
            var reloaded = recording.LastProgress.PublishedSequence;
            recording.WaitForProgress(progress => progress.DurableSequence > reloaded + 200);
            recording.End(ProcessSignal.Interrupt).Exited(0);
        }

        _directory.Write("limits.json", config);
        _directory.Write("printed", Run("inspect", "first", "--json").Exited(0).Output);

        Run(["record", "second", "--source", source, "--file", file, .. paced]).Exited(0);

        Assert.Equal(ContentOf("first"), ContentOf("second"));
        Assert.Contains("MaxOrderQty", Reasons("second"));
        Assert.Contains("None", Reasons("second"));
    }

    [Fact]
    public void A_config_line_that_a_reload_would_refuse_ends_the_run_before_it_and_says_what_is_wrong()
    {
        var negative = _base with { Risk = _base.Risk with { Limits = _base.Risk.Limits with { MaxPosition = -1 } } };
        var renamed = _base with { Instruments = [_base.Instruments[0] with { PriceScale = 3 }] };
        _directory.Write("negative", Line("Trade", """{"px":6000000,"qty":1}""") + ConfigLine(negative));
        _directory.Write("renamed", ConfigLine(renamed with
        {
            Strategies = [],
            Order = _base.Order with { Symbol = "BTC-USDT" },
        }));

        var refused = Record("a", "events", "negative").Exited(5);
        var changed = Record("b", "events", "renamed").Exited(5);

        Assert.Contains(
            "negative:2: body.configuration: as a file would say it, risk.maxPosition: is negative", refused.Error);
        Assert.Contains("symbol 1 was BTC-USDT (scales 2/5/8/8, multiplier 1) in this store and would", changed.Error);
        Assert.Contains("a store keeps its symbols and scales", changed.Error);
        Run("verify", "a", "--deep").Exited(0);
    }

    [Fact]
    public void What_the_command_line_says_stays_whatever_a_config_line_says()
    {
        _directory.Write("lines", ConfigLine(_base with
        {
            Seed = 77,
            Venue = "outside",
            Strategies = [new StrategyConfig("template", "BTC-USDT")],
        }) + Line("Trade", """{"px":6000000,"qty":1}"""));

        Record("wal", "events", "lines", "--seed", "5").Exited(0);

        var said = Run("inspect", "wal", "--json").Exited(0).JsonLines
            .Single(line => line.GetProperty("kind").GetString() == "Config").GetProperty("body");
        var configuration = RunConfiguration.FromJson(
            Encoding.UTF8.GetBytes(said.GetProperty("configuration").GetRawText()));
        Assert.Equal((5UL, "stub", "events"), (configuration.Seed, configuration.Venue, configuration.Source.Kind));
        Assert.Empty(configuration.Strategies);
        Assert.Empty(Reasons("wal"));
    }

    [Fact]
    public void A_resumed_run_says_that_it_does_not_use_another_config_and_from_start_uses_it()
    {
        WriteLines();
        Record("wal", "events", "lines").Exited(0);
        var other = _directory.Write("other.json", File.ReadAllText(ConfigPath).Replace(
            "\"maxOrderQty\": \"2\"", "\"maxOrderQty\": \"0.001\"", StringComparison.Ordinal));

        var resumed = Record("wal", "events", "lines", "--config", other).Exited(0);
        var anew = Record("wal", "events", "lines", "--config", other, "--from-start").Exited(0);

        Assert.Contains("lines: goes on with the configuration that was in force", resumed.Error);
        Assert.DoesNotContain("goes on with the configuration", anew.Error, StringComparison.Ordinal);
        Assert.Equal("MaxOrderQty", Reasons("wal")[6]);
    }

    [Fact]
    public void A_kill_switch_that_was_set_before_a_resumed_run_holds()
    {
        _directory.Write("lines", Order());
        Record("wal", "events", "lines", "--durability", "none").Exited(0);
        var segment = File.ReadAllBytes(LogSurgery.SegmentFiles(_directory["wal"]).Single());
        var started = LogSurgery.RecordsOf(segment).First();
        Directory.Move(_directory["wal"], _directory["whole"]);
        var cut = Cut(segment, started + (int)LogSurgery.U32(segment, started));
        var killed = _directory.Write("killed.json", File.ReadAllText(ConfigPath).Replace(
            "\"KillSwitch\": false", "\"KillSwitch\": true", StringComparison.Ordinal));

        Record(cut, "events", "lines", "--recover", "--config", killed).Exited(0);

        Assert.Equal(["KillSwitch"], Reasons(cut));
    }

    private static bool IsInput(byte[] segment, int at) =>
        LogSurgery.U16(segment, at + 8) < 0x7F00 && (segment[at + 11] & (byte)RecordFlags.Input) != 0;

    private static EventKind KindOf(byte[] segment, int at) => (EventKind)LogSurgery.U16(segment, at + 8);

    private static RunConfiguration Base()
    {
        var config = ConfigLoader.Load(
            ConfigPath, new Dictionary<string, string>(), new Dictionary<string, string>()).Config!;
        return config.ToRunConfiguration(new SourceIdentity("sim", "", 0), "stub", 1, []);
    }

    /// <summary>Orders between which the limits become tighter, kill, come back, and become tighter again.</summary>
    private void WriteLines()
    {
        var symbol = _base.Instruments[0];
        var small = WithLimits(symbol.Limits! with { MaxOrderQty = LotsOfAnOrder - 1 });
        var resting = _base with { Features = new FeaturesConfig(EnableOrderFlow: true, EnableFills: false) };
        string[] lines =
        [
            Line("Quote", """{"bidPx":5999900,"bidQty":150000,"askPx":6000100,"askQty":90000}"""),
            Order(),
            ConfigLine(small),
            Order(),
            ConfigLine(_base with { Risk = _base.Risk with { KillSwitch = true } }),
            Order(),
            ConfigLine(WithLimits(symbol.Limits! with { MaxPosition = 2 * LotsOfAnOrder })),
            Order(),
            Order(),
            ConfigLine(resting),
            Order(),
            ConfigLine(resting with { Risk = _base.Risk with { KillSwitch = true } }),
            Line("Trade", """{"px":6000000,"qty":1}"""),
        ];
        _lines = lines.Length;
        _directory.Write("lines", string.Concat(lines));
    }

    private RunConfiguration WithLimits(LimitsConfig limits) =>
        _base with { Instruments = [_base.Instruments[0] with { Limits = limits }, .. _base.Instruments[1..]] };

    private static string Order() => Line("OrderRequest", $$"""
        {"px":6000000,"qty":{{LotsOfAnOrder}},"strategyId":1,"side":"Buy","ordType":"Limit","timeInForce":"Gtc"}
        """);

    private static string Line(string kind, string body) =>
        $$"""{"kind":"{{kind}}","instrument":"BTC-USDT","body":{{body}}}""" + "\n";

    private static string ConfigLine(RunConfiguration configuration)
    {
        var json = Encoding.UTF8.GetString(configuration.ToJson());
        return $$$"""{"kind":"Config","body":{"configuration":{{{json}}}}}""" + "\n";
    }

    private string Cut(byte[] segment, int end)
    {
        var name = end.ToString(CultureInfo.InvariantCulture);
        Directory.CreateDirectory(_directory[name]);
        var file = Path.GetFileName(LogSurgery.SegmentFiles(_directory["whole"]).Single());
        File.WriteAllBytes(Path.Join(_directory[name], file), segment[..end]);
        return name;
    }

    private TraderResult Record(string wal, string source, string file, params string[] more)
    {
        string[] config = more.Contains("--config") ? [] : ["--config", ConfigPath];
        return Run(
            ["record", wal, "--source", source, "--file", file, "--strategy", "none", .. config, .. more]);
    }

    private TraderResult Run(params string[] arguments) => TraderProcess.Run(_directory, arguments);

    private string[] Reasons(string wal) =>
    [
        .. Run("inspect", wal, "--json").Exited(0).JsonLines
            .Where(line => line.GetProperty("kind").GetString() == "RiskDecision")
            .Select(line => line.GetProperty("body").GetProperty("reason").GetString()!),
    ];

    /// <summary>Without the configurations themselves: they name the file that each run reads.</summary>
    private List<string> ContentOf(string wal) =>
    [
        .. RunContent.WithoutRuns(_directory, wal, withPositions: false)
            .Where(record => !record.Contains("\"Config\"", StringComparison.Ordinal)),
    ];
}
