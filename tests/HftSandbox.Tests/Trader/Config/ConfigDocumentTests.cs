using System.Text;
using HftSandbox.Core.Configuration;
using HftSandbox.Trader.Config;

namespace HftSandbox.Tests.Trader.Config;

/// <summary>A run's configuration is written as the file that says it, so that reading that file is the
/// check.</summary>
public class ConfigDocumentTests
{
    private const string EveryKey = """
        {
          "registry": {
            "venues": [{ "name": "A" }, { "name": "B" }],
            "symbols": [
              { "name": "BTC-USDT", "venue": "B", "quote": "USDT", "multiplier": 3, "allowNegativePrice": true,
                "scale": { "PriceScale": 2, "QuantityScale": 5, "NotionalScale": 6, "FeeScale": 7 },
                "tickSize": 5, "lotSize": 20, "minQty": 40, "minNotional": 7,
                "makerFeeBps": "-0.0125", "takerFeeBps": "7.5" },
              { "name": "ETH/USD", "venue": "A" }
            ]
          },
          "risk": {
            "version": 9, "KillSwitch": true, "orderRateLimit": 11, "orderRateWindow": "3s", "referenceMaxAge": "5s",
            "maxPriceDeviationBps": 12, "MaxOrderQty": 13, "MaxOrderNotional": 14, "MaxPosition": 15, "maxRepeats": 16,
            "maxOpenOrders": 17, "maxGrossExposure": 18, "maxDailyLoss": 19, "sessionRollUtc": "23:59:58",
            "symbols": { "ETH/USD": { "maxOrderQty": 0, "maxPosition": 21, "orderRateLimit": 22, "maxDailyLoss": 23 } },
            "strategies": { "grid": { "maxOpenOrders": 24, "maxGrossExposure": 25, "maxRepeats": 26 } }
          },
          "order": { "orderId": 2002, "strategyId": 7, "symbol": "ETH/USD", "side": "Sell", "type": "Market",
            "timeInForce": "FOK", "price": -3, "qty": 31 },
          "features": { "enableOrderFlow": false, "enableFills": false },
          "strategies": [{ "name": "grid", "symbol": "BTC-USDT", "params": { "levels": 3 } }, { "name": "template" },
            { "name": "grid", "symbol": "ETH/USD" }],
          "venue": { "entryHistogram": [{ "latency": "1ms", "weight": 9 }, { "latency": "20ms" }],
            "responseLatency": "4us", "queue": "proportional", "stp": "none" }
        }
        """;

    public static TheoryData<string> Files =>
    [
        EveryKey,
        "{}",
        """{ "strategies": [] }""",
        File.ReadAllText(RepositoryRoot.File("config.json")),
        File.ReadAllText(RepositoryRoot.File("testdata", "original.json")),
        File.ReadAllText(RepositoryRoot.File("testdata", "ethusdt.json")),
        File.ReadAllText(RepositoryRoot.File("testdata", "amzn.json")),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_read_back_is_the_same_configuration(string file)
    {
        var run = RunOf(Read(Encoding.UTF8.GetBytes(file)));

        var back = RunOf(Read(ConfigDocument.Of(run)));

        Assert.Equal(Text(run), Text(back with { Generator = run.Generator }));
    }

    [Theory]
    [InlineData("\"tickSize\":5", "\"tickSize\":0", "registry.symbols[0].tickSize: must be 1 …")]
    [InlineData("\"maxPosition\":15", "\"maxPosition\":-1", "risk.maxPosition: is negative")]
    [InlineData("\"timeInForce\":\"Fok\"", "\"timeInForce\":\"Gtd\"", "order.timeInForce: \"Gtd\" is not one of GTC")]
    [InlineData("\"sessionRollNs\":86398000000000", "\"sessionRollNs\":1", "risk.sessionRollUtc: \"1ns\" is no time")]
    [InlineData("\"maxRepeats\":26", "\"maxRepeats\":27", "risk.strategies.grid: stands twice")]
    [InlineData("\"name\":\"template\"", "\"name\":\"tmplate\"", "strategies[1].name: \"tmplate\" is not one of")]
    [InlineData("\"latencyNs\":20000000", "\"latencyNs\":-1", "venue.entryHistogram[1].latency: is negative")]
    [InlineData("\"firstClOrdId\":2002", "\"firstClOrdId\":18446744073709551615", "order.orderId: is too large")]
    public void What_no_file_may_say_is_refused_by_the_rules_of_the_file(string said, string instead, string problem)
    {
        var text = Text(RunOf(Read(Encoding.UTF8.GetBytes(EveryKey))));
        var at = text.IndexOf(said, StringComparison.Ordinal);
        var wrong = text[..at] + instead + text[(at + said.Length)..];

        var result = Parse(ConfigDocument.Of(RunConfiguration.FromJson(Encoding.UTF8.GetBytes(wrong))));

        Assert.Null(result.Config);
        Assert.Contains(result.Problems, found => found.ToString().Contains(problem, StringComparison.Ordinal));
    }

    private static TraderConfig Read(byte[] file)
    {
        var result = Parse(file);
        Assert.True(result.Config is not null, string.Join('\n', result.Problems));
        return result.Config;
    }

    private static ConfigResult Parse(byte[] file) =>
        ConfigLoader.Parse("file", file, new Dictionary<string, string>(), new Dictionary<string, string>());

    private static RunConfiguration RunOf(TraderConfig config) =>
        config.ToRunConfiguration(new SourceIdentity("events", "f", 1), "sim", config.Seed, config.Strategies);

    private static string Text(RunConfiguration run) => Encoding.UTF8.GetString(run.ToJson());
}
