using System.Collections.Immutable;
using HftSandbox.Events;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>Which snapshots count for a log: every intact one of its store says what was durable; only one that lies on
/// the log can be a base.</summary>
internal static class SnapshotCheck
{
    public static IReadOnlyList<SnapshotCandidate> OfStore(
        IReadOnlyList<SnapshotCandidate> candidates, Id16 storeId, List<string> warnings)
    {
        var own = new List<SnapshotCandidate>();
        foreach (var candidate in candidates)
        {
            if (candidate.Problem is not null)
                warnings.Add($"{Name(candidate)}: {candidate.Problem}; not used");
            if (candidate.Info is null)
                continue;
            if (candidate.Info.StoreId == storeId)
                own.Add(candidate);
            else
                warnings.Add($"{Name(candidate)}: belongs to store {candidate.Info.StoreId}, not {storeId}; ignored");
        }

        return own;
    }

    public static DurableWitness Witness(IReadOnlyList<SnapshotCandidate> candidates) => candidates.Aggregate(
        default(DurableWitness), (witness, candidate) => witness.Or(candidate.Info!.Sequence, Name(candidate)));

    public static ImmutableArray<SnapshotCandidate> Usable(
        IStorage storage, IReadOnlyList<SnapshotCandidate> candidates, LogScan scan, List<string> warnings)
    {
        using var reader = new SegmentReader(storage);
        var usable = ImmutableArray.CreateBuilder<SnapshotCandidate>();
        foreach (var candidate in candidates.Where(candidate => candidate.Problem is null))
        {
            if (LiesOn(candidate.Info!, scan, reader))
                usable.Add(candidate);
            else if (candidate.Info!.Sequence >= scan.Chain.LastMissing)
                warnings.Add($"{Name(candidate)}: sequence {candidate.Info.Sequence} is not on this log; not used");
        }

        return usable.ToImmutable();
    }

    // The place is the one behind the event, so what lies there must follow the event, and follow that record.
    private static bool LiesOn(SnapshotInfo info, LogScan scan, SegmentReader reader)
    {
        if (info.Sequence > scan.Chain.LastSequence)
            return false;
        if (info.Segment == 0)
            return true;
        var index = scan.Kept.FindIndex(kept => kept.Number == info.Segment);
        if (index < 0 || info.Offset < SegmentHeader.FirstRecordOffset || info.Offset > scan.Kept[index].EndOffset)
            return false;
        var (sequence, crc) = Behind(info.Offset, index, scan, reader);
        return sequence == info.Sequence && crc == info.RecordCrc;
    }

    private static (ulong Sequence, uint Crc) Behind(long offset, int index, LogScan scan, SegmentReader reader)
    {
        if (offset == scan.Kept[index].EndOffset)
        {
            if (index + 1 == scan.Kept.Count)
                return (scan.Chain.LastSequence, scan.Chain.LastCrc);
            ref readonly var next = ref scan.Kept[index + 1].File.Header;
            return (next.PredecessorLastSequence, next.PredecessorLastCrc);
        }

        reader.Open(scan.Kept[index].File);
        if (reader.Read(offset, out var record) != RecordCheck.Valid)
            return default;
        ref readonly var header = ref record.Header;
        return (header.IsControl ? header.Sequence : header.Sequence - 1, header.PreviousCrc);
    }

    private static string Name(SnapshotCandidate candidate) => Path.GetFileName(candidate.Path);
}
