using HftSandbox.Events;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>How much of the past a store keeps; 0 = that does not count.</summary>
/// <param name="Bytes">All segments together.</param>
/// <param name="AgeNs">Of what a segment holds, by wall clock.</param>
public readonly record struct RetentionLimit(long Bytes, long AgeNs)
{
    /// <summary>Everything is kept.</summary>
    public bool IsNone => this == default;
}

/// <summary>Retires the oldest segments of a store, in this order: a Retire record, durable in the log → delete the
/// segments, the oldest first, the directory synced after each. So whatever a crash leaves is a log without a gap,
/// and the log itself says that what is missing was retired. Only segments go that are complete and lie wholly before
/// two good snapshots: one of them may rot, and the store still starts. One thread.</summary>
/// <param name="storage">The file system.</param>
/// <param name="directory">The store's directory.</param>
/// <param name="prefix">Its prefix.</param>
/// <param name="storeId">The store.</param>
/// <param name="limit">How much is kept.</param>
public sealed class Retention(
    IStorage storage, string directory, string prefix, Id16 storeId, RetentionLimit limit)
{
    /// <summary>What may go now.</summary>
    /// <param name="snapshots">The snapshots that are there, newest first.</param>
    /// <param name="wallNs">Wall clock, nanoseconds since 1970-01-01 UTC.</param>
    /// <returns>What the Retire record says; null = nothing goes.</returns>
    /// <exception cref="StorageException">The directory could not be read.</exception>
    public RetireBody? Plan(IReadOnlyList<SnapshotCandidate> snapshots, long wallNs)
    {
        if (limit.IsNone)
            return null;
        var good = snapshots
            .Where(snapshot => snapshot.Problem is null && snapshot.Info!.StoreId == storeId)
            .Take(2)
            .ToArray();
        if (good.Length < 2)
            return null;
        var segments = Segments();
        var kept = FirstKept(segments, good.Min(snapshot => snapshot.Info!.Segment), wallNs);
        return kept == 0 ? null : BodyOf(segments[kept], good[1]);
    }

    /// <summary>Deletes the segments that a durable Retire record names.</summary>
    /// <param name="retirement">What it says.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="StorageException">One could not be deleted; those before it are.</exception>
    public int Delete(in RetireBody retirement)
    {
        var firstKept = retirement.FirstKeptSegment;
        var retired = Segments().Where(segment => segment.Number < firstKept).ToArray();
        foreach (var segment in retired)
        {
            storage.Delete(segment.Path);
            storage.SyncDirectory(directory);
        }

        return retired.Length;
    }

    private IReadOnlyList<SegmentFile> Segments()
    {
        var listing = StoreListing.Read(storage, directory, prefix, newestSnapshot: null, warnings: []);
        return listing.StoreId == storeId && listing.Files.All(file => file.HasHeader) ? listing.Files : [];
    }

    // Index of the oldest segment that stays. The covered ones all have a successor, which tells how they ended.
    private int FirstKept(IReadOnlyList<SegmentFile> segments, ulong covering, long wallNs)
    {
        var bytes = segments.Sum(segment => segment.Length);
        var covered = segments.TakeWhile(segment => segment.Number < covering).Count();
        var kept = 0;
        while (kept < covered && IsTooMuch(bytes, segments[kept + 1], wallNs))
            bytes -= segments[kept++].Length;
        return kept;
    }

    // A segment is as old as its newest event: at most as old as the header that follows it.
    private bool IsTooMuch(long bytes, SegmentFile next, long wallNs) =>
        (limit.Bytes > 0 && bytes > limit.Bytes)
        || (limit.AgeNs > 0 && wallNs - next.Header.CreatedNs > limit.AgeNs);

    private static RetireBody BodyOf(SegmentFile firstKept, SnapshotCandidate covering)
    {
        var body = new RetireBody
        {
            FirstKeptSegment = firstKept.Number,
            SnapshotSequence = covering.Info!.Sequence,
            LastDeletedSeal = firstKept.Header.PredecessorSealDigest,
            SnapshotName = Text64.From(Path.GetFileName(covering.Path)),
        };
        Convert.FromHexString(covering.Info.StateSha256, body.SnapshotStateSha256, out _, out _);
        return body;
    }
}
