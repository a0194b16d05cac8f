using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;

namespace HftSandbox.Trader.Certificate;

/// <summary>Power loss at every boundary of a <see cref="CrashScript"/>: every subset of what may have got to the disk,
/// up to twelve things of which a page is one, sampled above that; and as many states again with torn pages and
/// versions in between. Some of them lose their power again at every call of the recovery.</summary>
internal sealed class CrashLayer : ILayer
{
    private const int FullSeeds = 2;
    private const int ContinuedEvery = 8;
    private const int StatesPerInterruption = 512;

    private readonly Lazy<CrashStates> _few;
    private readonly Lazy<CrashStates> _all;

    /// <summary>Plays nothing yet.</summary>
    /// <param name="decorate">Wraps the disk under the script; null = nothing does.</param>
    public CrashLayer(Func<IStorage, IStorage>? decorate = null)
    {
        _few = new Lazy<CrashStates>(() => new CrashStates(seeds: 1, decorate ?? (disk => disk)));
        _all = new Lazy<CrashStates>(() => new CrashStates(FullSeeds, decorate ?? (disk => disk)));
    }

    /// <inheritdoc/>
    public string Name => "crash";

    /// <inheritdoc/>
    public string Claim =>
        "power lost at any call, of recovery too, any subset of what was not synced: a prefix with all that is durable";

    /// <summary>States of the disk in a full run, each recovered once; the cases behind them cut off the recovery of
    /// some, at each of its calls.</summary>
    public long States => _all.Value.Count;

    /// <inheritdoc/>
    public long Cases(CertificateSize size) => Spread(size).Cases(size) + Interruptions(size).Cases(size);

    /// <inheritdoc/>
    public ILayerWorker NewWorker(CertificateSize size) => new Worker(this, size);

    private CrashStates StatesOf(CertificateSize size) => size == CertificateSize.Full ? _all.Value : _few.Value;

    private CaseSpread Spread(CertificateSize size) => new(StatesOf(size).Count, Small: 1_500, Medium: 60_000);

    private CaseSpread Interruptions(CertificateSize size) =>
        new(StatesOf(size).Count / StatesPerInterruption, Small: 30, Medium: 500);

    private sealed class Worker(CrashLayer layer, CertificateSize size) : ILayerWorker
    {
        private static readonly CrashChoice[] Ends = [CrashChoice.NothingKept, CrashChoice.AllKept];

        private readonly CrashStates _states = layer.StatesOf(size);
        private readonly CaseSpread _spread = layer.Spread(size);
        private readonly CaseSpread _interruptions = layer.Interruptions(size);
        private readonly CrashCheck _check = new();

        public CaseOutcome Run(long number)
        {
            var interruption = number - _spread.Cases(size);
            var state = _states.At(interruption < 0
                ? _spread.PositionOf(size, number)
                : _interruptions.PositionOf(size, interruption) * StatesPerInterruption);
            state.Boundary.Disk.CutPower(state.Choice, _check.Disk);
            var problem = interruption < 0
                ? _check.Problem(state.Script, state.Boundary, number % ContinuedEvery == 0)
                : InterruptedProblem(state, (ulong)interruption);
            return problem is null
                ? CaseOutcome.Held
                : CaseOutcome.Failed($"{problem}; acknowledged {state.Boundary.Durable}, {state.Choice} of "
                    + $"{state.Boundary.Disk.PageChanges}, phase {state.Boundary.Phase}, {state.Script.Name}");
        }

        // The power goes again at each call of the recovery, up to the first segment of the next writer.
        private string? InterruptedProblem(CrashState state, ulong seed)
        {
            var moments = MomentsOfRecovery(state.Script);
            ulong? recovered = null;
            for (var i = 0; i < moments.Count; i++)
            {
                foreach (var choice in Ends.Append(CrashChoice.Drawn(seed + (ulong)i)))
                {
                    moments[i].CutPower(choice, _check.Disk);
                    var problem = _check.Problem(state.Script, state.Boundary, i % ContinuedEvery == 0);
                    recovered ??= _check.Recovered;
                    if (_check.Recovered != recovered)
                        problem ??= $"{_check.Recovered} is found, {recovered} was found before";
                    if (problem is not null)
                        return $"recovery cut off at call {i} of {moments.Count}, {choice}: {problem}";
                }
            }

            return null;
        }

        private List<DiskMoment> MomentsOfRecovery(CrashScript script)
        {
            var disk = new SimulatedDisk(_check.Disk);
            var moments = new List<DiskMoment>();
            var watched = new FaultyStorage(disk)
            {
                Before = (call, _) =>
                {
                    if (CrashScript.IsBoundary(call))
                        moments.Add(disk.Moment());
                },
            };
            using var run = new SteppedRun(watched, script.Options);
            moments.Add(disk.Moment());
            return moments;
        }
    }
}
