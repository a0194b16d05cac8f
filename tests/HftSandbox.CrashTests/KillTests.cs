using System.Globalization;
using System.Text;
using HftSandbox.Tests;
using HftSandbox.Tests.Program;

namespace HftSandbox.CrashTests;

/// <summary>The real program, killed with signal 9 at random moments and started again.</summary>
public sealed class KillTests
{
    private static readonly string[] Policies = ["interval:10ms", "interval:1ms", "batch", "every"];
    private static readonly string[] SegmentSizes = ["65536", "262144", "1MiB", "8MiB"];
    private static readonly string[] SnapshotIntervals = ["1ms", "10ms", "100ms", "30s"];
    private static readonly string[] OrderIntervals = ["0", "10us", "100us", "1ms"];
    private static readonly string[] Threadings = ["shared", "dedicated"];
    private static readonly string[] Waits = ["park", "yield"];

    [Fact]
    public void A_run_that_is_killed_at_any_moment_loses_nothing_that_it_reported_durable()
    {
        new Campaign("kill", slice: 4, full: 1000).Run((_, directory, random) =>
        {
            string[] config = random.Next(2) == 0 ? ["--config", RepositoryRoot.File("config.json")] : [];
            var store = new CrashedStore(directory, directory["wal"]) { Arguments = config };
            for (var kills = random.Next(1, 4); kills > 0; kills--)
            {
                KillSomewhen(store, random, ["--order-count", "20000", "--for", "1s", .. AnyWay(random)]);
                store.MustHold();
            }

            store.MustRecover(["--order-count", "20", .. AnyWay(random)]);
        });
    }

    [Fact]
    public void A_file_that_is_read_through_kills_gives_the_orders_fills_and_positions_of_one_run()
    {
        using var shared = new TempDirectory();
        string[] source = ["--source", "binance-ws", "--file", Capture(shared), "--config", Config(shared)];
        TraderProcess.Run(shared, ["record", shared["whole"], .. source]).Exited(0);
        var whole = RunContent.WithoutRuns(shared, shared["whole"]);
        var positions = RunContent.Positions(shared, shared["whole"]);

        new Campaign("kill-file", slice: 1, full: 200).Run((_, directory, random) =>
        {
            var store = new CrashedStore(directory, directory["wal"]) { Arguments = source };
            for (var kills = random.Next(1, 4); kills > 0; kills--)
                KillSomewhen(store, random, ["--speed", "1", .. AnyStorage(random)]);
            store.MustRecover();

            Assert.Equal(whole, RunContent.WithoutRuns(directory, store.Path));
            Assert.Equal(positions, RunContent.Positions(directory, store.Path));
        });
    }

    // Most kills hit the run, some the start and the recovery in it; a few come too late.
    private static void KillSomewhen(CrashedStore store, Random random, string[] arguments)
    {
        using var trader = store.Start(arguments);
        if (random.Next(4) == 0)
        {
            Thread.Sleep(random.Next(150, 450));
        }
        else
        {
            trader.WaitForProgress(_ => true);
            Thread.Sleep(random.Next(250));
        }

        var ended = trader.End(ProcessSignal.Kill);
        store.Observe(ended.ExitCode == 0 ? ended : ended.Exited(137));
    }

    private static string[] AnyWay(Random random) =>
    [
        "--order-interval", Any(random, OrderIntervals), "--threading", Any(random, Threadings),
        "--wait", Any(random, Waits), .. AnyStorage(random), .. AnyRetention(random),
    ];

    // A third of the runs delete their oldest segments on the way.
    private static string[] AnyRetention(Random random) => random.Next(3) == 0 ? ["--retain", "512KiB"] : [];

    private static string[] AnyStorage(Random random) =>
    [
        "--durability", Any(random, Policies), "--segment-bytes", Any(random, SegmentSizes),
        "--snapshot-interval", Any(random, SnapshotIntervals),
    ];

    private static string Any(Random random, string[] choices) => choices[random.Next(choices.Length)];

    // A second of quotes and trades at the speed of the file.
    private static string Capture(TempDirectory directory)
    {
        const int lines = 5000;
        const long stepNs = 200_000;
        var text = new StringBuilder();
        for (var line = 1; line <= lines; line++)
        {
            var px = 100 + (line % 7);
            var data = line % 3 == 0
                ? $$$"""
                {"stream":"x@trade","data":{"e":"trade","s":"X","t":{{{line}}},"p":"{{{px}}}","q":"2","T":8,"m":true}}
                """
                : $$$"""
                {"stream":"x@bookTicker","data":{"u":{{{line}}},"s":"X","b":"{{{px}}}","B":"1","a":"109","A":"1"}}
                """;
            text.Append(CultureInfo.InvariantCulture, $"{line * stepNs} {data}\n");
        }

        return directory.Write("capture", text.ToString());
    }

    private static string Config(TempDirectory directory) => directory.Write("config.json", """
        { "registry": { "venues": [{ "name": "SIM" }], "symbols": [{ "name": "X", "venue": "SIM",
          "scale": { "PriceScale": 0, "QuantityScale": 0, "NotionalScale": 0, "FeeScale": 0 } }] },
          "risk": { "MaxPosition": 0 }, "order": { "symbol": "X", "qty": 2 } }
        """);
}
