using System.Diagnostics;
using HftSandbox.Tests;
using HftSandbox.Tests.Program;

namespace HftSandbox.CrashTests;

/// <summary>The real program on a real file system whose power is cut: several stores at once, each cut of each store a
/// case.</summary>
public sealed class PowerCutTests
{
    private static readonly string[] Policies = ["interval:10ms", "interval:1ms", "batch", "every"];
    private static readonly string[] SegmentSizes = ["65536", "262144", "1MiB"];
    private static readonly string[] SnapshotIntervals = ["1ms", "10ms", "100ms"];

    // A file system lives through some cuts, so that stores are cut more than once.
    private const int CutsOfOneFileSystem = 3;

    [Fact]
    public void A_power_cut_loses_nothing_that_was_reported_durable()
    {
        using (var trial = LoopFileSystem.TryCreate("16M", out var refusal))
            Assert.SkipWhen(trial is null, $"not run: no loop file system can be made ({refusal})");

        var campaign = new Campaign("power-cut", slice: Policies.Length, full: 1000);
        var random = new Random(campaign.Seed);
        var clock = Stopwatch.StartNew();
        var cases = 0;
        while (cases < campaign.Cases)
        {
            using var disk = LoopFileSystem.TryCreate("128M", out _)!;
            using var directory = new TempDirectory();
            CrashedStore[] stores = [.. Policies.Select(policy => Store(directory, disk, policy))];
            for (var cut = 0; cut < CutsOfOneFileSystem && cases < campaign.Cases; cut++, cases += stores.Length)
                Cut(campaign, disk, stores, random);
        }

        campaign.Report(cases, clock.Elapsed);
    }

    private static CrashedStore Store(TempDirectory directory, LoopFileSystem disk, string policy) =>
        new(directory, Path.Join(disk.Path, policy.Replace(':', '-')));

    // What a machine says while its power goes is heard by nobody. Here it would be: while the ioctl works, ext4
    // returns 0 from an fdatasync that is under way and did not reach the disk (sync_during_shutdown.c shows it
    // without us).
    private static void Cut(Campaign campaign, LoopFileSystem disk, CrashedStore[] stores, Random random)
    {
        TraderProcess[] traders = [.. stores.Select((store, index) => store.Start(
            "--order-count", "8000", "--order-interval", "100us", "--for", "3s", "--durability", Policies[index],
            "--segment-bytes", Any(random, SegmentSizes), "--snapshot-interval", Any(random, SnapshotIntervals)))];
        try
        {
            traders[random.Next(traders.Length)].WaitForProgress(_ => true);
            Thread.Sleep(random.Next(400));
            foreach (var (store, trader) in stores.Zip(traders))
                store.Observe(trader.LastProgress);
            disk.CutPower();
            foreach (var trader in traders)
                trader.End(ProcessSignal.Kill);
        }
        finally
        {
            foreach (var trader in traders)
                trader.Dispose();
        }

        disk.Remount();
        Parallel.ForEach(stores, new() { MaxDegreeOfParallelism = 2 }, store => Check(campaign, store));
    }

    private static void Check(Campaign campaign, CrashedStore store)
    {
        try
        {
            store.MustRecover("--order-count", "20");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            campaign.Failed($"{Path.GetFileName(store.Path)}, seed {campaign.Seed}: {failure.Message}");
        }
    }

    private static string Any(Random random, string[] choices) => choices[random.Next(choices.Length)];
}
