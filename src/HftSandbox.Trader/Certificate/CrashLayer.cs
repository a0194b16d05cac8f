using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>Power loss at every boundary of a <see cref="CrashScript"/>: every subset of what may have got to the disk,
/// up to twelve things of which a page is one, sampled above that; and as many states again with torn pages and
/// versions in between.</summary>
internal sealed class CrashLayer : ILayer
{
    private const int FullSeeds = 5;
    private const int ContinuedEvery = 8;

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
        "power lost at any call, any subset of what was not synced: a prefix, with everything acknowledged, goes on";

    /// <inheritdoc/>
    public long Cases(CertificateSize size) => SpreadOf(size).Cases(size);

    /// <inheritdoc/>
    public ILayerWorker NewWorker(CertificateSize size) => new Worker(StatesOf(size), SpreadOf(size), size);

    private CrashStates StatesOf(CertificateSize size) => size == CertificateSize.Full ? _all.Value : _few.Value;

    private CaseSpread SpreadOf(CertificateSize size) => new(StatesOf(size).Count, Small: 2_000, Medium: 60_000);

    private sealed class Worker(CrashStates states, CaseSpread spread, CertificateSize size) : ILayerWorker
    {
        private readonly MemoryStorage _disk = new();
        private readonly StoreContinuation _continuation = new();

        public CaseOutcome Run(long number)
        {
            var state = states.At(spread.PositionOf(size, number));
            state.Boundary.Disk.CutPower(state.Choice, _disk);
            var watched = new WatchedStorage(_disk);
            var found = StoreRecovery.Examine(watched, SampleStore.Directory);
            var durable = state.Boundary.Durable;
            var problem = state.Script.Refusal
                ?? found.Refusal
                ?? Wrong(found, state.Script.Written[state.Boundary.Phase])
                ?? (found.LastSequence < durable ? $"{durable} was acknowledged as durable" : null)
                ?? state.Script.Completions[state.Boundary.Phase].Problem(watched, found)
                ?? (number % ContinuedEvery == 0 ? _continuation.Problem(watched, found) : Healed(watched, found));
            return problem is null
                ? CaseOutcome.Held
                : CaseOutcome.Failed($"{problem}; found {found.Finding} up to {found.LastSequence}, durable {durable}, "
                    + $"{state.Choice} of {state.Boundary.Disk.PageChanges}, {state.Script.Name}");
        }

        public void Dispose()
        {
        }

        private static string? Healed(WatchedStorage disk, StoreExamination found)
        {
            StoreRecovery.Heal(disk, found);
            var again = StoreRecovery.Examine(disk, SampleStore.Directory);
            return again.Verdict == StoreVerdict.Clean && again.LastSequence == found.LastSequence
                ? null
                : $"healed, it is {again.Finding} up to {again.LastSequence}: {again.Refusal}";
        }

        // The log only ever grows: what is kept must be the bytes that the segment had when nothing was lost.
        private string? Wrong(StoreExamination found, IReadOnlyDictionary<string, byte[]> written)
        {
            foreach (var segment in found.Segments.Where(kept => kept.EndOffset > SegmentHeader.FirstRecordOffset))
            {
                var records = SegmentHeader.FirstRecordOffset..(int)segment.EndOffset;
                var original = written.GetValueOrDefault(segment.Path, []);
                if (original.Length < segment.EndOffset
                    || !_disk.BytesOf(segment.Path).Span[records].SequenceEqual(original.AsSpan(records)))
                {
                    return $"what is kept of {segment.Path} was never written";
                }
            }

            return null;
        }
    }
}
