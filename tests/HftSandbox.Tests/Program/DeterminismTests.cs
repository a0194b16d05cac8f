namespace HftSandbox.Tests.Program;

/// <summary>The same configuration, seed and source give the same digest, whatever the machinery does.</summary>
public sealed class DeterminismTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public static TheoryData<string, string, string> Machinery()
    {
        var rows = new TheoryData<string, string, string>();
        foreach (var durability in new[] { "none", "interval:1ms", "batch", "every" })
        {
            rows.Add(durability, "shared", "park");
            rows.Add(durability, "dedicated", "yield");
        }

        rows.Add("batch", "shared", "spin");
        return rows;
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Machinery))]
    public void The_digest_does_not_depend_on_policy_threads_or_waiting(
        string durability, string threading, string wait)
    {
        var reference = Digest("reference", "--seed", "7");

        var digest = Digest("w", "--seed", "7", "--durability", durability, "--threading", threading, "--wait", wait);

        Assert.Equal(reference, digest);
    }

    [Fact]
    public void Another_seed_gives_another_digest()
    {
        Assert.NotEqual(Digest("a", "--seed", "7"), Digest("b", "--seed", "8"));
    }

    [Fact]
    public void Segments_and_snapshots_do_not_change_the_digest()
    {
        var small = Digest("b", "--seed", "7", "--segment-bytes", "64KiB", "--snapshot-interval", "1ms");

        Assert.Equal(Digest("a", "--seed", "7"), small);
    }

    [Fact]
    public void The_simulated_venue_gives_the_same_digest_whatever_the_machinery_does_and_its_log_verifies()
    {
        var config = _directory.Write("sim.json", """
            { "strategies": [{ "name": "market-maker" }],
              "venue": { "entryLatency": "3ms", "queue": "proportional",
                "responseHistogram": [{ "latency": "1ms", "weight": 9 }, { "latency": "20ms" }] } }
            """);
        string[] sim = ["--venue", "sim", "--config", config, "--seed", "7"];

        var reference = Digest("a", sim);
        string[] machinery = ["--threading", "dedicated", "--segment-bytes", "64KiB", "--snapshot-interval", "1ms"];
        var other = Digest("b", [.. sim, .. machinery]);

        Assert.Equal(reference, other);
        TraderProcess.Run(_directory, "verify", "--deep", _directory["b"]).Exited(0);
    }

    private string Digest(string wal, params string[] more)
    {
        string[] arguments = ["record", _directory[wal], "--order-count", "2000", "--json", .. more];
        return TraderProcess.Run(_directory, arguments).Exited(0).Json.GetProperty("digest").GetString()!;
    }
}
