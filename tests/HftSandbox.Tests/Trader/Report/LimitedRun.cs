using System.Text;
using System.Text.Json;
using HftSandbox.Tests.Program;

namespace HftSandbox.Tests.Trader.Report;

/// <summary>A random case with an outside venue under every limit in every scope, and its report: orders of three
/// strategies, replaces, executions that are busted and corrected, refusals, cash, adjustments, resets, two
/// days.</summary>
public sealed class LimitedRun : IDisposable
{
    private const int Seed = 20261121;
    private const ulong FirstClOrdId = 1001;

    private static readonly string[] Symbols = ["AB-C", "CD-C", "EF-G"];
    private static readonly string[] Sides = ["Buy", "Sell"];

    private readonly Random _random = new(Seed);
    private readonly StringBuilder _lines = new();
    private readonly List<(ulong Id, string Symbol, string Side)> _orders = [];
    private long _nowNs = 1_700_000_000_000_000_000;
    private ulong _clOrdId = FirstClOrdId;

    public LimitedRun()
    {
        for (var step = 1; step <= 900; step++)
        {
            Step(step);
            // An operator confirms positions, or executions of unknown orders would halt everything for good.
            if (step % 4 == 0)
                Adjust(Symbols[step / 4 % 3], 0);
        }

        Directory.Write("events", _lines.ToString());
        Directory.Write("config.json", Config);
        Run("record", "wal", "--config", Directory["config.json"], "--source", "events", "--file", Directory["events"],
            "--venue", "outside");
        Directory.Write("records", Run("inspect", "wal", "--json").Output);
        var report = Run("report", "wal", "--json");
        Directory.Write("report", report.Output);
        Report = report.Json;
    }

    public TempDirectory Directory { get; } = new();

    public JsonElement Report { get; }

    private static string Config
    {
        get
        {
            const string limits = """
                "orderRateLimit": 2, "maxRepeats": 1, "maxOrderQty": 5, "maxPosition": 12, "maxGrossExposure": "12",
                "maxDailyLoss": "0.15"
                """;
            var symbols = Symbols.Select(symbol => $$"""
                { "name": "{{symbol}}", "venue": "SIM", "takerFeeBps": 1, "scale": { "PriceScale": 2,
                  "QuantityScale": 0, "NotionalScale": 2, "FeeScale": 4 } }
                """);
            return $$"""
                { "registry": { "venues": [{ "name": "SIM" }], "symbols": [{{string.Join(",\n", symbols)}}] },
                  "risk": { "maxOrderQty": 6, "maxOrderNotional": 0, "maxPosition": 20, "orderRateLimit": 3,
                    "orderRateWindow": "1s", "maxRepeats": 2, "maxOpenOrders": 9, "maxGrossExposure": "20",
                    "maxDailyLoss": "0.25", "maxPriceDeviationBps": 900,
                    "symbols": { "AB-C": { {{limits}}, "maxOpenOrders": 3 } },
                    "strategies": { "template": { {{limits}}, "maxOpenOrders": 4 } } },
                  "order": { "strategyId": 1, "symbol": "AB-C", "price": 1, "qty": 1 },
                  "features": { "enableOrderFlow": false },
                  "strategies": [{ "name": "template", "symbol": "AB-C" }, { "name": "grid", "symbol": "CD-C" }] }
                """;
        }
    }

    public void Dispose() => Directory.Dispose();

    private TraderResult Run(params string[] arguments) => TraderProcess.Run(Directory, arguments).Exited(0);

    private void Step(int step)
    {
        _nowNs += step == 450 ? 86_400_000_000_000 : _random.Next(4) * 50_000_000;
        var symbol = Pick(Symbols);
        switch (_random.Next(20))
        {
            case < 4:
                var bid = _random.Next(95, 105);
                Write("Quote", symbol, $$"""
                    "bidPx": {{bid}}, "bidQty": {{_random.Next(4)}}, "askPx": {{bid + _random.Next(-1, 4)}}, "askQty": 5
                    """);
                break;
            case < 6:
                Write("Trade", symbol, $$""" "px": {{_random.Next(95, 106)}}, "qty": 1 """);
                break;
            case < 12:
                Ask(step, symbol);
                break;
            case < 18 when _orders.Count > 0:
                Answer(step);
                break;
            case 18:
                Write("CashAdjustment", symbol, $$""" "amount": {{_random.Next(-500, 900)}} """);
                break;
            default:
                if (_random.Next(3) > 0)
                    Adjust(symbol, _random.Next(-3, 4));
                else
                    Write("RiskReset", null, "");
                break;
        }
    }

    private void Adjust(string symbol, int delta) =>
        Write("PositionAdjustment", symbol, $$""" "qtyDelta": {{delta}}, "px": 100, "strategyId": 1 """);

    private void Ask(int step, string symbol)
    {
        var (px, qty) = (_random.Next(99, 102), _random.Next(1, 7));
        var what = $$""" "clientRequestId": "{{step:x}}", "px": {{px}}, "qty": {{qty}} """;
        if (_random.Next(4) == 0 && _orders.Count > 0)
        {
            var order = Pick(_orders);
            _orders.Add(order with { Id = _clOrdId++ });
            Write("ReplaceRequest", null, $$"""{{what}}, "origClOrdId": {{order.Id}}""");
            return;
        }

        var side = Pick(Sides);
        _orders.Add((_clOrdId++, symbol, side));
        Write("OrderRequest", symbol, $$"""
            {{what}}, "side": "{{side}}", "ordType": "Limit", "timeInForce": "Gtc",
            "strategyId": {{Pick([1, 1, 2, 9])}}
            """.ReplaceLineEndings(" "));
    }

    private void Answer(int step)
    {
        var (id, symbol, side) = _orders[^_random.Next(1, Math.Min(8, _orders.Count) + 1)];
        var kind = Pick(["New", "Trade", "Trade", "Trade", "Canceled", "Canceled", "Replaced", "PendingReplace",
            "TradeCancel", "TradeCorrect", "Suspended"]);
        if (_random.Next(12) == 0)
            Write("CancelReject", null, $$""" "clOrdId": {{id}}, "responseTo": "Replace", "reason": "TooLate" """);
        else
        {
            Write("ExecutionReport", symbol, $$"""
                "clOrdId": {{id}}, "execId": "{{step:x}}", "execType": "{{kind}}", "side": "{{side}}",
                "lastPx": {{_random.Next(96, 105)}}, "lastQty": {{_random.Next(1, 4)}}, "fee": {{_random.Next(9)}},
                "refExecId": "{{Math.Max(1, step - _random.Next(9)):x}}",
                "orderQty": {{(kind is "Replaced" or "PendingReplace" ? _random.Next(1, 8) : 0)}}
                """.ReplaceLineEndings(" "));
        }
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    private void Write(string kind, string? symbol, string body)
    {
        var instrument = symbol is null ? "" : $$""" "instrument": "{{symbol}}", """;
        _lines.Append($$"""{ "kind": "{{kind}}",{{instrument}}"eventTimeNs": {{_nowNs}}, "body": { {{body}} } }""");
        _lines.Append('\n');
    }
}
