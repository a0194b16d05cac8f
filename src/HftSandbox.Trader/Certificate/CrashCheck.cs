using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>What a power loss left of a script's store, recovered and compared with what the script wrote and was told.
/// One thread.</summary>
internal sealed class CrashCheck
{
    private readonly WatchedStorage _watched;
    private readonly StoreContinuation _continuation = new();

    /// <summary>An empty disk.</summary>
    public CrashCheck() => _watched = new WatchedStorage(Disk);

    /// <summary>The disk on which the power loss is laid out.</summary>
    public MemoryStorage Disk { get; } = new();

    /// <summary>The last event that the recovery before found.</summary>
    public ulong Recovered { get; private set; }

    /// <summary>Recovers what lies on the disk.</summary>
    /// <param name="script">What was written.</param>
    /// <param name="boundary">When the power went.</param>
    /// <param name="continues">Whether the store is written to; else it is only healed.</param>
    /// <returns>What does not hold; null when everything does.</returns>
    public string? Problem(CrashScript script, CrashBoundary boundary, bool continues)
    {
        var found = StoreRecovery.Examine(_watched, SampleStore.Directory);
        Recovered = found.LastSequence;
        var problem = script.Refusal
            ?? found.Refusal
            ?? PromiseProblem(found, boundary)
            ?? HistoryProblem(found, script, boundary.Phase)
            ?? (continues ? _continuation.Problem(_watched, found) : HealingProblem(found));
        return problem is null
            ? null
            : $"{problem}; found {found.Finding} up to {found.LastSequence}, durable {found.DurableSequence}";
    }

    private static string? PromiseProblem(StoreExamination found, CrashBoundary boundary)
    {
        if (found.LastSequence < boundary.Durable)
            return $"{boundary.Durable} was acknowledged as durable";
        var snapshot = found.Snapshots.IsEmpty ? 0 : found.Snapshots[0].Info!.Sequence;
        return snapshot < boundary.Snapshot
            ? $"the snapshot of {boundary.Snapshot} was saved, the newest is of {snapshot}"
            : null;
    }

    // What a kill tore off, and the next start cut away, is on the disk until that cut is durable: the power may bring
    // back the history of a phase before, as a whole.
    private string? HistoryProblem(StoreExamination found, CrashScript script, int phase)
    {
        string? latest = null;
        for (var first = CrashScript.FirstPhaseSincePowerLoss(phase); phase >= first; phase--)
        {
            var problem = PrefixProblem(found, script.Written[phase])
                ?? script.Completions[phase].Problem(_watched, found);
            if (problem is null)
                return null;
            latest ??= problem;
        }

        return latest;
    }

    // The log only ever grows: what is kept must be the bytes that the segment had when nothing was lost.
    private string? PrefixProblem(StoreExamination found, IReadOnlyDictionary<string, byte[]> written)
    {
        foreach (var segment in found.Segments.Where(kept => kept.EndOffset > SegmentHeader.FirstRecordOffset))
        {
            var records = SegmentHeader.FirstRecordOffset..(int)segment.EndOffset;
            var original = written.GetValueOrDefault(segment.Path, []);
            if (original.Length < segment.EndOffset
                || !Disk.BytesOf(segment.Path).Span[records].SequenceEqual(original.AsSpan(records)))
            {
                return $"what is kept of {segment.Path} was never written";
            }
        }

        return null;
    }

    private string? HealingProblem(StoreExamination found)
    {
        StoreRecovery.Heal(_watched, found);
        var again = StoreRecovery.Examine(_watched, SampleStore.Directory);
        return again.Verdict == StoreVerdict.Clean && again.LastSequence == found.LastSequence
            ? null
            : $"healed, it is {again.Finding} up to {again.LastSequence}: {again.Refusal}";
    }
}
