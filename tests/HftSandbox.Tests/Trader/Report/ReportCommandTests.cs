using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using HftSandbox.Tests.Program;

namespace HftSandbox.Tests.Trader.Report;

public sealed class ReportCommandTests(ReportedRuns runs) : IClassFixture<ReportedRuns>
{
    // Mantissas: AB-C pays 300 + 404 = 704 for 7. Selling 2 releases 2*(704 div 7) + 2*(704 mod 7) div 7 = 201, for
    // 206: 5, and 503 is left in 5. Selling 9 closes 5 for 510: 7, and opens -4 for 408. First in, first out: 206 - 200
    // and 510 - 504. Fees of 0.01 % in 0.0001, each rounded up: 3 + 5 + 3 + 10. Closing 4 at 1.005 pays 4.02: 0.06.
    // CD-C: 1,754 for 7, 2 release 501, for 506: 5, or 506 - 500 = 6. 1,253 is left in 5. Fees 8 + 11 + 6. At 2.505
    // the 5 are worth 12.525. Its equity falls furthest with the second buy: from 7.515 - 7.50 - 0.0008 to
    // 17.535 - 17.54 - 0.0019.
    [Theory]
    [InlineData("AB-C", "netQty", "-4")]
    [InlineData("AB-C", "avgPx", "1.02")]
    [InlineData("AB-C", "markPx", "1.005")]
    [InlineData("AB-C", "realized", "0.12")]
    [InlineData("AB-C", "realizedFifo", "0.12")]
    [InlineData("AB-C", "unrealized", "0.06")]
    [InlineData("AB-C", "fees", "0.0021")]
    [InlineData("AB-C", "equity", "0.1779")]
    [InlineData("CD-C", "netQty", "5")]
    [InlineData("CD-C", "avgPx", "2.506")]
    [InlineData("CD-C", "markPx", "2.505")]
    [InlineData("CD-C", "realized", "0.05")]
    [InlineData("CD-C", "realizedFifo", "0.06")]
    [InlineData("CD-C", "unrealized", "-0.005")]
    [InlineData("CD-C", "fees", "0.0025")]
    [InlineData("CD-C", "equity", "0.0425")]
    [InlineData("CD-C", "maxDrawdown", "0.0211")]
    public void Profit_and_loss_is_what_a_hand_computes(string symbol, string member, string expected)
    {
        var pnl = Instrument(symbol).GetProperty("pnl");

        Assert.Equal(expected, pnl.GetProperty(member).GetString());
    }

    [Theory]
    [InlineData("orders", "new", 8)]
    [InlineData("orders", "allowed", 7)]
    [InlineData("orders", "denied", 1)]
    [InlineData("orders", "withFillBps", 10000)]
    [InlineData("fills", "count", 7)]
    [InlineData("fills", "buys", 4)]
    [InlineData("fills", "sells", 3)]
    [InlineData("fills", "takers", 7)]
    [InlineData("denials", "MaxOrderQty", 1)]
    [InlineData("orderToFillNs", "max", 0)]
    public void What_happened_is_counted(string group, string member, long expected)
    {
        var total = runs.Json.GetProperty("total").GetProperty(group);

        Assert.Equal(expected, total.GetProperty(member).GetInt64());
    }

    [Theory]
    [InlineData("maxOrderQty", "AB-C", "9", "10", "9", 11111, 1, true)]
    [InlineData("maxOrderQty", "CD-C", "9", "4", "4", 4444, 0, false)]
    [InlineData("maxPosition", "AB-C", "7", "7", "7", 10000, 0, true)]
    [InlineData("orderRateLimit", null, "5", "1", "1", 2000, 0, false)]
    [InlineData("maxOrderNotional", "CD-C", "0", "10.04", "10.04", null, 0, false)]
    public void Every_limit_says_how_far_it_was_used(
        string limit, string? symbol, string value, string greatest, string allowed, int? usedBps, int denied,
        bool touched)
    {
        var row = runs.Json.GetProperty("limits").EnumerateArray().Single(row =>
            row.GetProperty("limit").GetString() == limit && row.GetProperty("symbol").GetString() == symbol
            && row.GetProperty("scope").GetString() == (symbol is null ? "global" : "symbol"));

        Assert.Equal(value, row.GetProperty("value").GetString());
        Assert.Equal(greatest, row.GetProperty("greatest").GetString());
        Assert.Equal(allowed, row.GetProperty("greatestAllowed").GetString());
        var used = usedBps?.ToString(CultureInfo.InvariantCulture) ?? "null";
        Assert.Equal(used, row.GetProperty("usedBps").GetRawText());
        Assert.Equal(denied, row.GetProperty("denied").GetInt64());
        Assert.Equal(touched, row.GetProperty("touched").GetBoolean());
    }

