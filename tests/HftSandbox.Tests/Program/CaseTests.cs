using System.Globalization;
using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Tests.Program;

/// <summary>The cases that the program this one replaces failed, run as a user would: with the real program, real files
/// and real kills.</summary>
public sealed class CaseTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Wal => _directory["wal"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_kill_in_mid_run_loses_nothing_that_was_reported_durable_and_recover_continues()
    {
        var promised = RecordAndKill(100_000);

        var found = Run("recover", Wal, "--json").Exited(0).Json;
        var next = Run("record", Wal, "--recover", "--order-count", "1000", "--json").Exited(0).Json;

        Assert.True(Number(found, "lastSequence") >= promised.DurableSequence);
        Assert.True(Number(next, "lastSequence") > Number(found, "lastSequence"));
        Run("verify", Wal, "--deep").Exited(0);
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(1_000_000)]
    public void Orders_back_to_back_are_all_recorded(int orders)
    {
        var result = Run("record", Wal, "--order-count", Text(orders), "--json").Exited(0).Json;
        var stats = Run("inspect", Wal, "--stats").Exited(0).Json.GetProperty("byKind");

        Assert.Equal((ulong)orders, Number(result, "orders"));
        Assert.Equal((ulong)orders, Number(stats, "OrderIntent"));
        Assert.Equal((ulong)orders, Number(stats, "RiskDecision"));
        Assert.Equal(0UL, Number(result, "hotPathAllocatedBytes"));
    }

    [Fact]
    public void Thirty_replays_give_the_digest_of_the_run()
    {
        var run = Run("record", Wal, "--order-count", "5000", "--json").Exited(0).Json;

        var replay = Run("replay", Wal, "--runs", "30", "--json").Exited(0);

        Assert.Equal(run.GetProperty("digest").GetString(), replay.Json.GetProperty("digest").GetString());
        Assert.Contains("30 runs, 30 times the same digest", replay.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_run_in_a_directory_continues_the_first_and_the_whole_replays()
    {
        var first = Run("record", Wal, "--order-count", "700", "--json").Exited(0).Json;

        var second = Run("record", Wal, "--order-count", "300", "--json").Exited(0).Json;

        Assert.True(Number(second, "lastSequence") > Number(first, "lastSequence"));
        Assert.Equal(1000UL, Number(Run("inspect", Wal, "--stats").Json.GetProperty("byKind"), "OrderIntent"));
        Assert.Equal(
            second.GetProperty("digest").GetString(),
            Run("replay", Wal, "--json").Exited(0).Json.GetProperty("digest").GetString());
    }

    [Fact]
    public void After_two_kills_positions_are_the_sum_of_everything_durable_and_ids_go_on()
    {
        RecordAndKill(20_000);
        RecordAndKill(60_000, "--recover");

        var found = Run("recover", Wal, "--json").Exited(0).Json;
        Run("record", Wal, "--recover", "--order-count", "50").Exited(0);

        Assert.Equal(SumOfFills(), found.GetProperty("positions")[0].GetProperty("qty").GetInt64());
        var ids = Records("OrderIntent").Select(intent => Number(intent.GetProperty("body"), "clOrdId")).ToArray();
        Assert.Equal(ids.Order().Distinct(), ids);
        Run("replay", Wal).Exited(0);
    }

    [Fact]
    public void A_missing_snapshot_is_rebuilt_from_the_log()
    {
        Run("record", Wal, "--order-count", "900").Exited(0);
        var before = Run("recover", Wal, "--json").Exited(0).Json.GetProperty("positions").GetRawText();
        foreach (var snapshot in Directory.GetFiles(Wal, "positions*.json"))
            File.Delete(snapshot);

        var after = Run("recover", Wal, "--json").Exited(0).Json.GetProperty("positions").GetRawText();
        Run("record", Wal, "--order-count", "1").Exited(0);

        Assert.Equal(before, after);
        Assert.True(File.Exists(Path.Join(Wal, "positions.json")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(63)]
    [InlineData(100)]
    [InlineData(5_000)]
    public void A_cut_unsynced_tail_is_recovered_to_the_last_whole_record(int bytes)
    {
        RecordAndKill(0, "--durability", "none");
        var segment = LogSurgery.SegmentFiles(Wal)[^1];
        using (var file = new FileStream(segment, FileMode.Open))
            file.SetLength(file.Length - bytes);

        var found = Run("recover", Wal, "--json").Exited(0);
        var recovered = Run("record", Wal, "--recover", "--order-count", "10").Exited(0);

        var verdict = found.Json.GetProperty("verdict").GetString();
        Assert.True(verdict is "clean" or "healable", verdict);
        if (verdict == "healable")
            Assert.Contains("discarded", recovered.Error, StringComparison.Ordinal);
        Run("verify", Wal, "--deep").Exited(0);
    }

    [Fact]
    public void A_cut_into_the_durable_part_is_refused_with_the_loss_and_nothing_is_changed()
    {
        Run("record", Wal, "--order-count", "5000").Exited(0);
        var segment = LogSurgery.SegmentFiles(Wal)[0];
        using (var file = new FileStream(segment, FileMode.Open))
            file.SetLength(file.Length / 2);
        var bytes = File.ReadAllBytes(segment);

        var refused = Run("record", Wal, "--recover").Exited(10);

        Assert.Contains(Path.GetFileName(segment), refused.Error, StringComparison.Ordinal);
        Assert.Matches("sequences? [0-9]+", refused.Error);
        Assert.Equal(bytes, File.ReadAllBytes(segment));
    }

    [Fact]
    public void An_absurd_length_field_is_corruption_at_its_offset()
    {
        Run("record", Wal, "--order-count", "5000").Exited(0);
        var segment = LogSurgery.SegmentFiles(Wal)[0];
        var bytes = File.ReadAllBytes(segment);
        var offset = LogSurgery.RecordsOf(bytes)[1000];
        LogSurgery.Put32(bytes, offset, 0xFFFFFFF0);
        File.WriteAllBytes(segment, bytes);

        var refused = Run("verify", Wal).Exited(10);

        Assert.Contains($"offset {offset}", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Removed_risk_decisions_break_the_chain()
    {
        Run("record", Wal, "--order-count", "100").Exited(0);
        var surgery = LogSurgery.Open(Wal);
        Assert.Equal(100, surgery.Remove(kind => kind == EventKind.RiskDecision));
        surgery.Save();

        Run("verify", Wal).Exited(11);
    }

    [Fact]
    public void A_forged_fill_with_genuine_checksums_diverges()
    {
        Run("record", Wal, "--order-count", "100").Exited(0);
        var surgery = LogSurgery.Open(Wal);
        var edited = surgery.Edit((kind, sequence, bytes, at) =>
        {
            const int execType = 132;
            const int lastPx = 80;
            var isFill = kind == EventKind.ExecutionReport && bytes[at + 64 + execType] == (byte)ExecType.Trade;
            if (!isFill || sequence < 100)
                return false;
            LogSurgery.Put64(bytes, at + 64 + lastPx, LogSurgery.U64(bytes, at + 64 + lastPx) + 1);
            return true;
        });
        surgery.Save();

        Assert.NotEqual(0, edited);
        Run("verify", Wal).Exited(0);
        var caught = Run("replay", Wal, "--json").Exited(12).Json;
        Assert.Equal("diverged", caught.GetProperty("verdict").GetString());
        Assert.Equal("lastPx", caught.GetProperty("divergence").GetProperty("field").GetString());
    }

    [Fact]
    public void Foreign_files_are_ignored_with_a_warning()
    {
        Run("record", Wal, "--order-count", "100").Exited(0);
        Run("record", _directory["other"], "--order-count", "100").Exited(0);
        var foreign = LogSurgery.SegmentFiles(_directory["other"])[0];
        var renamed = Path.GetFileName(foreign).Replace("0000000001", "0000000002", StringComparison.Ordinal);
        File.Copy(foreign, Path.Join(Wal, renamed));
        File.WriteAllText(Path.Join(Wal, "wal-backup-000009.wal"), "a backup of something");

        var verified = Run("verify", Wal, "--deep").Exited(0);
        Run("record", Wal, "--order-count", "10").Exited(0);

        Assert.Contains("wal-backup-000009.wal", verified.Error, StringComparison.Ordinal);
        Assert.Contains("0000000002", verified.Error, StringComparison.Ordinal);
        Run("verify", Wal, "--deep").Exited(0);
    }

    [Fact]
    public void A_kill_switch_by_reload_denies_the_next_order_and_stands_in_the_log()
    {
        var config = _directory.Write("config.json", """{ "risk": { "KillSwitch": false, "MaxPosition": 0 } }""");
        using var trader = TraderProcess.Start(
            _directory, "record", Wal, "--config", config, "--config-reload-interval", "20ms",
            "--order-interval", "1ms", "--progress", "json");
        trader.WaitForProgress(progress => progress.PublishedSequence > 100);
        _directory.Write("config.json", """{ "risk": { "KillSwitch": true, "MaxPosition": 0 } }""");
        trader.WaitForError("configuration reloaded");
        var reloaded = trader.LastProgress.PublishedSequence;
        trader.WaitForProgress(progress => progress.PublishedSequence > reloaded + 500);
        trader.End(ProcessSignal.Terminate).Exited(0);

        var change = Number(Records("Config").Single(), "sequence");
        foreach (var decision in Records("RiskDecision"))
        {
            var expected = Number(decision, "sequence") > change ? "KillSwitch" : "None";
            Assert.Equal(expected, decision.GetProperty("body").GetProperty("reason").GetString());
        }
    }

    [Fact]
    public void A_market_order_above_the_notional_limit_at_the_reference_is_denied_and_so_is_one_without_a_reference()
    {
        var config = _directory.Write("config.json", Market(maxOrderNotional: 199));
        var capture = _directory.Write("capture", """
            1000 {"stream":"x@bookTicker","data":{"u":1,"s":"X","b":"102","B":"1","a":"101","A":"1"}}
            2000 {"stream":"x@bookTicker","data":{"u":2,"s":"X","b":"100","B":"1","a":"100","A":"1"}}

            """);

        Run("record", Wal, "--config", config, "--source", "binance-ws", "--file", capture).Exited(0);

        Assert.Equal(["NoReferencePrice", "MaxOrderNotional"], Reasons());
    }

    [Fact]
    public void Resting_orders_count_in_the_worst_case_position()
    {
        var config = _directory.Write("config.json", """
            { "risk": { "MaxPosition": 5000 }, "order": { "qty": 10 }, "features": { "enableFills": false } }
            """);

        var result = Run("record", Wal, "--config", config, "--order-count", "1000", "--json").Exited(0).Json;

        Assert.Equal(500UL, Number(result.GetProperty("denied"), "MaxPosition"));
        string[] expected = [.. Enumerable.Repeat("None", 500), .. Enumerable.Repeat("MaxPosition", 500)];
        Assert.Equal(expected, Reasons());
    }

    [Fact]
    public void An_unknown_key_is_an_error_with_line_column_and_suggestion()
    {
        var config = _directory.Write("config.json", "{\n  \"risk\": { \"MaxOrderQtyy\": 5 }\n}");

        var refused = Run("record", Wal, "--config", config).Exited(3);

        Assert.Contains("config.json:2:13", refused.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean MaxOrderQty?", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Wal));
    }

    private static string Market(int maxOrderNotional) => $$"""
        { "registry": { "venues": [{ "name": "SIM" }], "symbols": [{ "name": "X", "venue": "SIM",
          "scale": { "PriceScale": 0, "QuantityScale": 0, "NotionalScale": 0, "FeeScale": 0 } }] },
          "risk": { "MaxOrderNotional": {{maxOrderNotional}}, "MaxPosition": 0 },
          "order": { "symbol": "X", "type": "Market", "qty": 2 } }
        """;

    private static ulong Number(JsonElement json, string name) => json.GetProperty(name).GetUInt64();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private TraderResult Run(params string[] arguments) => TraderProcess.Run(_directory, arguments);

    private IEnumerable<JsonElement> Records(string kind) => Run("inspect", Wal, "--json").Exited(0).JsonLines
        .Where(record => record.GetProperty("kind").GetString() == kind);

    private IEnumerable<string> Reasons() => Records("RiskDecision")
        .Select(decision => decision.GetProperty("body").GetProperty("reason").GetString()!);

    private long SumOfFills() => Records("ExecutionReport")
        .Select(report => report.GetProperty("body"))
        .Where(body => body.GetProperty("execType").GetString() == "Trade")
        .Sum(body => body.GetProperty("side").GetString() == "Buy"
            ? body.GetProperty("lastQty").GetInt64()
            : -body.GetProperty("lastQty").GetInt64());

    private TraderProgress RecordAndKill(ulong durable, params string[] more)
    {
        using var trader = TraderProcess.Start(_directory, ["record", Wal, "--progress", "json", .. more]);
        trader.WaitForProgress(progress => progress.DurableSequence >= durable && progress.PublishedSequence > 5_000);
        return trader.End(ProcessSignal.Kill).Exited(137).Progress[^1];
    }
}
