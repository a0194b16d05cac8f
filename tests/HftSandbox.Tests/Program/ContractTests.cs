using System.Text.Json;

namespace HftSandbox.Tests.Program;

/// <summary>What other programs and people's fingers rely on: flags, exit codes, one clear line, clean stops.</summary>
public sealed class ContractTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Wal => _directory["wal"];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("--wal-dir", "here", "--order-count", "3")]
    [InlineData("-wal-dir", "here", "-order-count", "3")]
    [InlineData("--wal-dir=here", "--order-count=3", "--recover=false")]
    [InlineData("-wal-dir=here", "-order-count=3", "-recover", "-order-interval=20us")]
    public void Root_flags_record_in_every_spelling(params string[] arguments)
    {
        Run([.. arguments, "--json"]).Exited(0);

        var stats = Run("inspect", "here", "--stats").Exited(0).Json;
        Assert.Equal(3UL, Number(stats.GetProperty("byKind"), "OrderIntent"));
        Assert.True(File.Exists(_directory["here/positions.json"]));
    }

    [Fact]
    public void Root_with_replay_dir_replays_and_compares_with_the_snapshot()
    {
        Run("record", Wal, "--order-count", "200").Exited(0);

        var replayed = Run("-replay-dir", Wal, "-replay-verify-snapshot=true", "--json").Exited(0).Json;

        Assert.Equal("clean", replayed.GetProperty("verdict").GetString());
    }

    [Fact]
    public void Without_arguments_there_is_a_short_help()
    {
        var help = Run().Exited(0);

        Assert.Contains("trader demo", help.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2>&-", "trader: standard error is closed; redirect it instead, with 2>/dev/null\n", "")]
    [InlineData(">&-", "", "trader: standard output is closed; redirect it instead, with >/dev/null\n")]
    [InlineData(">&- 2>&-", "", "")]
    public void A_program_without_a_stream_to_write_to_does_not_begin(string closed, string output, string errors)
    {
        var record = TraderProcess.CommandLine("record", Wal, "--order-count", "3");
        string[] shell = ["-c", $"exec \"$@\" {closed}", "sh", .. record];
        using var trader = TraderProcess.StartCommand(_directory, new Dictionary<string, string>(), "/bin/sh", shell);

        var refused = trader.WaitForExit().Exited(2);

        Assert.Equal((output, errors), (refused.Output, refused.Error));
        Assert.False(Directory.Exists(Wal));
    }

    /// <summary>A log file on a full disk: the run stops cleanly, and the exit code still tells.</summary>
    [Theory]
    [InlineData(2, "--no-such-flag")]
    [InlineData(5, "--progress", "json")]
    public void A_standard_error_that_takes_nothing_does_not_abort(int code, params string[] arguments)
    {
        var record = TraderProcess.CommandLine(["record", Wal, "--order-count", "1000000", .. arguments]);
        string[] shell = ["-c", "exec \"$@\" 2> /dev/full", "sh", .. record];
        using var trader = TraderProcess.StartCommand(_directory, new Dictionary<string, string>(), "/bin/sh", shell);

        trader.WaitForExit().Exited(code);

        Run("record", Wal, "--order-count", "3").Exited(0);
    }

    [Theory]
    [InlineData(2, "record", "--no-such-flag")]
    [InlineData(2, "record", "w", "--order-interval", "5 parsecs")]
    [InlineData(2, "record", "w", "--durability", "sometimes")]
    [InlineData(2, "record", "w", "--segment-bytes", "many")]
    [InlineData(2, "record", "w", "--source", "telepathy")]
    [InlineData(2, "record", "w", "--source", "binance-ws")]
    [InlineData(2, "record", "w", "--recover", "--flat")]
    [InlineData(2, "record", "w", "--strategy", "nonsense")]
    [InlineData(2, "-recover-no-checksum=true", "-wal-dir", "w")]
    [InlineData(2, "-replay-no-checksum", "-replay-dir", "w")]
    [InlineData(2, "replay")]
    [InlineData(3, "config", "check", "broken.json")]
    [InlineData(3, "record", "w", "--config", "broken.json")]
    [InlineData(5, "config", "check", "missing.json")]
    [InlineData(5, "record", "w", "--config", "missing.json")]
    [InlineData(5, "record", "w", "--source", "binance-ws", "--file", "missing.gz")]
    [InlineData(5, "replay", "missing")]
    [InlineData(5, "verify", "missing")]
    [InlineData(5, "inspect", "missing")]
    [InlineData(5, "recover", "missing")]
    [InlineData(5, "report", "missing")]
    public void Bad_input_is_one_clear_line_with_its_exit_code_and_leaves_nothing_behind(
        int code, params string[] arguments)
    {
        _directory.Write("broken.json", "{ \"risk\": ");

        var refused = Run(arguments).Exited(code);

        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
        Assert.NotEqual("", refused.Error + refused.Output);
        Assert.False(Directory.Exists(_directory["w"]));
    }

    [Theory]
    [InlineData(ProcessSignal.Interrupt)]
    [InlineData(ProcessSignal.Terminate)]
    public void A_signal_stops_cleanly_and_the_next_run_needs_no_recovery(ProcessSignal signal)
    {
        using var trader = TraderProcess.Start(_directory, "record", Wal, "--progress", "json", "--json");
        trader.WaitForProgress(progress => progress.DurableSequence > 1000);

        var stopped = trader.End(signal).Exited(0);

        Assert.Equal(Number(stopped.Json, "lastSequence"), Number(stopped.Json, "durableSequence"));
        Run("record", Wal, "--order-count", "1").Exited(0);
        Run("verify", Wal, "--deep").Exited(0);
    }

    [Fact]
    public void A_second_daemon_is_locked_out()
    {
        using var trader = StartSlowly();
        trader.WaitForProgress(progress => progress.PublishedSequence > 3);

        var refused = Run("record", Wal).Exited(6);

        Assert.Contains(Wal, refused.Error, StringComparison.Ordinal);
        trader.End(ProcessSignal.Terminate).Exited(0);
    }

    [Fact]
    public void A_store_being_written_can_be_read()
    {
        using var trader = StartSlowly();
        trader.WaitForProgress(progress => progress.DurableSequence > 50);

        Run("inspect", Wal, "--stats").Exited(0);
        Run("verify", Wal, "--deep").Exited(0);

        trader.End(ProcessSignal.Terminate).Exited(0);
    }

    [Fact]
    public void An_unclean_store_is_refused_until_recover_or_flat_is_given()
    {
        Kill();

        Run("record", Wal).Exited(7);
        Run("record", Wal, "--flat", "--order-count", "5").Exited(0);

        var found = Run("recover", Wal, "--json").Exited(0).Json;
        Assert.Equal(50, found.GetProperty("positions")[0].GetProperty("qty").GetInt64());
        Run("verify", Wal, "--deep").Exited(0);
    }

    [Fact]
    public void A_snapshot_that_is_named_must_be_usable_and_one_that_is_missing_is_noted()
    {
        Run("record", Wal, "--order-count", "5").Exited(0);
        var damaged = _directory.Write("damaged.json", "{}");

        Run("record", Wal, "--recover-snapshot", damaged, "--order-count", "1").Exited(5);
        Run("record", Wal, "--recover-snapshot", _directory["missing.json"], "--order-count", "1").Exited(5);
        var good = Path.Join(Wal, "positions.json");
        Run("record", Wal, "--recover-snapshot", good, "--order-count", "1").Exited(0);

        File.Delete(good);
        foreach (var older in Directory.GetFiles(Wal, "positions.*.json"))
            File.Delete(older);
        Assert.Contains("no snapshot to compare with", Run("replay", Wal).Exited(0).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Changed_scales_are_refused_with_exit_3()
    {
        Run("record", Wal, "--order-count", "5").Exited(0);
        var config = _directory.Write("config.json", """
            { "registry": { "venues": [{ "name": "SIM" }], "symbols": [{ "name": "TEST-USD", "venue": "SIM",
              "scale": { "PriceScale": 2, "QuantityScale": 8, "NotionalScale": 8, "FeeScale": 8 } }] } }
            """);

        var refused = Run("record", Wal, "--config", config).Exited(3);

        Assert.Contains("TEST-USD", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_malformed_line_stops_the_run_cleanly_with_exit_5_and_its_number()
    {
        var capture = _directory.Write("capture", """
            1000 {"stream":"x@bookTicker","data":{"u":1,"s":"TEST-USD","b":"1","B":"1","a":"2","A":"1"}}
            2000 {"stream":"x@bookTicker","data":{"u":2,"s":"TEST-USD","b":"1","B":"1","a":"2",
            3000 {"stream":"x@bookTicker","data":{"u":3,"s":"TEST-USD","b":"1","B":"1","a":"2","A":"1"}}

            """);

        var stopped = Run("record", Wal, "--source", "binance-ws", "--file", capture).Exited(5);
        var tolerant = Run(
            "record", _directory["w2"], "--source", "binance-ws", "--file", capture, "--max-bad-lines", "1");

        Assert.Contains("capture:2", stopped.Error, StringComparison.Ordinal);
        Assert.Equal(1UL, Number(Run("inspect", Wal, "--stats").Json.GetProperty("byKind"), "Quote"));
        Run("verify", Wal, "--deep").Exited(0);
        tolerant.Exited(0);
        Assert.Equal(2UL, Number(Run("inspect", _directory["w2"], "--stats").Json.GetProperty("byKind"), "Quote"));
    }

    [Fact]
    public void Small_segments_roll_and_the_whole_verifies()
    {
        var result = Run("record", Wal, "--order-count", "20000", "--segment-bytes", "256KiB", "--json").Exited(0).Json;

        var stats = Run("inspect", Wal, "--stats").Exited(0).Json;
        var verified = Run("verify", Wal, "--deep", "--json").Exited(0).Json;

        Assert.True(Number(stats, "segments") > 10);
        Assert.Equal(Number(result, "lastSequence"), Number(verified, "lastSequence"));
        Assert.Equal(result.GetProperty("digest").GetString(), verified.GetProperty("digest").GetString());
    }

    private static ulong Number(JsonElement json, string name) => json.GetProperty(name).GetUInt64();

    private TraderResult Run(params string[] arguments) => TraderProcess.Run(_directory, arguments);

    private TraderProcess StartSlowly() =>
        TraderProcess.Start(_directory, "record", Wal, "--progress", "json", "--order-interval", "1ms");

    private void Kill()
    {
        using var trader = TraderProcess.Start(_directory, "record", Wal, "--progress", "json");
        trader.WaitForProgress(progress => progress.DurableSequence > 1000);
        trader.End(ProcessSignal.Kill).Exited(137);
    }
}