    [Fact]
    public void Runs_strategies_and_the_check_of_the_positions_are_there()
    {
        var json = runs.Json;

        Assert.Equal(8, json.GetProperty("runs").GetArrayLength());
        Assert.All(json.GetProperty("runs").EnumerateArray(), run =>
            Assert.Equal("OrderCount", run.GetProperty("stop").GetString()));
        Assert.Equal([1, 2], json.GetProperty("strategies").EnumerateArray()
            .Select(strategy => strategy.GetProperty("strategyId").GetInt32()));
        Assert.Equal(7, json.GetProperty("positionCheck").GetProperty("compared").GetInt64());
        Assert.Equal(0, json.GetProperty("positionCheck").GetProperty("differing").GetInt64());
        Assert.Equal(0UL, json.GetProperty("missing").GetUInt64());
    }

    [Fact]
    public void A_second_program_in_another_language_computes_every_number_again()
    {
        var directory = runs.Directory;
        directory.Write("records", runs.Trader("inspect", ReportedRuns.Wal, "--json").Output);
        directory.Write("report", runs.Json.GetRawText());
        directory.Write(
            "changed", runs.Json.GetRawText().Replace("\"0.0425\"", "\"0.0424\"", StringComparison.Ordinal));

        var judged = ReportJudge.Judge(directory, "records", "report");
        var changed = ReportJudge.Judge(directory, "records", "changed");

        Assert.Contains("7 fills: every number is the same", judged.Exited(0).Output, StringComparison.Ordinal);
        Assert.Contains(".pnl.equity", changed.Exited(1).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tables_fit_a_screen_of_120_columns()
    {
        var text = runs.Trader("report", ReportedRuns.Wal).Output;

        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 120));
        Assert.Contains("never touched", text, StringComparison.Ordinal);
        Assert.Contains("0.1779", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_is_well_formed_needs_nothing_else_and_is_not_overwritten_unasked()
    {
        var page = runs.Directory["report.html"];
        runs.Trader("report", ReportedRuns.Wal, "--html", page);
        var written = File.ReadAllText(page);

        var refused = TraderProcess.Run(runs.Directory, "report", ReportedRuns.Wal, "--html", page).Exited(2);
        runs.Trader("report", ReportedRuns.Wal, "--html", page, "--force");

        var names = XDocument.Parse(written).Descendants().ToArray();
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
        Assert.Equal(written, File.ReadAllText(page));
        Assert.Equal(10, names.Count(element => element.Name.LocalName == "svg"));
        Assert.DoesNotContain(names, element => element.Name.LocalName is "script" or "link" or "img" or "iframe");
        Assert.DoesNotContain("url(", written, StringComparison.Ordinal);
        Assert.Equal([page], Directory.GetFiles(runs.Directory.Path, "report.html*"));
    }

    [Fact]
    public void A_forged_fill_shows_in_the_positions()
    {
        using var forged = CopyOfStore();
        var log = LogSurgery.Open(forged.Path);
        var edited = 0;
        log.Edit((kind, _, bytes, at) =>
        {
            // LastPx of the first execution.
            if (kind != HftSandbox.Events.EventKind.ExecutionReport || bytes[at + 64 + 132] != 3 || edited > 0)
                return false;
            bytes[at + 64 + 80]++;
            edited++;
            return true;
        });
        log.Save();

        var found = TraderProcess.Run(forged, "report", ".").Exited(12);

        Assert.Contains("the fills of AB-C make 3 at 1.01, realised 0, fees 0.0003, the log says 3 at 1,", found.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_crashed_store_is_reported_up_to_its_end()
    {
        using var crashed = CopyOfStore();
        var last = LogSurgery.SegmentFiles(crashed.Path)[^1];
        var bytes = File.ReadAllBytes(last);
        var records = LogSurgery.RecordsOf(bytes);
        File.WriteAllBytes(last, bytes[..(records[1] + 20)]);

        var json = TraderProcess.Run(crashed, "report", ".", "--json").Exited(0).Json;

        Assert.Equal("None", json.GetProperty("runs")[7].GetProperty("stop").GetString());
        Assert.Equal(6, json.GetProperty("total").GetProperty("fills").GetProperty("count").GetInt64());
    }

    [Fact]
    public void An_empty_directory_is_an_empty_report()
    {
        using var empty = new TempDirectory();

        var json = TraderProcess.Run(empty, "report", ".", "--json").Exited(0).Json;
        var page = TraderProcess.Run(empty, "report", ".", "--html", "page.html").Exited(0);

        Assert.Equal(0UL, json.GetProperty("events").GetUInt64());
        Assert.Equal(0, json.GetProperty("instruments").GetArrayLength());
        Assert.DoesNotContain("E+", page.Output, StringComparison.Ordinal);
        Assert.NotNull(XDocument.Load(empty["page.html"]));
    }

    [Fact]
    public void A_retired_store_is_counted_from_the_oldest_position_that_is_kept()
    {
        using var directory = new TempDirectory();
        var config = directory.Write("config.json", """{ "risk": { "MaxPosition": 0, "MaxOrderNotional": 0 } }""");
        TraderProcess.Run(
            directory, "record", "wal", "--config", config, "--order-count", "20000", "--segment-bytes", "256KiB",
            "--retain", "1MiB", "--snapshot-interval", "20ms").Exited(0);

        var json = TraderProcess.Run(directory, "report", "wal", "--json").Exited(0).Json;
        var text = TraderProcess.Run(directory, "report", "wal").Exited(0).Output;

        var position = TraderProcess.Run(directory, "recover", "wal", "--json").Exited(0).Json
            .GetProperty("positions")[0];
        var pnl = json.GetProperty("instruments")[0].GetProperty("pnl");
        var anchored = pnl.GetProperty("anchoredAt").GetUInt64();
        var first = json.GetProperty("firstSequence").GetUInt64();
        Assert.InRange(anchored, first, json.GetProperty("lastSequence").GetUInt64());
        Assert.Equal(first - 1, json.GetProperty("missing").GetUInt64());
        Assert.True(json.GetProperty("missing").GetUInt64() > 0);
        Assert.True(json.GetProperty("positionCheck").GetProperty("compared").GetInt64() > 100);
        Assert.Equal(position.GetProperty("avgPx").GetString(), pnl.GetProperty("avgPx").GetString());
        Assert.Equal(position.GetProperty("realizedPnl").GetString(), pnl.GetProperty("realized").GetString());
        Assert.Equal(position.GetProperty("fees").GetString(), pnl.GetProperty("fees").GetString());
        Assert.Contains($"the PositionChanged at TEST-USD {anchored}", text, StringComparison.Ordinal);
    }

    private JsonElement Instrument(string symbol) => runs.Json.GetProperty("instruments")
        .EnumerateArray().Single(instrument => instrument.GetProperty("symbol").GetString() == symbol);

    /// <summary>Without the snapshots, which would know how far the log was durable.</summary>
    private TempDirectory CopyOfStore()
    {
        var copy = new TempDirectory();
        foreach (var file in LogSurgery.SegmentFiles(runs.Directory[ReportedRuns.Wal]))
            File.Copy(file, copy[Path.GetFileName(file)]);
        return copy;
    }
}
