using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>The N-th call of a kind fails, for every kind, every error and every N of a few short runs, a recovery
/// among them; then the power goes. The failure must be told, nothing acknowledged after it, nothing acknowledged
/// before it lost, and the next start right.</summary>
internal sealed class FaultLayer : ILayer
{
    private readonly Lazy<FaultPlan> _plan;

    /// <summary>Plays nothing yet.</summary>
    /// <param name="decorate">Wraps the disk above the faults; a harness that plants a bug does. Null = nothing
    /// does.</param>
    public FaultLayer(Func<IStorage, IStorage>? decorate = null) =>
        _plan = new Lazy<FaultPlan>(() => new FaultPlan(decorate ?? (disk => disk)));

    /// <inheritdoc/>
    public string Name => "fault";

    /// <inheritdoc/>
    public string Claim =>
        "the N-th call fails, each call, each error, all N: nothing acknowledged after it, nothing lost, goes on";

    /// <inheritdoc/>
    public long Cases(CertificateSize size) => SpreadOf().Cases(size);

    /// <inheritdoc/>
    public ILayerWorker NewWorker(CertificateSize size) => new Worker(_plan.Value, SpreadOf(), size);

    private CaseSpread SpreadOf() => new(_plan.Value.Cases.Count, Small: 80, Medium: 1_500);

    private sealed class Worker(FaultPlan plan, CaseSpread spread, CertificateSize size) : ILayerWorker
    {
        public CaseOutcome Run(long number)
        {
            var (scenario, fault) = plan.Cases[(int)spread.PositionOf(size, number)];
            var disk = scenario.NewDisk();
            var faulty = new FaultyStorage(disk, fault);
            var problem = Fail(scenario, plan.Decorate(faulty), faulty, out var durable)
                ?? AfterPowerLoss(scenario, disk, CrashChoice.NothingKept, durable)
                ?? AfterPowerLoss(scenario, disk, CrashChoice.AllKept, durable)
                ?? AfterPowerLoss(scenario, disk, CrashChoice.Drawn((ulong)number), durable);
            return problem is null
                ? CaseOutcome.Held
                : CaseOutcome.Failed($"{problem}; {fault}, {scenario.Name}, durable {durable}");
        }

        private static string? Fail(FaultScenario scenario, IStorage storage, FaultyStorage faulty, out ulong durable)
        {
            durable = scenario.DurableBefore;
            SteppedRun? run = null;
            try
            {
                run = new SteppedRun(storage, scenario.Options);
                FaultScenario.Play(run);
                return "the failure was swallowed";
            }
            catch (StorageException)
            {
                durable = Math.Max(durable, run?.Wal.DurableSequence ?? 0);
                return run is { Wal.IsPoisoned: true } ? AfterPoison(run, faulty, durable) : null;
            }
            finally
            {
                run?.Dispose();
            }
        }

        private static string? AfterPoison(SteppedRun run, FaultyStorage faulty, ulong durable)
        {
            var calls = faulty.Calls.Count;
            run.Wal.RequestDurable(ulong.MaxValue);
            for (var i = 0; i < 3; i++)
                run.Wal.DoWork(long.MaxValue);
            if (faulty.Calls.Count != calls)
                return $"a poisoned writer called {faulty.Calls[^1].Call}";
            if (run.Wal.DurableSequence != durable)
                return $"a poisoned writer acknowledged {run.Wal.DurableSequence}";
            return run.IsRingClosed ? null : "the engine was not told";
        }

        private static string? AfterPowerLoss(
            FaultScenario scenario, SimulatedDisk disk, CrashChoice choice, ulong durable)
        {
            var left = disk.Crash(choice);
            var found = StoreRecovery.Examine(left, SampleStore.Directory);
            if (found.Refusal is { } refusal)
                return $"{choice}: {refusal}";
            if (found.LastSequence < durable)
                return $"{choice}: only {found.LastSequence} is left";
            using (var next = new SteppedRun(new SimulatedDisk(left), scenario.Options))
            {
                if (next.LastSequence < found.LastSequence)
                    return $"{choice}: the next start stands at {next.LastSequence}, {found.LastSequence} was there";
                next.Step();
                next.Stop();
            }

            return null;
        }
    }
}
