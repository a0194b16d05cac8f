using System.Text.Json.Nodes;

namespace HftSandbox.Tests.Trader.Report;

/// <summary>The second program computes the limits and the cash of a case again that meets them all.</summary>
public sealed class LimitedRunTests(LimitedRun run) : IClassFixture<LimitedRun>
{
    [Fact]
    public void Every_number_of_it_is_computed_again()
    {
        var judged = ReportJudge.Judge(run.Directory, "records", "report");

        Assert.Contains("every number is the same", judged.Exited(0).Output, StringComparison.Ordinal);
        Assert.Equal(0, run.Report.GetProperty("positionCheck").GetProperty("differing").GetInt64());
        Assert.True(run.Report.GetProperty("positionCheck").GetProperty("compared").GetInt64() > 20);
    }

    [Theory]
    [InlineData("RateLimit")]
    [InlineData("RepeatedOrder")]
    [InlineData("MaxOpenOrders")]
    [InlineData("MaxGrossExposure")]
    [InlineData("MaxDailyLoss")]
    public void Every_limit_denies_in_it(string reason)
    {
        var denials = run.Report.GetProperty("total").GetProperty("denials");

        Assert.True(denials.TryGetProperty(reason, out _), $"{denials}");
    }

    [Theory]
    [InlineData("orderRateLimit", "greatest")]
    [InlineData("maxRepeats", "greatestAllowed")]
    [InlineData("maxOpenOrders", "greatest")]
    [InlineData("maxPosition", "greatestAllowed")]
    [InlineData("maxGrossExposure", "notDerived")]
    [InlineData("maxGrossExposure", "denied")]
    [InlineData("maxDailyLoss", "greatest")]
    [InlineData("maxDailyLoss", "decisions")]
    public void A_number_of_a_strategys_limit_that_is_changed_is_named(string limit, string member)
    {
        var report = JsonNode.Parse(run.Report.GetRawText())!;
        var row = report["limits"]!.AsArray().Single(row =>
            (string?)row!["limit"] == limit && (string?)row["scope"] == "strategy" && (string?)row["value"] != "0")!;

        Change(row, member);

        var place = report["limits"]!.AsArray().IndexOf(row);
        Assert.Contains($".limits[{place}].{member}: recomputed", Judged(report, member), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cash")]
    [InlineData("cashAdjustments")]
    [InlineData("equity")]
    public void A_number_of_a_currency_that_is_changed_is_named(string member)
    {
        var report = JsonNode.Parse(run.Report.GetRawText())!;

        Change(report["currencies"]![1]!, member);

        Assert.Contains($".currencies[1].{member}: recomputed", Judged(report, member), StringComparison.Ordinal);
    }

    private static void Change(JsonNode row, string member)
    {
        var value = row[member]!.ToString();
        Assert.NotEqual("", value);
        row[member] = row[member]!.GetValueKind() == System.Text.Json.JsonValueKind.Number
            ? long.Parse(value) + 1
            : value + "1";
    }

    private string Judged(JsonNode report, string member)
    {
        run.Directory.Write(member, report.ToJsonString());
        return ReportJudge.Judge(run.Directory, "records", member).Exited(1).Output;
    }
}
