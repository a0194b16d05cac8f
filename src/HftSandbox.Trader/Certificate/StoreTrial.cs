using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>What must be found in a damaged store.</summary>
/// <param name="Sequence">s: the first event that is damaged or missing; all before it are whole.</param>
/// <param name="WitnessedMin">W is at least this: what is whole, and where it was written, says so.</param>
/// <param name="WitnessedMax">W is at most this.</param>
/// <param name="Place">Where a refusal must say that it is, as in the refusal's text; null = somewhere.</param>
internal readonly record struct TrialExpectation(
    ulong Sequence, ulong WitnessedMin, ulong WitnessedMax, string? Place)
{
    /// <summary>The store must be refused whatever was durable: its segments are not what their names say.</summary>
    public bool MustRefuse { get; init; }
}

/// <summary>A damaged sample on a disk in memory, judged: examined, and healed and written to if it is not refused. One
/// thread.</summary>
internal sealed class StoreTrial
{
    private const int ReadBackEvery = 64;

    private readonly SampleStore _sample;
    private readonly StoreContinuation _continuation = new();
    private long _judged;

    /// <summary>Judges damaged copies of a sample.</summary>
    /// <param name="sample">The sample, as it is true.</param>
    public StoreTrial(SampleStore sample)
    {
        _sample = sample;
        Watched = new WatchedStorage(Disk);
    }

    /// <summary>The disk; the layer puts the damaged store on it.</summary>
    public MemoryStorage Disk { get; } = new();

    /// <summary>The same disk, watched.</summary>
    public WatchedStorage Watched { get; }

    /// <summary>Judges what lies on the disk.</summary>
    /// <param name="expected">What must be found.</param>
    /// <param name="continues">Whether a store that is not refused is written to; else it is only healed, and the bytes
    /// compared. A layer writes to one of the stores that heal to the same bytes.</param>
    public CaseOutcome Judge(in TrialExpectation expected, bool continues = true)
    {
        var changes = Watched.Changes;
        var found = StoreRecovery.Examine(Watched, SampleStore.Directory);
        if (Watched.Changes != changes)
            return CaseOutcome.Failed("the examination changed the store");
        var problem = found.Refusal is { } refusal
            ? RefusalProblem(refusal, expected)
            : AcceptanceProblem(found, expected);
        problem ??= WitnessProblem(found, expected) ?? KeptProblem(found, expected);
        if (problem is not null)
            return Failed(problem, found);
        if (found.Refusal is not null)
            return CaseOutcome.Held;
        problem = _judged++ % ReadBackEvery == 0 ? ReadBackProblem(found) : null;
        problem ??= continues ? _continuation.Problem(Watched, found) : HealingProblem(found);
        if (problem is not null)
            return Failed(problem, found);
        return expected.Sequence <= _sample.DurableSequence ? CaseOutcome.Undecidable : CaseOutcome.Held;
    }

    private static CaseOutcome Failed(string problem, StoreExamination found) => CaseOutcome.Failed(
        $"{problem}; found {found.Verdict} up to {found.LastSequence}, durable {found.DurableSequence}: "
        + (found.Refusal ?? found.Finding));

    private static string? RefusalProblem(string refusal, in TrialExpectation expected)
    {
        if (!expected.MustRefuse && expected.Sequence > expected.WitnessedMax)
            return $"refused although {expected.Sequence} was not durable";
        return expected.Place is { } place && !refusal.Contains(place, StringComparison.Ordinal)
            ? $"the refusal does not name '{place}'"
            : null;
    }

    private static string? AcceptanceProblem(StoreExamination found, in TrialExpectation expected)
    {
        if (expected.MustRefuse)
            return "not refused";
        if (expected.Sequence <= expected.WitnessedMin)
            return $"not refused although {expected.WitnessedMin} was durable and {expected.Sequence} is lost";
        return found.Verdict is StoreVerdict.Clean or StoreVerdict.Healable ? null : "neither refused nor accepted";
    }

    private static string? WitnessProblem(StoreExamination found, in TrialExpectation expected) =>
        expected.MustRefuse
        || (found.DurableSequence >= expected.WitnessedMin && found.DurableSequence <= expected.WitnessedMax)
            ? null
            : $"durable is {found.DurableSequence}, not {expected.WitnessedMin}..{expected.WitnessedMax}";

    private string? KeptProblem(StoreExamination found, in TrialExpectation expected)
    {
        if (expected.MustRefuse)
        {
            if (found.LastSequence >= expected.Sequence)
                return $"{found.LastSequence} is taken for whole";
        }
        else if (found.LastSequence != expected.Sequence - 1)
        {
            return $"{found.LastSequence} is the last event kept, not {expected.Sequence - 1}";
        }

        return WrongBytes(found);
    }

    // What is kept must be the original's bytes, at the original's places.
    private string? WrongBytes(StoreExamination found)
    {
        for (var i = 0; i < found.Segments.Length; i++)
        {
            var kept = found.Segments[i];
            var original = _sample.Segments[i];
            if (kept.Number != original.Number || kept.EndOffset > original.DataEnd)
                return $"segment {kept.Number} is kept up to {kept.EndOffset}, it had {original.DataEnd} bytes";
            if (i + 1 < found.Segments.Length && kept.EndOffset != original.DataEnd)
                return $"segment {kept.Number} is followed by another although it ends at {kept.EndOffset}";
            var records = SegmentHeader.FirstRecordOffset..(int)kept.EndOffset;
            // A segment without records may have been cut within its headers.
            if (kept.EndOffset > SegmentHeader.FirstRecordOffset
                && !Disk.BytesOf(kept.Path).Span[records].SequenceEqual(original.Bytes.Span[records]))
            {
                return $"records kept in segment {kept.Number} are not the original's";
            }
        }

        return null;
    }

    private string? HealingProblem(StoreExamination found)
    {
        StoreRecovery.Heal(Watched, found);
        if (WrongBytes(found) is { } wrong)
            return $"healed, {wrong}";
        if (found.SetAside.FirstOrDefault(file => Watched.List(SampleStore.Directory).Contains(file.Name)) is { } left)
            return $"healed, {left.Name} is still there";
        if (found.Segments is not [.., { IsSealed: false } last])
            return null;
        var bytes = Disk.BytesOf(last.Path).Span;
        return bytes.Length <= last.EndOffset || !bytes[(int)last.EndOffset..].ContainsAnyExcept((byte)0)
            ? null
            : $"healed, {last.Path} still has bytes behind {last.EndOffset}";
    }

    // The same through the reader that everything else uses.
    private string? ReadBackProblem(StoreExamination found)
    {
        using var log = new WalReader(Watched, found.Segments, includeControl: true);
        var index = 0;
        for (; log.MoveNext(); index++)
        {
            var record = _sample.Records[index];
            var bytes = _sample.Segments[record.Segment].Bytes.Span.Slice(record.Offset, record.Length);
            if (log.Offset != record.Offset || !log.Record.SequenceEqual(bytes))
                return $"record {index} at {log.Segment.Path} offset {log.Offset} is read back as another one";
        }

        return _sample.ExpectedAt(index) == found.LastSequence + 1 ? null : $"only {index} records are read back";
    }
}
