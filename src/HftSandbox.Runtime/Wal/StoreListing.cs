using System.Globalization;
using HftSandbox.Events;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>The segments in a directory that belong to one store, and the rest named in warnings.</summary>
/// <param name="StoreId">The store; the zero id if nothing says which.</param>
/// <param name="Files">Its segments by number. One without a valid header is told by its name alone.</param>
/// <param name="TornEpoch">Greatest epoch in the name of a file that a recovery set aside; 0 = none.</param>
internal sealed record StoreListing(Id16 StoreId, IReadOnlyList<SegmentFile> Files, uint TornEpoch)
{
    private const string TornMark = ".torn-";

    /// <summary>Epoch of the last writer, or of the recovery that a writer was to follow less one; 0 = none.</summary>
    public uint LastEpoch => Math.Max(
        TornEpoch == 0 ? 0 : TornEpoch - 1, Files.Select(file => file.Header.Epoch).DefaultIfEmpty().Max());

    /// <summary>The name under which a recovery keeps what it cuts off.</summary>
    /// <param name="segmentPath">The segment.</param>
    /// <param name="epoch">The epoch that the recovery leads to.</param>
    public static string TornPath(string segmentPath, uint epoch) => $"{segmentPath}{TornMark}{epoch}";

    /// <summary>Whether a file is what the recovery before an epoch kept aside.</summary>
    public static bool IsTornAt(string name, string prefix, uint epoch) => TornEpochOf(name, prefix) == epoch;

    /// <summary>Whether the segments before the lowest one were retired: a Retire record keeps only later ones, or it
    /// keeps this one and names the seal that this one follows.</summary>
    /// <param name="lowest">The lowest segment that is there.</param>
    /// <param name="retirements">Every Retire record that was found.</param>
    public static bool IsRetired(SegmentFile lowest, IReadOnlyList<RetireBody> retirements)
    {
        foreach (var retirement in retirements)
        {
            if (retirement.FirstKeptSegment > lowest.Number)
                return true;
            ReadOnlySpan<byte> seal = retirement.LastDeletedSeal;
            if (retirement.FirstKeptSegment == lowest.Number && seal.SequenceEqual(lowest.Header.PredecessorSealDigest))
                return true;
        }

        return false;
    }

    /// <summary>The number of the segment with which the log begins: 1, or what a Retire record says where that segment
    /// is not there or cannot be read.</summary>
    /// <param name="retirements">Every Retire record that was found.</param>
    public ulong FirstNumber(IReadOnlyList<RetireBody> retirements)
    {
        var kept = retirements.Select(retirement => retirement.FirstKeptSegment).Append(1UL).Max();
        var isGone = Files.Count > 0 && (Files[0].Number > kept || (Files[0].Number == kept && !Files[0].HasHeader));
        return isGone ? kept : 1;
    }

    public static StoreListing Read(
        IStorage storage, string directory, string prefix, SnapshotInfo? newestSnapshot, List<string> warnings)
    {
        var files = new List<SegmentFile>();
        var tornEpoch = 0u;
        foreach (var name in storage.List(directory))
        {
            if (SegmentName.TryParse(name, prefix, out var parsed))
                files.Add(SegmentFile.Open(storage, Path.Join(directory, name), parsed.Number));
            else if (TornEpochOf(name, prefix) is { } epoch)
                tornEpoch = Math.Max(tornEpoch, epoch);
            else if (SegmentName.TryParse(name, SegmentName.Unfinished(prefix), out _))
                warnings.Add($"{name}: of a salvage that did not come to its end; repeat it into an empty directory");
            else if (LooksLikeSegment(name, prefix))
                warnings.Add($"{name}: not a segment of prefix {prefix}; ignored");
        }

        files.Sort((a, b) => a.Number != b.Number
            ? a.Number.CompareTo(b.Number)
            : string.CompareOrdinal(a.Name, b.Name));
        var storeId = OwnId(storage, directory, prefix, newestSnapshot, files);
        files.RemoveAll(file => IsForeign(file, storeId, warnings));
        foreach (var file in files)
        {
            file.RequireSupportedFormat();
            if (file.Copies is HeaderCopies.First or HeaderCopies.Second)
                warnings.Add($"{file.Name}: one of its two header copies is damaged; the other one is used");
        }

        return new StoreListing(storeId, files, tornEpoch);
    }

    /// <summary>The first segment that is not in its place by number; null = none.</summary>
    /// <param name="first">Number that the first one must have.</param>
    public LogStop? FindMisfit(ulong first)
    {
        var expected = first;
        foreach (var file in Files)
        {
            if (file.HasHeader && file.Header.SegmentNumber != file.Number)
                return Misfit(file, $"its header says that it is segment {file.Header.SegmentNumber}");
            if (file.Number < expected)
                return Misfit(file, $"segment {file.Number} is there twice");
            if (file.Number > expected)
            {
                var last = file.Number - 1;
                return Misfit(file, last == expected
                    ? $"segment {expected} is missing before it"
                    : $"segments {expected}..{last} are missing before it");
            }

            expected++;
        }

        return null;
    }

    /// <summary>The first segment that holds bytes behind two invalid header copies; null = none.</summary>
    public LogStop? FindUnreadable(IStorage storage)
    {
        using var reader = new SegmentReader(storage);
        foreach (var file in Files.Where(file => !file.HasHeader))
        {
            reader.Open(file);
            if (reader.SkipZeros(SegmentHeader.FirstRecordOffset) < reader.FileLength)
            {
                const string Reason = "neither copy of the segment header is valid, its records cannot be read";
                return new LogStop(LogStopKind.Damaged, file, 0, 0, Reason);
            }
        }

        return null;
    }

    private static LogStop Misfit(SegmentFile file, string reason) =>
        new(LogStopKind.Breaks, file, 0, file.Header.FirstSequence, reason);

    private static Id16 OwnId(
        IStorage storage, string directory, string prefix, SnapshotInfo? newestSnapshot, List<SegmentFile> files)
    {
        var locked = StoreLock.ReadStoreId(storage, directory, prefix);
        if (!locked.IsNone)
            return locked;
        return newestSnapshot?.StoreId ?? files.Find(file => file.HasHeader)?.Header.StoreId ?? default;
    }

    private static bool IsForeign(SegmentFile file, Id16 storeId, List<string> warnings)
    {
        if (!file.HasHeader || file.Header.StoreId == storeId)
            return false;
        warnings.Add($"{file.Name}: belongs to store {file.Header.StoreId}, this is store {storeId}; ignored");
        return true;
    }

    private static uint? TornEpochOf(string name, string prefix)
    {
        var mark = name.IndexOf(TornMark, StringComparison.Ordinal);
        if (mark < 0 || !SegmentName.TryParse(name[..mark], prefix, out _))
            return null;
        var digits = name.AsSpan(mark + TornMark.Length);
        return uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) ? epoch : null;
    }

    private static bool LooksLikeSegment(string name, string prefix) =>
        name.EndsWith(".wal", StringComparison.Ordinal) || name.StartsWith(prefix + "-", StringComparison.Ordinal);
}
