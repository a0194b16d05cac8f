using System.Text.Json;
using HftSandbox.Tests.Program;

namespace HftSandbox.Tests.Trader.Report;

/// <summary>A store of eight short runs, each of one order that the program sent, and its report. The quote never
/// moves: 1.00 by 1.01 in AB-C and 2.50 by 2.51 in CD-C.</summary>
public sealed class ReportedRuns : IDisposable
{
    public const string Wal = "wal";

    public ReportedRuns()
    {
        Send("AB-C", 1, "Buy", 3, "1.00");
        Send("AB-C", 1, "Buy", 4, "1.01");
        Send("AB-C", 1, "Sell", 2, "1.03");
        Send("AB-C", 1, "Sell", 9, "1.02");
        Send("AB-C", 1, "Buy", 10, "1.00");
        Send("CD-C", 2, "Buy", 3, "2.50");
        Send("CD-C", 2, "Buy", 4, "2.51");
        Send("CD-C", 2, "Sell", 2, "2.53");
        Json = Trader("report", Wal, "--json").Json;
    }

    public TempDirectory Directory { get; } = new();

    public JsonElement Json { get; }

    public void Dispose() => Directory.Dispose();

    public TraderResult Trader(params string[] arguments) => TraderProcess.Run(Directory, arguments).Exited(0);

    private void Send(string symbol, int strategyId, string side, int qty, string px)
    {
        var scale = """ "scale": { "PriceScale": 2, "QuantityScale": 0, "NotionalScale": 2, "FeeScale": 4 } """;
        var config = Directory.Write("config.json", $$"""
            { "registry": { "venues": [{ "name": "SIM" }], "symbols": [
                { "name": "AB-C", "venue": "SIM", "takerFeeBps": 1, {{scale}} },
                { "name": "CD-C", "venue": "SIM", "takerFeeBps": 1, {{scale}} }] },
              "risk": { "maxOrderQty": 9, "maxOrderNotional": 0, "maxPosition": 7, "orderRateLimit": 5,
                "orderRateWindow": "1ms" },
              "order": { "strategyId": {{strategyId}}, "symbol": "{{symbol}}", "side": "{{side}}", "type": "Limit",
                "timeInForce": "GTC", "price": "{{px}}", "qty": {{qty}} },
              "features": { "enableOrderFlow": true, "enableFills": true },
              "strategies": [{ "name": "template", "symbol": "{{symbol}}" }],
              "mdg": { "model": "constant", "symbols": [
                { "name": "AB-C", "basePx": "1.00", "baseQty": 1, "spread": "0.01" },
                { "name": "CD-C", "basePx": "2.50", "baseQty": 1, "spread": "0.01" }] } }
            """);
        Trader("record", Wal, "--config", config, "--order-count", "1");
    }
}
