using System.Collections.Immutable;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>Finds the valid end of a store, and makes the store ready to be continued. There is no other way to
/// start.</summary>
public static class StoreRecovery
{
    /// <summary>Examines a store, changing nothing and taking no lock: it may be one that a daemon is writing, whose
    /// first incomplete record then looks like a torn tail. A directory that does not exist or holds no segments is
    /// clean and empty.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="directory">The store's directory.</param>
    /// <param name="prefix">The store's prefix.</param>
    /// <param name="snapshotPath">The newest snapshot; null = <c>positions.json</c> in the directory.</param>
    /// <exception cref="StorageException">Something could not be read: never taken for the end of the log.</exception>
    /// <exception cref="UnsupportedFormatException">A segment is of a format that is not known here.</exception>
    public static StoreExamination Examine(
        IStorage storage, string directory, string prefix = SegmentName.DefaultPrefix, string? snapshotPath = null)
    {
        snapshotPath ??= Path.Join(directory, SnapshotStore.DefaultName);
        var warnings = new List<string>();
        var (candidates, listing) = Find(storage, directory, prefix, snapshotPath, warnings);
        candidates = SnapshotCheck.OfStore(candidates, listing.StoreId, warnings);
        var witness = SnapshotCheck.Witness(candidates);
        using var scan = Scan(storage, listing, witness, warnings, out var misfit);
        var snapshots = SnapshotCheck.Usable(storage, candidates, scan, warnings);
        var unreadable = listing.FindUnreadable(storage);
        return Conclude(directory, prefix, listing, scan, misfit, unreadable, snapshots, warnings);
    }

    // Snapshots first: one that a running daemon writes meanwhile must not witness events that were not read. But for
    // what the daemon retires meanwhile only a newer snapshot stands in, so then both are read anew.
    private static (IReadOnlyList<SnapshotCandidate> Candidates, StoreListing Listing) Find(
        IStorage storage, string directory, string prefix, string snapshotPath, List<string> warnings)
    {
        var snapshots = new SnapshotStore(storage, snapshotPath);
        while (true)
        {
            var candidates = snapshots.Find();
            var newest = Newest(candidates);
            var listing = storage.DirectoryExists(directory)
                ? StoreListing.Read(storage, directory, prefix, newest, warnings)
                : new StoreListing(newest?.StoreId ?? default, [], 0);
            if (listing.Files is not [{ Number: > 1 }, ..] || Newest(snapshots.Find()) == newest)
                return (candidates, listing);
            warnings.Clear();
        }
    }

    private static SnapshotInfo? Newest(IReadOnlyList<SnapshotCandidate> candidates) =>
        candidates.FirstOrDefault(candidate => candidate.Info is not null)?.Info;

    // Whether older segments were retired or are missing, only the rest of the log can tell.
    private static LogScan Scan(
        IStorage storage, StoreListing listing, DurableWitness witness, List<string> warnings, out LogStop? misfit)
    {
        var first = listing.Files.Count == 0 ? null : listing.Files[0];
        if (first is { HasHeader: true, Number: > 1 })
        {
            var retired = Walk(LogChain.Before(in first.Header), first.Number, 0, out misfit, out var found);
            if (StoreListing.IsRetired(first, retired.Retirements))
            {
                warnings.AddRange(found);
                return retired;
            }

            retired.Dispose();
        }

        var scan = Walk(new LogChain(), 1, 0, out misfit, out var notes);
        if (listing.FirstNumber(scan.Retirements) is > 1 and var kept)
        {
            scan.Dispose();
            scan = Walk(new LogChain(), kept, kept - 1, out misfit, out notes);
        }

        warnings.AddRange(notes);
        return scan;

        LogScan Walk(LogChain chain, ulong number, ulong retiredSegments, out LogStop? unfit, out List<string> said)
        {
            said = [];
            unfit = listing.FindMisfit(number);
            var walk = new LogScan(storage, chain, witness, said) { RetiredSegments = retiredSegments };
            walk.Run(listing.Files, unfit);
            return walk;
        }
    }

    /// <summary>Examines one segment file alone, as if the log before it were what its header says.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="path">The file, under any name.</param>
    /// <exception cref="StorageException">It could not be read.</exception>
    /// <exception cref="UnsupportedFormatException">It is of a format that this program does not know.</exception>
    public static StoreExamination ExamineFile(IStorage storage, string path)
    {
        var file = SegmentFile.Open(storage, path);
        file.RequireSupportedFormat();
        var warnings = new List<string>();
        var listing = new StoreListing(file.Header.StoreId, [file], 0);
        using var scan = LogScan.OfOne(storage, file, warnings);
        return Conclude(
            Path.GetDirectoryName(path)!, "", listing, scan, null, listing.FindUnreadable(storage), [], warnings);
    }

