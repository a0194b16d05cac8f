using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>Saves what is left of a damaged store into a new one: every event whose record is whole, in order, with its
/// own sequence, and the snapshots that still fit. The damaged store is only read, without a lock.</summary>
public sealed class StoreSalvage
{
    private readonly TolerantStorage _source;
    private readonly IStorage _storage;
    private readonly IClock _clock;
    private readonly SalvageRequest _request;
    private readonly List<SalvageLoss> _lost = [];
    private readonly List<(SnapshotCandidate Snapshot, MarkedPosition Place)> _snapshots = [];
    private Queue<SnapshotCandidate> _candidates = [];
    private ulong _lastRetired;
    private ulong _events;
    private ulong _duplicates;

    private StoreSalvage(IStorage storage, IClock clock, SalvageRequest request)
    {
        _source = new TolerantStorage(storage);
        _storage = storage;
        _clock = clock;
        _request = request;
    }

    /// <summary>Salvages a store. Where no event is left, nothing is written.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="clock">Stamps the new segments.</param>
    /// <param name="request">What, and where to.</param>
    /// <exception cref="StorageException">The directory cannot be read at all, or the new store cannot be
    /// written.</exception>
    /// <exception cref="UnsupportedFormatException">A segment is of a format that is not known here.</exception>
    public static SalvageReport Run(IStorage storage, IClock clock, SalvageRequest request) =>
        new StoreSalvage(storage, clock, request).Run();

    private SalvageReport Run()
    {
        var warnings = new List<string>();
        var path = _request.SnapshotPath ?? Path.Join(_request.Directory, SnapshotStore.DefaultName);
        var candidates = new SnapshotStore(_source, path).Find();
        var newest = candidates.FirstOrDefault(candidate => candidate.Info is not null)?.Info;
        var listing = StoreListing.Read(_source, _request.Directory, _request.Prefix, newest, warnings);
        candidates = SnapshotCheck.OfStore(candidates, listing.StoreId, warnings);
        using var search = new SalvageSearch(_source);
        Search(search, listing);
        search.Know(SnapshotCheck.Witness(candidates).Sequence);
        var retiredSegments = listing.FirstNumber(search.Retirements) - 1;
        if (listing.Files is [{ HasHeader: true, Number: > 1 } oldest, ..]
            && StoreListing.IsRetired(oldest, search.Retirements))
        {
            _lastRetired = oldest.Header.FirstSequence - 1;
            retiredSegments = oldest.Number - 1;
        }

        _candidates = new Queue<SnapshotCandidate>(candidates
            .Where(candidate => candidate.Problem is null)
            .OrderBy(candidate => candidate.Info!.Sequence));
        var storeId = search.Runs.Count == 0 ? default : RandomId.Next();
        var (first, last) = search.Runs.Count == 0 ? default : Write(search, storeId);
        return new SalvageReport
        {
            Events = _events,
            FirstSequence = first,
            LastSequence = last,
            Segments = listing.Files.Count,
            UnreadableSegments = [.. listing.Files.Where(file => !file.HasHeader).Select(file => file.Name)],
            LastRetired = _lastRetired,
            RetiredSegments = retiredSegments,
            Lost = [.. _lost],
            Damaged = [.. search.Damaged],
            UnreadableBytes = _source.UnreadableBytes,
            Duplicates = _duplicates,
            Snapshots = [.. _snapshots.Select(saved => saved.Snapshot.Info!.Sequence)],
            Warnings = [.. warnings],
            StoreId = storeId,
        };
    }

    // By the number in the header: a segment may have got another's name.
    private static void Search(SalvageSearch search, StoreListing listing)
    {
        var files = listing.Files.Where(file => file.HasHeader).OrderBy(file => file.Header.SegmentNumber).ToArray();
        for (var i = 0; i < files.Length; i++)
        {
            var number = files[i].Header.SegmentNumber;
            var next = Array.Find(files, file => file.Header.SegmentNumber == number + 1);
            search.Search(files[i], LogScan.RecoveredEnd(number, next));
        }
    }

