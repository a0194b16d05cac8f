using HftSandbox.Tests;

namespace HftSandbox.CrashTests;

/// <summary>The real program, stopped at every system call that changes its store: killed before it, killed in the
/// middle of it, or told that it failed. Where the process died, the power may be cut too: then everything that was not
/// synced is gone.</summary>
public sealed class SystemCallTests
{
    // Rolls, takes snapshots, syncs, stops.
    private static readonly string[] ShortRun =
    [
        "--order-count", "60", "--order-interval", "2ms", "--segment-bytes", "65536", "--snapshot-interval", "20ms",
        "--durability",
    ];

    // Of a store that is recovered first, the recovery is what matters.
    private static readonly string[] ShortestRun = ["--order-count", "1", "--durability"];

    private static readonly string[] Policies = ["interval:1ms", "interval:1s", "batch"];

    private enum Way
    {
        Kill,
        KillAndCutPower,
        TearAndCutPower,
    }

    [Fact]
    public void A_run_killed_at_any_of_its_system_calls_is_right_at_the_next_start() =>
        KillAll("call-kill", slice: 2, _ => new StoreAtRest(ShortRun));

    [Fact]
    public void A_recovery_killed_at_any_of_its_system_calls_is_right_at_the_next_start() =>
        KillAll("call-kill-healing", slice: 1, Torn);

    [Fact]
    public void A_run_told_that_any_of_its_system_calls_failed_stops_and_promises_nothing_more() =>
        FailAll("call-error", slice: 1, _ => new StoreAtRest(ShortRun));

    [Fact]
    public void A_recovery_told_that_any_of_its_system_calls_failed_stops_and_promises_nothing_more() =>
        FailAll("call-error-healing", slice: 1, Torn);

    [Fact]
    public void A_failed_sync_of_the_log_is_final_and_nothing_of_what_it_covered_was_promised()
    {
        const int nth = 2;
        var syncs = 0;
        Once(4, [.. ShortRun, "batch"], call =>
            IsOfLog(call, "fdatasync") && ++syncs == nth ? Injection.Fail : Injection.None);
    }

    [Fact]
    public void A_snapshot_on_the_disk_is_never_ahead_of_the_log_on_the_disk()
    {
        // Nothing but a snapshot would wait for the log within this second, and the second one must not come before.
        string[] run =
        [
            "--order-count", "400", "--order-interval", "1ms", "--snapshot-interval", "20ms",
            "--durability", "interval:1s",
        ];
        const int snapshots = 2;
        const int callsBehind = 5;
        var (renamed, behind) = (0, 0);
        Once(137, run, call =>
        {
            renamed += call.NewPath.EndsWith("positions.json", StringComparison.Ordinal) ? 1 : 0;
            behind += behind > 0 || (renamed == snapshots && call.Name == "fsync") ? 1 : 0;
            return behind > callsBehind ? Injection.Kill : Injection.None;
        });
    }

    private static void Once(int exitCode, string[] run, Func<TracedCall, Injection> choose)
    {
        Assert.SkipUnless(SystemCallTracer.IsPossible, "not run: it needs ptrace on x86-64 Linux");
        using var directory = new TempDirectory();
        var (store, witness) = new StoreAtRest(run).CopyTo(directory);
        var tracer = new SystemCallTracer(directory, store.Path, witness);

        var ended = tracer.Run((call, _) => choose(call), store.Recording(run));

        store.Observe(ended.Exited(exitCode));
        witness.CutPower(store.Path);
        store.MustRecover("--order-count", "20");
    }

    private static void KillAll(string layer, int slice, Func<TempDirectory, StoreAtRest> prepare) =>
        Everywhere(layer, slice, prepare, Enum.GetValues<Way>().Length, (start, directory, place, choice) =>
        {
            var way = (Way)choice;
            var (store, witness) = start.CopyTo(directory);
            var tracer = new SystemCallTracer(directory, store.Path, witness);
            var injection = way == Way.TearAndCutPower ? Injection.Tear : Injection.Kill;

            var ended = tracer.Run((_, n) => n == place.Call ? injection : Injection.None,
                store.Recording([.. start.NextRun, place.Policy]));
            store.Observe(ended.Exited(tracer.Hit is null ? 0 : 137));
            if (way != Way.Kill)
                witness.CutPower(store.Path);
            store.MustRecover("--order-count", "20");
        });

