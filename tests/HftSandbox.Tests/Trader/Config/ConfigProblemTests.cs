using HftSandbox.Events;
using HftSandbox.Trader.Config;

namespace HftSandbox.Tests.Trader.Config;

public sealed class ConfigProblemTests
{
    [Theory]
    [InlineData("""{ "risk": { "MaxOrderQtyy": 5 } }""",
        "config.json:1:13: risk.MaxOrderQtyy: unknown key; did you mean MaxOrderQty?")]
    [InlineData("""{ "killSwitch": true }""",
        "config.json:1:3: killSwitch: unknown key; did you mean risk.KillSwitch?")]
    [InlineData("""{ "zzz": { "a": { "b": 1 } } }""", "config.json:1:3: zzz: unknown key")]
    [InlineData("""{ "risk:KillSwitch": true }""", "config.json:1:3: risk.KillSwitch: unknown key")]
    [InlineData("""{ "registry": { "symbols": [{ "name": "A", "tikSize": 1 }] } }""",
        "config.json:1:44: registry.symbols[0].tikSize: unknown key; did you mean tickSize?")]
    [InlineData("""{ "venues": {} }""", "config.json:1:3: venues: unknown key; did you mean venue?")]
    [InlineData("""{ "risk": { "KillSwitch": false, "killswitch": true } }""",
        "config.json:1:34: risk.killswitch: stands twice, first at 1:13")]
    [InlineData("""{ "apiKey": "hunter2" }""",
        "config.json:1:3: apiKey: secrets do not belong into the configuration: it is written into the log")]
    [InlineData("""{ "registry": { "venues": [{ "name": "SIM", "Private_Key": "hunter2" }] } }""",
        "config.json:1:45: registry.venues[0].Private_Key: secrets do not belong into the configuration: "
        + "it is written into the log")]
    [InlineData("""{ "risk": 5 }""", "config.json:1:3: risk: must be an object, not a single value")]
    [InlineData("""{ "risk": { "KillSwitch": {} } }""",
        "config.json:1:13: risk.KillSwitch: must be a single value, not an object")]
    [InlineData("""{ "strategies": { "0": { "name": "template" } } }""",
        "config.json:1:3: strategies: must be a list, not an object")]
    [InlineData("""{ "order": { "price": null } }""",
        "config.json:1:14: order.price: must be an integer, the mantissa, or a decimal in quotes")]
    [InlineData("""{ "order": { "price": 1.5 } }""",
        "config.json:1:14: order.price: must be an integer, the mantissa, or a decimal in quotes: \"1.5\"")]
    [InlineData("""{ "order": { "price": "0.000000001" } }""",
        "config.json:1:14: order.price: \"0.000000001\" has more than 8 decimals")]
    [InlineData("""{ "order": { "price": "100000000000" } }""",
        "config.json:1:14: order.price: \"100000000000\" is too large for 8 decimals in 64 bits")]
    [InlineData("""{ "order": { "price": 99999999999999999999 } }""",
        "config.json:1:14: order.price: must be an integer, the mantissa, or a decimal in quotes: it is too large")]
    [InlineData("""{ "order": { "qty": 0 } }""", "config.json:1:14: order.qty: must be at least 1")]
    [InlineData("""{ "order": { "orderId": "1001" } }""", "config.json:1:14: order.orderId: must be an integer")]
    [InlineData("""{ "order": { "strategyId": 70000 } }""", "config.json:1:14: order.strategyId: must be 0 … 65023")]
    [InlineData("""{ "order": { "side": 3 } }""",
        "config.json:1:14: order.side: \"3\" is not one of Buy (1), Sell (2)")]
    [InlineData("""{ "order": { "side": "Sel" } }""",
        "config.json:1:14: order.side: \"Sel\" is not one of Buy (1), Sell (2); did you mean Sell?")]
    [InlineData("""{ "order": { "symbol": "TEST-USB" } }""",
        "config.json:1:14: order.symbol: unknown symbol \"TEST-USB\"; did you mean TEST-USD?")]
    [InlineData("""{ "risk": { "MaxOrderQty": -1 } }""", "config.json:1:13: risk.MaxOrderQty: is negative")]
    [InlineData("""{ "risk": { "MaxOrderQty": true } }""",
        "config.json:1:13: risk.MaxOrderQty: must be an integer, the mantissa, or a decimal in quotes")]
    [InlineData("""{ "risk": { "KillSwitch": 1 } }""", "config.json:1:13: risk.KillSwitch: must be true or false")]
    [InlineData("""{ "risk": { "KillSwitch": "true" } }""", "config.json:1:13: risk.KillSwitch: must be true or false")]
    [InlineData("""{ "risk": { "orderRateLimit": 65537 } }""",
        "config.json:1:13: risk.orderRateLimit: must be 0 … 65536")]
    [InlineData("""{ "risk": { "orderRateWindow": "5" } }""",
        "config.json:1:13: risk.orderRateWindow: \"5\" lacks a unit (ns, us, ms, s, m, h)")]
    [InlineData("""{ "risk": { "orderRateWindow": 0 } }""",
        "config.json:1:13: risk.orderRateWindow: must be at least 1")]
    [InlineData("""{ "risk": { "symbols": { "TEST-EUR": {} } } }""",
        "config.json:1:26: risk.symbols.TEST-EUR: unknown symbol \"TEST-EUR\"")]
    [InlineData("""{ "registry": { "symbols": [] } }""", "config.json:1:17: registry.symbols: lists no symbol")]
    [InlineData("""{ "registry": { "symbols": [{ "name": "A", "venue": "SIMM" }] } }""",
        "config.json:1:44: registry.symbols[0].venue: unknown venue \"SIMM\"; did you mean SIM?")]
    [InlineData("""{ "registry": { "symbols": [{ "name": "TEST" }, { "name": "test" }] } }""",
        "config.json:1:17: registry.symbols: lists \"test\" twice")]
    [InlineData("""{ "registry": { "symbols": [{ "name": "A B" }] } }""",
        "config.json:1:31: registry.symbols[0].name: may have 32 of the characters A–Z a–z 0–9 . - _ /",
        "config.json:1:17: registry.symbols: lists no symbol")]
    [InlineData("""{ "registry": { "symbols": [{ "name": "A", "scale": { "PriceScale": 19 } }] } }""",
        "config.json:1:55: registry.symbols[0].scale.PriceScale: must be 0 … 18")]
    [InlineData("""{ "registry": { "symbols": [{ "name": "A", "makerFeeBps": 0.5 }] } }""",
        "config.json:1:44: registry.symbols[0].makerFeeBps: must be an integer, or a decimal in quotes: \"0.5\"")]
    [InlineData("""{ "registry": { "symbols": [{ "name": "A", "makerFeeBps": 10001 }] } }""",
        "config.json:1:44: registry.symbols[0].makerFeeBps: must be -10000 … 10000")]
    [InlineData("""{ "registry": { "symbols": [{ "name": "A", "tickSize": 0 }] } }""",
        "config.json:1:44: registry.symbols[0].tickSize: must be 1 … 1000000000000000000")]
    [InlineData("""{ "strategies": [{ "name": "oracle" }] }""",
        "config.json:1:20: strategies[0].name: \"oracle\" is not one of template, market-maker, ma-cross, grid")]
    [InlineData("""{ "strategies": [{ "name": "grid", "params": { "fast": 3 } }] }""",
        "config.json:1:48: strategies[0].params.fast: grid has no such parameter")]
    [InlineData("""{ "strategies": [{ "name": "grid", "params": { "levels": 101 } }] }""",
        "config.json:1:48: strategies[0].params.levels: must be 1 … 100")]
    [InlineData("""{ "risk": { "sessionRollUtc": "25:00" } }""",
        "config.json:1:13: risk.sessionRollUtc: \"25:00\" is no time of the day: HH:MM or HH:MM:SS")]
    [InlineData("""{ "risk": { "strategies": { "grid": { "maxPosition": 1 } } } }""",
        "config.json:1:29: risk.strategies.grid: no strategy \"grid\" runs")]
    [InlineData("""{ "strategies": [{}] }""", "config.json:1:18: strategies[0]: lacks a name")]
    [InlineData("""{ "mdg": { "model": 1 } }""", "config.json:1:12: mdg.model: \"1\" is not one of walk, constant")]
    [InlineData("""{ "mdg": { "symbols": [{ "name": "TEST-USD" }, { "name": "TEST-USD" }] } }""",
        "config.json:1:12: mdg.symbols: lists \"TEST-USD\" twice")]
    [InlineData("[]", "config.json:1:1: must be a JSON object")]
    [InlineData("{ \"a\u0007b\": 1 }",
        "config.json:1:5: not JSON: '0x07' is invalid within a JSON string. "
        + "The string should be correctly escaped")]
    [InlineData("""{ "a\u0007b": 1 }""", "config.json:1:3: a\\u0007b: unknown key")]
    public void A_problem_is_one_clear_line(string json, params string[] expected)
    {
        var problems = ConfigFile.Problems(json);

        Assert.Equal(expected.Order(), problems.Order());
        Assert.DoesNotContain(problems, problem => problem.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "config.json:1:1: not JSON")]
    [InlineData("{ \"risk\": { \n  \"KillSwitch\": tru", "config.json:2:")]
    [InlineData("{ \"risk\": {} ", "config.json:1:")]
    [InlineData("{} {}", "config.json:1:4: not JSON")]
    [InlineData("{ \"risk\": {}, }", "config.json:1:15: not JSON")]
    public void Broken_syntax_is_reported_with_line_and_column(string json, string expected)
    {
        Assert.StartsWith(expected, Assert.Single(ConfigFile.Problems(json)), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_and_columns_count_characters_from_one()
    {
        const string Json = "{\r\n  \"risk\": {\r\n\t\"version\": 1, \"größe\": 1, \"KillSwitch\": 7\r\n} }";

        Assert.Equal(
            [
                "config.json:3:16: risk.größe: unknown key",
                "config.json:3:28: risk.KillSwitch: must be true or false",
            ],
            ConfigFile.Problems(Json));
    }

    [Fact]
    public void All_problems_are_found_in_one_pass_and_in_their_order()
    {
        const string Json = """
            { "registry": { "symbols": [{ "name": "A", "venue": "NO", "password": 1 }] },
              "risk": { "MaxPosition": -1, "MaxPositon": 1 },
              "order": { "symbol": "B", "side": "up" },
              "oder": {} }
            """;
        var environment = new Dictionary<string, string> { ["TRADER__RISK__KILLSWITCH"] = "maybe" };

        var problems = ConfigFile.Problems(Json, environment, new() { ["risk.maxFun"] = "1" });

        Assert.Equal(
            [
                "flags", "environment", "config.json:1:44", "config.json:1:59", "config.json:2:13", "config.json:2:32",
                "config.json:3:14", "config.json:3:29", "config.json:4:3",
            ],
            problems.Select(problem => problem.Split(": ")[0]));
    }

    [Fact]
    public void Problems_of_environment_and_flags_name_the_variable_and_the_flag()
    {
        var environment = new Dictionary<string, string>
        {
            ["TRADER__RISK__MAXORDERQTYY"] = "5",
            ["TRADER__RISK"] = "5",
            ["TRADER__MDG__TOKEN"] = "hunter2",
            ["TRADER__STRATEGIES__FIRST__NAME"] = "template",
        };
        var flags = new Dictionary<string, string> { ["risk.maxPosition"] = "-1", ["order.price"] = "x" };

        var problems = ConfigFile.Problems("{}", environment, flags);

        Assert.Equal(
            [
                "environment: TRADER__MDG__TOKEN: secrets do not belong into the configuration: "
                    + "it is written into the log",
                "environment: TRADER__RISK: is a group of keys, no value",
                "environment: TRADER__RISK__MAXORDERQTYY: unknown key; did you mean MaxOrderQty?",
                "environment: TRADER__STRATEGIES__FIRST__NAME: \"FIRST\" is no place in a list",
                "flags: order.price: \"x\" is not a decimal number",
                "flags: risk.maxPosition: is negative",
            ],
            problems.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_global_decimal_needs_symbols_of_one_scale()
    {
        const string Json = """
            { "registry": { "symbols": [
                { "name": "A", "scale": { "QuantityScale": 3 } }, { "name": "B", "scale": { "QuantityScale": 5 } } ] },
              "risk": { "MaxOrderQty": "1.5" } }
            """;

        Assert.Equal(
            ["config.json:3:13: risk.MaxOrderQty: is a decimal, and the symbols' scales differ: "
                + "give a mantissa, or a limit per symbol"],
            ConfigFile.Problems(Json));
    }

    [Theory]
    [InlineData("\"order\": { \"price\": 7 }", "order.price: is no multiple of the tick size, 10")]
    [InlineData("\"order\": { \"price\": -10 }", "order.price: is not positive: every such order is denied")]
    [InlineData("\"order\": { \"qty\": 25 }", "order.qty: is no multiple of the lot size, 10")]
    [InlineData("\"order\": { \"qty\": 10 }", "order.qty: is below the least quantity, 20")]
    [InlineData("\"risk\": { \"MaxOrderQty\": 5 }",
        "risk.MaxOrderQty: denies every order for A: the least quantity is 20, the limit 5")]
    [InlineData("\"risk\": { \"symbols\": { \"A\": { \"maxPosition\": 5 } } }",
        "risk.symbols.A.maxPosition: denies every order for A: the least quantity is 20, the limit 5")]
    [InlineData("\"risk\": { \"symbols\": { \"A\": { \"maxOrderNotional\": 20000001 } } }",
        "risk.symbols.A.maxOrderNotional: can never be hit for A at these scales: an order of MaxOrderQty (1000) "
        + "at 10 times the price of 2000 has the notional 20000000, the limit is 20000001")]
    public void What_is_probably_not_meant_is_a_warning(string members, string expected)
    {
        var order = members[1] == 'o' ? "" : ""","order": { "qty": 20 }""";
        var json = $$"""
            { "registry": { "symbols": [{ "name": "A", "tickSize": 10, "lotSize": 10, "minQty": 20,
                "scale": { "PriceScale": 0, "QuantityScale": 0, "NotionalScale": 0 } }] },
              "mdg": { "symbols": [{ "name": "A", "basePx": 2000 }] },
              {{members}} {{order}} }
            """.Replace("\"order\": { \"price\"", "\"order\": { \"qty\": 20, \"price\"", StringComparison.Ordinal);

        var problem = Assert.Single(ConfigFile.Problems(json));

        Assert.Contains(": warning: ", problem, StringComparison.Ordinal);
        Assert.EndsWith(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_a_problem_of_its_own_kind()
    {
        var missing = ConfigLoader.Load("/nowhere/config.json", ConfigFile.Nothing, ConfigFile.Nothing);
        var folder = ConfigLoader.Load("/tmp", ConfigFile.Nothing, ConfigFile.Nothing);

        Assert.All([missing, folder], result => Assert.True(result.IsUnreadable));
        var problem = Assert.Single(missing.Problems).ToString();
        Assert.StartsWith("/nowhere/config.json: ", problem, StringComparison.Ordinal);
        Assert.Null(missing.Config);
    }

    [Fact]
    public void A_file_that_is_too_long_or_not_text_is_refused()
    {
        var tooLong = ConfigFile.Problems(new string(' ', Limits.ConfigurationBytesMax) + "{}");
        using var file = new ConfigFile("");
        File.WriteAllBytes(file.Path, [0x7B, 0xFF, 0x7D]);
        var notText = ConfigLoader.Load(file.Path, ConfigFile.Nothing, ConfigFile.Nothing);

        Assert.Equal([$"config.json: is longer than {Limits.ConfigurationBytesMax} bytes"], tooLong);
        Assert.Equal("is not UTF-8", Assert.Single(notText.Problems).Message);
    }

    [Fact]
    public void The_original_cut_anywhere_is_an_error_and_never_a_crash()
    {
        var original = ConfigFile.Original.TrimEnd();

        for (var length = 0; length < original.Length; length++)
            Assert.NotEmpty(ConfigFile.Problems(original[..length]));
    }

    [Fact]
    public void Random_damage_to_a_file_never_crashes()
    {
        const int Seed = 11;
        var random = new Random(Seed);
        var shipped = File.ReadAllText(ConfigFile.InRepository("config.json"));
        const string Characters = "{}[]:,\"0-a.";

        for (var i = 0; i < 500; i++)
        {
            var characters = shipped.ToCharArray();
            for (var hits = random.Next(1, 4); hits > 0; hits--)
                characters[random.Next(characters.Length)] = Characters[random.Next(Characters.Length)];
            ConfigFile.Problems(new string(characters));
        }
    }

    [Fact]
    public void The_table_of_keys_is_consistent()
    {
        Assert.Distinct(ConfigKeys.All.Select(key => key.Path.ToUpperInvariant()));
        Assert.All(ConfigKeys.All, key =>
        {
            Assert.NotEmpty(key.Doc);
            Assert.True(key.Min <= key.Max, key.Path);
            Assert.Equal(key.Type is ConfigType.Enumeration or ConfigType.Choice, !key.Choices.IsEmpty);
            Assert.True(key.Choices.IsEmpty || key.Default is null || key.Choices.Contains(key.Default), key.Path);
        });
    }
}
