using HftSandbox.Tests.Trader.Report;

namespace HftSandbox.Tests.Program;

/// <summary>The market maker over a capture of real market data, filled by the simulated venue.</summary>
public sealed class MarketMakerTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Its_run_is_the_same_every_time_keeps_the_laws_and_every_number_of_its_report_is_computed_again()
    {
        var first = Record("first");
        var second = Record("second");
        Run("verify", _directory["first"], "--deep");
        _directory.Write("records", Run("inspect", _directory["first"], "--json").Output);
        var report = Run("report", _directory["first"], "--json");
        _directory.Write("report", report.Output);

        var judged = ReportJudge.Judge(_directory, "records", "report");

        Assert.Equal(first.Json.GetProperty("digest").GetString(), second.Json.GetProperty("digest").GetString());
        Assert.Contains("every number is the same", judged.Exited(0).Output);
        Assert.True(first.Json.GetProperty("fills").GetInt64() > 100);
        Assert.Equal(0, first.Json.GetProperty("hotPathAllocatedBytes").GetInt64());
    }

    private TraderResult Record(string store) => Run(
        "record", _directory[store], "--source", "binance-ws", "--file", SharedData.EthUsdt, "--venue", "sim",
        "--strategy", "market-maker", "--config", RepositoryRoot.File("testdata", "ethusdt.json"), "--json");

    private TraderResult Run(params string[] arguments) => TraderProcess.Run(_directory, arguments).Exited(0);
}
