using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>A store that is stopped, started, killed inside a write and started again, with syncs beside its writes:
/// the power fails at every call that writer, snapshots and recovery make, in every way, and again at every call of the
/// recovery that follows. What is left is an exact prefix of the engine's events with everything acknowledged and the
/// last snapshot, and the engine rebuilt from it completes it as the run that was never interrupted did.</summary>
internal sealed class KillLayer : ILayer
{
    private const int FullSeeds = 6;
    private const int StatesPerInterruption = 64;
    private const int SegmentBytes = 20 << 10;
    private const int LongSegmentBytes = 64 << 10;

    private static readonly ScriptShape[] Shapes =
    [
        new(DurabilityPolicy.None, LongSegmentBytes, SyncsLate: true),
        new(DurabilityPolicy.None, SegmentBytes, SyncsLate: true),
        new(DurabilityPolicy.None, SegmentBytes),
        new(ScriptStore.OnRequest, SegmentBytes),
        new(DurabilityPolicy.Batch, SegmentBytes),
        new(DurabilityPolicy.Every, SegmentBytes),
    ];

    private readonly Lazy<CrashPoints> _few;
    private readonly Lazy<CrashPoints> _all;

    /// <summary>Plays nothing yet.</summary>
    /// <param name="decorate">Put between the store and the disk; null = nothing.</param>
    public KillLayer(Func<IStorage, IStorage>? decorate = null)
    {
        _few = new Lazy<CrashPoints>(() => PointsOf(1, decorate));
        _all = new Lazy<CrashPoints>(() => PointsOf(FullSeeds, decorate));
    }

    /// <inheritdoc/>
    public string Name => "kill";

    /// <inheritdoc/>
    public string Claim =>
        "killed, restarted and then without power, at any call, of recovery too: the run's own prefix, completed alike";

    /// <inheritdoc/>
    public long Cases(CertificateSize size) => SpreadOf(size).Cases(size);

    /// <summary>States of the disk in a full run, each recovered once; the other cases cut off the recovery of some of
    /// them, at each of its calls.</summary>
    public long States => _all.Value.States;

    /// <inheritdoc/>
    public ILayerWorker NewWorker(CertificateSize size) => new Worker(Points(size), SpreadOf(size), size);

    private static CrashPoints PointsOf(int seeds, Func<IStorage, IStorage>? decorate) => CrashPoints.Of(
        Enumerable.Range(1, seeds).Select(seed => StoreScript.Events((ulong)seed)), Shapes, decorate ?? (disk => disk));

    private CrashPoints Points(CertificateSize size) => size == CertificateSize.Full ? _all.Value : _few.Value;

    private CaseSpread SpreadOf(CertificateSize size)
    {
        var states = Points(size).States;
        return new CaseSpread(states + (states / StatesPerInterruption), Small: 1_500, Medium: 100_000);
    }

    private sealed class Worker(CrashPoints points, CaseSpread spread, CertificateSize size) : ILayerWorker
    {
        private readonly RecoveryTrial _trial = new();

        public CaseOutcome Run(long number)
        {
            var position = spread.PositionOf(size, number);
            var isInterrupted = position >= points.States;
            var (point, choice) = points.State(
                isInterrupted ? (position - points.States) * StatesPerInterruption : position);
            point.Disk.CutPower(choice, _trial.Disk);
            var problem = isInterrupted
                ? InterruptedProblem(point, (ulong)position)
                : _trial.Problem(point.Events, point.Promise);
            return problem is null
                ? CaseOutcome.Held
                : CaseOutcome.Failed($"{point.Place}, {choice.Grain} {choice.Bits:x}: {problem}");
        }

        public void Dispose()
        {
        }

        // The power fails again at each call of the recovery, up to the first segment of the next writer.
        private string? InterruptedProblem(CrashPoint point, ulong seed)
        {
            var disk = new SimulatedDisk(_trial.Disk);
            var moments = MomentsOfRecovery(disk, point.Events, out var refusal);
            if (refusal is not null)
                return refusal;
            ulong? recovered = null;
            for (var i = 0; i < moments.Count; i++)
            {
                CrashChoice[] choices =
                    [CrashChoice.NothingKept, CrashChoice.AllKept, CrashChoice.Drawn(seed + (ulong)i)];
                foreach (var choice in choices)
                {
                    moments[i].CutPower(choice, _trial.Disk);
                    if (_trial.Problem(point.Events, point.Promise) is { } problem)
                        return $"recovery cut off at call {i} ({choice.Grain} {choice.Bits:x}): {problem}";
                    recovered ??= _trial.Recovered;
                    if (_trial.Recovered != recovered)
                        return $"recovery cut off at call {i} finds {_trial.Recovered}, not {recovered}";
                }
            }

            return null;
        }

        private static List<DiskMoment> MomentsOfRecovery(SimulatedDisk disk, ScriptEvents events, out string? refusal)
        {
            refusal = null;
            var moments = new List<DiskMoment>();
            var storage = new FaultyStorage(disk);
            using var store = new ScriptStore(
                storage, events, new ScriptShape(DurabilityPolicy.None, SegmentBytes));
            store.BeforeChange = _ => moments.Add(disk.Moment());
            try
            {
                store.Start();
            }
            catch (InvalidOperationException refused)
            {
                refusal = refused.Message;
            }

            moments.Add(disk.Moment());
            return moments;
        }
    }
}
