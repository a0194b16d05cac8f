using System.Text.Json;

namespace HftSandbox.Tests.Program;

/// <summary>A case with an outside venue, played through the program: what stands in the log afterwards.</summary>
public sealed class OutsideVenueTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_shipped_case_leaves_the_order_and_the_position_that_its_lines_say()
    {
        Record("outside", "outside").Exited(0);

        string[] states =
        [
            .. Bodies("OrderState").Select(body =>
                $"{Number(body, "clOrdId")} {body.GetProperty("ordStatus")} {Number(body, "orderQty")} "
                + $"{Number(body, "cumQty")} {Number(body, "leavesQty")}"),
        ];
        Assert.Equal(
            [
                "1001 New 10000 0 10000",
                "1001 PartiallyFilled 10000 4000 6000",
                "1001 PartiallyFilled 10000 5000 5000",
                "1002 PartiallyFilled 8000 5000 3000",
                "1002 PartiallyFilled 8000 5000 3000",
                "1002 PartiallyFilled 8000 1000 7000",
            ],
            states);
        JsonElement position = Bodies("PositionChanged").Last();
        Assert.Equal((1000, 30), (Number(position, "netQty"), Number(position, "fees")));
        TraderProcess.Run(_directory, ["verify", _directory["outside"], "--deep"]).Exited(0);
    }

    [Fact]
    public void Open_orders_stay_with_their_venue_and_an_outside_one_is_never_declared_flat()
    {
        Record("outside", "outside").Exited(0);

        var other = Record("outside", "stub", "--from-start").Exited(2);
        var flat = Record("outside", "outside", "--from-start", "--flat").Exited(2);

        Assert.Contains("1 orders are open at venue outside", other.Error);
        Assert.Contains("--flat: what an outside venue holds", flat.Error);
    }

    private static long Number(JsonElement body, string name) =>
        body.GetProperty(name) is { ValueKind: JsonValueKind.String } text
            ? long.Parse(text.GetString()!)
            : body.GetProperty(name).GetInt64();

    private TraderResult Record(string store, string venue, params string[] more) => TraderProcess.Run(_directory,
    [
        "record", _directory[store], "--config", RepositoryRoot.File("config.json"), "--strategy", "none",
        "--source", "events", "--file", RepositoryRoot.File("testdata", "outside.jsonl"), "--venue", venue, .. more,
    ]);

    private IEnumerable<JsonElement> Bodies(string kind) =>
        TraderProcess.Run(_directory, ["inspect", _directory["outside"], "--json"]).Exited(0).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(record => record.GetProperty("kind").GetString() == kind)
            .Select(record => record.GetProperty("body"));
}