    private static void FailAll(string layer, int slice, Func<TempDirectory, StoreAtRest> prepare) =>
        Everywhere(layer, slice, prepare, 1, (start, directory, place, _) =>
        {
            var (store, witness) = start.CopyTo(directory);
            var tracer = new SystemCallTracer(directory, store.Path, witness);

            var ended = tracer.Run((_, n) => n == place.Call ? Injection.Fail : Injection.None,
                store.Recording([.. start.NextRun, place.Policy]));
            store.Observe(ended.Exited(tracer.Hit is null ? 0 : 4));
            if (tracer.Hit is not null)
                Assert.Single(ended.Error.Split('\n'), line => line.StartsWith("trader: ", StringComparison.Ordinal));
            witness.CutPower(store.Path);
            store.MustRecover("--order-count", "20");
        });

    // Every call of a run with every policy, in each of some ways; the slice takes one policy.
    private static void Everywhere(
        string layer, int slice, Func<TempDirectory, StoreAtRest> prepare, int ways,
        Action<StoreAtRest, TempDirectory, Place, int> run)
    {
        Assert.SkipUnless(SystemCallTracer.IsPossible, "not run: it needs ptrace on x86-64 Linux");
        using var shared = new TempDirectory();
        var start = prepare(shared);
        var policies = Campaign.IsOn ? Policies : [Policies[Random.Shared.Next(Policies.Length)]];
        Place[] places = [.. policies.SelectMany(policy => Places(start, policy))];
        var all = places.Length * ways;
        var campaign = new Campaign(layer, slice, all);
        campaign.Run((number, directory, random) =>
        {
            var chosen = Spread(number, campaign.Cases, all, random);
            run(start, directory, places[chosen / ways], chosen % ways);
        });
    }

    // All of them when as many run as there are; otherwise one from each of equal parts.
    private static int Spread(int number, int cases, int all, Random random) =>
        (int)((((long)number * all) + random.Next(all)) / cases);

    private static IEnumerable<Place> Places(StoreAtRest start, string policy)
    {
        using var directory = new TempDirectory();
        var (store, witness) = start.CopyTo(directory);
        var tracer = new SystemCallTracer(directory, store.Path, witness);
        tracer.Run((_, _) => Injection.None, store.Recording([.. start.NextRun, policy])).Exited(0);
        return [.. Enumerable.Range(1, tracer.Calls.Count).Select(call => new Place(policy, call))];
    }

    // A run that died in the middle of writing to its log.
    private static StoreAtRest Torn(TempDirectory directory)
    {
        const int writesBefore = 6;
        var store = new CrashedStore(directory, directory["wal"]);
        var witness = new DiskWitness();
        var tracer = new SystemCallTracer(directory, store.Path, witness);
        var writes = 0;
        var torn = tracer.Run(
            (call, _) => IsOfLog(call, "pwrite64") && ++writes == writesBefore ? Injection.Tear : Injection.None,
            store.Recording([.. ShortRun, Policies[0]]));
        store.Observe(torn.Exited(137));
        return new StoreAtRest(ShortestRun, store, witness);
    }

    private static bool IsOfLog(TracedCall call, string name) =>
        call.Name == name && call.Path.EndsWith(".wal", StringComparison.Ordinal);

    /// <summary>A system call of a run.</summary>
    private sealed record Place(string Policy, int Call);

    /// <summary>A store before its next run, with what is known of its disk; none yet without.</summary>
    private sealed record StoreAtRest(string[] NextRun, CrashedStore? Store = null, DiskWitness? Witness = null)
    {
        public (CrashedStore Store, DiskWitness Witness) CopyTo(TempDirectory directory)
        {
            var copy = new CrashedStore(directory, directory["wal"]) { Promised = Store?.Promised ?? 0 };
            if (Store is not null)
            {
                Directory.CreateDirectory(copy.Path);
                foreach (var file in Directory.GetFiles(Store.Path))
                    File.Copy(file, Path.Join(copy.Path, Path.GetFileName(file)));
            }

            return (copy, Witness?.Clone() ?? new DiskWitness());
        }
    }
}
