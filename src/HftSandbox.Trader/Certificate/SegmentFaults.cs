using System.Runtime.InteropServices;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>Faults of whole segments, each for every segment, and what must be found.</summary>
/// <param name="sample">The sample.</param>
/// <param name="other">Another store.</param>
internal sealed class SegmentFaults(SampleStore sample, SampleStore other)
{
    private const long DayNs = 86_400_000_000_000;

    private readonly SampleWitness _witness = new(sample);

    private delegate TrialExpectation Fault(SegmentFaults faults, MemoryStorage disk, int segment);

    private static readonly (string Name, Fault Inflict)[] Table =
    [
        ("missing", (faults, disk, segment) => faults.Missing(disk, segment)),
        ("there twice under two names", (faults, disk, segment) => faults.Doubled(disk, segment)),
        ("exchanged with the next one", (faults, disk, segment) => faults.Exchanged(disk, segment)),
        ("a foreign one beside it", (faults, disk, segment) => faults.ForeignBeside(disk, segment)),
        ("a foreign one behind the last", (faults, disk, segment) => faults.ForeignBehind(disk, segment)),
        ("an older epoch's behind the last", (faults, disk, segment) => faults.OlderEpoch(disk, segment)),
        ("empty", (faults, disk, segment) => faults.Empty(disk, segment)),
        ("an empty one behind the last", (faults, disk, _) => faults.EmptyBehind(disk)),
        ("followed by garbage", (faults, disk, segment) => faults.Garbage(disk, segment)),
    ];

    /// <summary>How many cases there are.</summary>
    public int Count => Table.Length * sample.Segments.Length;

    private TrialExpectation Whole => new(
        sample.LastSequence + 1, sample.DurableSequence, sample.DurableSequence, null);

    /// <summary>Runs a case.</summary>
    /// <param name="number">From 0.</param>
    /// <param name="trial">The undamaged sample lies on its disk.</param>
    public CaseOutcome Run(int number, StoreTrial trial)
    {
        var (name, inflict) = Table[number / sample.Segments.Length];
        var segment = number % sample.Segments.Length;
        var outcome = trial.Judge(inflict(this, trial.Disk, segment));
        return outcome.Verdict == CaseVerdict.Failed
            ? CaseOutcome.Failed($"segment {sample.Segments[segment].Number} {name}: {outcome.Text}")
            : outcome;
    }

    private TrialExpectation Missing(MemoryStorage disk, int segment)
    {
        disk.Delete(sample.Segments[segment].Path);
        return segment + 1 < sample.Segments.Length ? Refused(segment, " missing before it") : LostFrom(segment);
    }

    private TrialExpectation Doubled(MemoryStorage disk, int segment)
    {
        var file = sample.Segments[segment];
        disk.Put(PathOf(file.Number, DayNs * (segment + 1)), file.Bytes);
        // One of the two is as good as the other, so its events are whole.
        var before = segment + 1 < sample.Segments.Length ? sample.Segments[segment + 1].SequenceBefore
            : sample.LastSequence;
        return Refused(segment, " is there twice") with { Sequence = before + 1 };
    }

    // The last one has no next one: it changes places with the first.
    private TrialExpectation Exchanged(MemoryStorage disk, int segment)
    {
        var next = (segment + 1) % sample.Segments.Length;
        var (one, two) = (sample.Segments[segment], sample.Segments[next]);
        disk.Put(one.Path, two.Bytes);
        disk.Put(two.Path, one.Bytes);
        return Refused(Math.Min(segment, next), " its header says that it is segment ");
    }

    private TrialExpectation ForeignBeside(MemoryStorage disk, int segment)
    {
        disk.Put(PathOf(sample.Segments[segment].Number, DayNs), Foreign(segment));
        return Whole;
    }

    private TrialExpectation ForeignBehind(MemoryStorage disk, int segment)
    {
        disk.Put(PathOf(sample.Segments[^1].Number + 1, DayNs), Foreign(segment));
        return Whole;
    }

    // All of its header fits but the epoch, which is the first one's.
    private TrialExpectation OlderEpoch(MemoryStorage disk, int segment)
    {
        var bytes = sample.Segments[segment].Bytes[..SegmentHeader.FirstRecordOffset].ToArray();
        ref var header = ref MemoryMarshal.AsRef<SegmentHeader>(bytes.AsSpan());
        header.SegmentNumber = sample.Segments[^1].Number + 1;
        header.FirstSequence = sample.LastSequence + 1;
        header.Epoch = sample.Epoch - 1;
        header.DurableSequence = sample.DurableSequence;
        header.PredecessorNumber = sample.Segments[^1].Number;
        header.PredecessorEnd = PredecessorEnd.Recovered;
        header.PredecessorLastSequence = sample.LastSequence;
        header.PredecessorDataLength = sample.Segments[^1].DataEnd;
        header.HeaderCrc = Crc32C.Of(bytes.AsSpan(0, SegmentHeader.SizeBytes - sizeof(uint)));
        bytes.AsSpan(0, SegmentHeader.SizeBytes).CopyTo(bytes.AsSpan(SegmentHeader.SizeBytes));
        disk.Put(PathOf(header.SegmentNumber, DayNs), bytes);
        return Whole;
    }

    private TrialExpectation Empty(MemoryStorage disk, int segment)
    {
        disk.Put(sample.Segments[segment].Path, default);
        return LostFrom(segment);
    }

    private TrialExpectation EmptyBehind(MemoryStorage disk)
    {
        disk.Put(PathOf(sample.Segments[^1].Number + 1, DayNs), default);
        return Whole;
    }

    private TrialExpectation Garbage(MemoryStorage disk, int segment)
    {
        var file = sample.Segments[segment];
        byte[] garbage = [0x5A, .. other.Segments[0].Bytes.Span[100..1000]];
        disk.Put(file.Path, (byte[])[.. file.Bytes.Span, .. garbage]);
        return Whole;
    }

    private ReadOnlyMemory<byte> Foreign(int segment) => other.Segments[segment % other.Segments.Length].Bytes;

    private TrialExpectation Refused(int segment, string place) => new(
        sample.Segments[segment].SequenceBefore + 1, 0, ulong.MaxValue, place)
    {
        MustRefuse = true,
    };

    // Later segments still say what was durable, and so do the snapshots.
    private TrialExpectation LostFrom(int segment)
    {
        var file = sample.Segments[segment];
        var durable = Math.Max(
            sample.SnapshotSequence,
            Math.Max(
                _witness.In(0, file.FirstRecord), _witness.In(sample.EndOfRecords(segment), sample.Records.Length)));
        for (var i = 0; i < sample.Segments.Length; i++)
            durable = i == segment ? durable : Math.Max(durable, sample.Segments[i].HeaderDurable);
        return new TrialExpectation(file.SequenceBefore + 1, durable, durable, null);
    }

    private static string PathOf(ulong number, long createdNs) =>
        Path.Join(SampleStore.Directory, SegmentName.Format(SegmentName.DefaultPrefix, createdNs, number));
}