    private (ulong First, ulong Last) Write(SalvageSearch search, Id16 storeId)
    {
        var runs = search.Runs.OrderBy(run => run.FirstSequence).ThenBy(run => run.File.Number).ToArray();
        var first = runs[0].FirstSequence;
        _storage.CreateDirectory(_request.OutDirectory);
        using var @lock = StoreLock.TryAcquire(_storage, _request.OutDirectory, _request.Prefix)
            ?? throw new InvalidOperationException($"{_request.OutDirectory} is locked by another process");
        @lock.WriteStoreId(storeId);
        var options = new WalOptions
        {
            Directory = _request.OutDirectory,
            Prefix = _request.Prefix,
            SegmentBytes = _request.SegmentBytes,
            EngineVersion = _request.EngineVersion,
        };
        using var writer = new SalvageWriter(_storage, _clock, options, storeId, first);
        var last = WriteRuns(writer, runs, first - 1);
        if (search.LastKnown > last)
            Lose(last + 1, search.LastKnown, runs[^1]);
        WriteSnapshots(writer, storeId);
        writer.Complete();
        return (first, last);
    }

    private ulong WriteRuns(SalvageWriter writer, SalvageRun[] runs, ulong last)
    {
        using var reader = new SegmentReader(_source);
        SalvageRun? before = null;
        if (last > _lastRetired)
            Lose(_lastRetired + 1, last, null);
        MarkSnapshots(writer, last);
        foreach (var run in runs)
        {
            if (run.FirstSequence <= last)
                _duplicates += Math.Min(run.LastSequence, last) - run.FirstSequence + 1;
            if (run.LastSequence <= last)
                continue;
            if (run.FirstSequence > last + 1)
            {
                Lose(last + 1, run.FirstSequence - 1, before);
                last = run.FirstSequence - 1;
                writer.SkipTo(last);
                MarkSnapshots(writer, last);
            }

            last = WriteRun(writer, reader, run, last);
            before = run;
        }

        return last;
    }

    private ulong WriteRun(SalvageWriter writer, SegmentReader reader, SalvageRun run, ulong last)
    {
        reader.Open(run.File);
        for (var offset = run.Offset; offset < run.End;)
        {
            if (reader.Read(offset, out var record) != RecordCheck.Valid)
                throw new WalDamagedException(run.File.Path, offset, last + 1, "the record is no longer valid");
            ref readonly var header = ref record.Header;
            if (!header.IsControl && header.Sequence > last)
            {
                writer.Add(reader.Bytes(offset, record.Length));
                last = header.Sequence;
                _events++;
                MarkSnapshots(writer, last);
            }

            offset += record.Length;
        }

        return last;
    }

    private void Lose(ulong first, ulong last, SalvageRun? before) =>
        _lost.Add(new SalvageLoss(first, last, before?.File.Name, before?.End ?? 0));

    // A snapshot fits where the log now goes on behind its event, lost or not.
    private void MarkSnapshots(SalvageWriter writer, ulong sequence)
    {
        while (_candidates.TryPeek(out var candidate) && candidate.Info!.Sequence <= sequence)
        {
            _candidates.Dequeue();
            if (candidate.Info.Sequence == sequence && sequence > 0)
                _snapshots.Add((candidate, writer.Position));
        }
    }

    private void WriteSnapshots(SalvageWriter writer, Id16 storeId)
    {
        var store = new SnapshotStore(_storage, Path.Join(_request.OutDirectory, SnapshotStore.DefaultName));
        foreach (var (snapshot, place) in _snapshots)
        {
            var info = snapshot.Info! with
            {
                StoreId = storeId,
                Epoch = 1,
                Segment = place.SegmentNumber,
                Offset = place.Offset,
                RecordCrc = place.RecordCrc,
            };
            store.Save(info, snapshot.State.Span);
            var body = new SnapshotBody { Sequence = info.Sequence, Name = Text64.From(SnapshotStore.DefaultName) };
            Convert.FromHexString(info.StateSha256, body.StateSha256, out _, out _);
            writer.AddSnapshotRecord(in body);
        }
    }
}
