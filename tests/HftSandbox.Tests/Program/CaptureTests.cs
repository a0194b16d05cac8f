using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Text.Json;

namespace HftSandbox.Tests.Program;

/// <summary>The main job on real market data: a captured stream of six minutes is recorded, killed, recovered and
/// compared
/// with an independent reading of the file and with a run that was never killed.</summary>
public sealed class CaptureTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Every_line_of_the_capture_is_in_the_log_and_its_trades_add_up()
    {
        var file = SharedData.EthUsdt;
        Record("wal", file).WaitForExit().Exited(0);

        var records = Records("wal");
        var trades = records.Where(record => record.Kind == "Trade").Select(record => record.Body).ToArray();
        var (quotes, prints, depths, quantity, turnover) = ReadIndependently(file);
        var levelLines = records.Where(record => record.Kind == "BookLevel").Select(record => record.Position);

        Assert.Equal(quotes, records.Count(record => record.Kind == "Quote"));
        Assert.Equal(prints, trades.Length);
        Assert.Equal(depths, levelLines.Distinct().Count());
        Assert.Equal(quantity, Sum(trades, trade => Long(trade, "qty")));
        Assert.Equal(turnover, Sum(trades, trade => (BigInteger)Long(trade, "px") * Long(trade, "qty")));
        Assert.Contains(records, record => record.Kind == "PositionChanged");
        var replayed = Run("replay", _directory["wal"], "--runs", "3").Exited(0);
        Assert.Contains("3 times the same digest", replayed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_is_killed_and_recovered_ends_as_one_that_never_was()
    {
        var file = SharedData.EthUsdt;
        Record("whole", file).WaitForExit().Exited(0);
        using (var killed = Record("killed", file, "--speed", "100"))
        {
            killed.WaitForProgress(progress => progress.DurableSequence > 60_000);
            killed.End(ProcessSignal.Kill).Exited(137);
        }

        Record("killed", file, "--recover").WaitForExit().Exited(0);

        Assert.Equal(2, Records("killed").Count(record => record.Kind == "RunStarted"));
        Assert.Equal(
            RunContent.WithoutRuns(_directory, _directory["whole"]),
            RunContent.WithoutRuns(_directory, _directory["killed"]));
        Assert.Equal(
            RunContent.Positions(_directory, _directory["whole"]),
            RunContent.Positions(_directory, _directory["killed"]));
        Run("verify", _directory["killed"], "--deep").Exited(0);
    }

    private static BigInteger Sum(JsonElement[] bodies, Func<JsonElement, BigInteger> value) =>
        bodies.Aggregate(BigInteger.Zero, (sum, body) => sum + value(body));

    private static (int Quotes, int Trades, int Depths, BigInteger Quantity, BigInteger Turnover) ReadIndependently(
        string file)
    {
        int quotes = 0, trades = 0, depths = 0;
        BigInteger quantity = 0, turnover = 0;
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            if (!json.RootElement.TryGetProperty("stream", out var stream))
            {
                depths++;
                continue;
            }

            var name = stream.GetString()!;
            quotes += name.EndsWith("@bookTicker", StringComparison.Ordinal) ? 1 : 0;
            depths += name.Contains("@depth", StringComparison.Ordinal) ? 1 : 0;
            if (name.EndsWith("@trade", StringComparison.Ordinal))
            {
                var data = json.RootElement.GetProperty("data");
                var qty = Scaled(data.GetProperty("q").GetString()!);
                trades++;
                quantity += qty;
                turnover += qty * Scaled(data.GetProperty("p").GetString()!);
            }
        }

        return (quotes, trades, depths, quantity, turnover);
    }

    private static BigInteger Scaled(string text)
    {
        var parts = text.Split('.');
        return BigInteger.Parse(parts[0] + parts.ElementAtOrDefault(1)?.PadRight(8, '0'), CultureInfo.InvariantCulture);
    }

    private static long Long(JsonElement body, string name) => body.GetProperty(name).GetInt64();

    private TraderResult Run(params string[] arguments) => TraderProcess.Run(_directory, arguments);

    private TraderProcess Record(string wal, string file, params string[] more) => TraderProcess.Start(
        _directory,
        [
            "record", _directory[wal], "--source", "binance-ws", "--file", file,
            "--config", Path.Join(RepositoryRoot.Path, "testdata", "ethusdt.json"), "--progress", "json", .. more,
        ]);

    private List<(string Kind, uint Position, JsonElement Body)> Records(string wal) =>
    [
        .. Run("inspect", _directory[wal], "--json").Exited(0).JsonLines.Select(record => (
            record.GetProperty("kind").GetString()!,
            record.GetProperty("feedPosition").GetUInt32(),
            record.GetProperty("body"))),
    ];
}