    /// <summary>Makes an examined store ready: sets aside what lies behind its valid end, and makes durable what lies
    /// before it. The caller holds the store's lock since before the examination. Can be killed at any step and
    /// repeated; on a store that is ready it changes nothing.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="store">A store that is clean or healable.</param>
    /// <returns>Where the writer goes on.</returns>
    /// <exception cref="InvalidOperationException">The store is neither.</exception>
    /// <exception cref="StorageException">Something could not be written or made durable.</exception>
    public static WalStart Heal(IStorage storage, StoreExamination store)
    {
        if (store.Refusal is not null)
            throw new InvalidOperationException(store.Refusal);
        var epoch = store.Epoch + 1;
        StoreHealing.SetAside(storage, store, epoch);
        StoreHealing.CutTail(storage, store, epoch);
        StoreHealing.SyncUnwitnessed(storage, store);
        if (store.Segments.IsEmpty)
            return EmptyStart(store, epoch);
        var last = store.Segments[^1];
        var (cutOffset, discarded) = StoreHealing.Discarded(storage, store, epoch);
        return new WalStart
        {
            StoreId = store.StoreId,
            Epoch = epoch,
            NextSegmentNumber = last.Number + 1,
            LastSequence = store.LastSequence,
            DurableSequence = store.LastSequence,
            LastReceiveTimeNs = store.LastReceiveTimeNs,
            Predecessor = new SegmentPredecessor
            {
                Number = last.Number,
                LastSequence = store.LastSequence,
                LastCrc = store.LastCrc,
                End = last.IsSealed ? PredecessorEnd.Sealed : PredecessorEnd.Recovered,
                DataLength = last.EndOffset,
                CutOffset = cutOffset,
                BytesDiscarded = discarded,
                SealDigest = store.SealDigest,
            },
        };
    }

    private static WalStart EmptyStart(StoreExamination store, uint epoch) => new()
    {
        StoreId = store.StoreId.IsNone ? RandomId.Next() : store.StoreId,
        Epoch = epoch,
        NextSegmentNumber = 1,
        LastSequence = 0,
        DurableSequence = 0,
    };

    private static StoreExamination Conclude(
        string directory,
        string prefix,
        StoreListing listing,
        LogScan scan,
        LogStop? misfit,
        LogStop? unreadable,
        ImmutableArray<SnapshotCandidate> snapshots,
        List<string> warnings)
    {
        var stop = scan.Stop!;
        var row = RecoveryTable.Decide(new RecoveryFacts(
            SegmentMissing: misfit is not null,
            SegmentUnreadable: unreadable is not null,
            Stop: stop.Kind,
            Durable: stop.Sequence <= scan.Durable.Sequence,
            LaterValid: scan.LaterValid));
        var refused = row.Verdict is StoreVerdict.Corrupt or StoreVerdict.BrokenChain;
        var setAside = listing.Files.Skip(scan.Kept.Count).ToImmutableArray();
        return new StoreExamination
        {
            Directory = directory,
            Prefix = prefix,
            Verdict = row.Verdict,
            Finding = row.Name,
            StoreId = listing.StoreId,
            Epoch = listing.LastEpoch,
            Segments = [.. scan.Kept],
            LastSequence = scan.Chain.LastSequence,
            LastMissing = scan.Chain.LastMissing,
            LastReceiveTimeNs = scan.Chain.LastReceiveTimeNs,
            DurableSequence = scan.Durable.Sequence,
            LastCrc = scan.Chain.LastCrc,
            SealDigest = scan.Chain.SealDigest,
            CleanStop = row.Verdict == StoreVerdict.Clean && scan.Chain.StoppedCleanly,
            DiscardedBytes = refused ? 0 : TailBytes(scan) + setAside.Sum(file => file.Length),
            DiscardedLastSequence = scan.LaterSequence,
            SetAside = setAside,
            Snapshots = snapshots,
            SnapshotRecords = [.. scan.Snapshots],
            Warnings = [.. warnings],
            Refusal = refused ? Refuse(row.Name, directory, misfit ?? unreadable ?? stop, scan) : null,
        };
    }

    private static long TailBytes(LogScan scan) =>
        scan.Kept.LastOrDefault() is { HasTail: true } last ? last.FileLength - last.EndOffset : 0;

    private static string Refuse(string finding, string directory, LogStop stop, LogScan scan)
    {
        var sequence = stop.Sequence == 0 ? scan.Stop!.Sequence : stop.Sequence;
        var isFirst = scan.RetiredSegments > 0 && stop.File is { HasHeader: false };
        var expected = isFirst ? "sequence unknown" : $"sequence {sequence}";
        var place = stop.File is null ? directory : $"{stop.File.Path} offset {stop.Offset}";
        var witness = scan.Durable.Sequence == 0
            ? "nothing is known to have been durable"
            : $"{scan.Durable.Sequence} was durable, says {scan.Durable.File}";
        return $"{finding}: {place} {expected}: {stop.Reason}; {scan.Loss}; {witness}; "
            + $"save what is whole: trader salvage {directory} --out DIR2";
    }
}
