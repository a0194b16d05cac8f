using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>The steps that make an examined store ready. Each leaves a store that examines to the same valid
/// end.</summary>
internal static class StoreHealing
{
    private const int CopyBytes = 1 << 20;

    /// <summary>Renames the segments behind the valid end. The newest goes first and each rename is durable before the
    /// next: a gap in the numbers would be a missing segment.</summary>
    public static void SetAside(IStorage storage, StoreExamination store, uint epoch)
    {
        foreach (var file in store.SetAside.Reverse())
        {
            storage.Rename(file.Path, StoreListing.TornPath(file.Path, epoch));
            storage.SyncDirectory(store.Directory);
        }
    }

    /// <summary>Keeps what lies behind the valid end of the last segment in a file of its own, durable, and cuts it
    /// off.</summary>
    public static void CutTail(IStorage storage, StoreExamination store, uint epoch)
    {
        if (store.Segments.IsEmpty || !store.Segments[^1].HasTail)
            return;
        var last = store.Segments[^1];
        using var segment = storage.Open(last.Path, writable: true);
        using (var torn = OpenOrCreate(storage, store.Directory, StoreListing.TornPath(last.Path, epoch)))
        {
            Copy(segment, torn, 0, SegmentHeader.FirstRecordOffset);
            Copy(segment, torn, last.EndOffset, last.FileLength);
            torn.SyncData();
        }

        storage.SyncDirectory(store.Directory);
        segment.Truncate(last.EndOffset);
        segment.SyncData();
    }

    /// <summary>What the steps before took off, as the files say that they left: the same however often they were
    /// begun.</summary>
    /// <returns>Where the last segment was cut, 0 = it was not; and the bytes kept aside.</returns>
    public static (long CutOffset, long Bytes) Discarded(IStorage storage, StoreExamination store, uint epoch)
    {
        var last = store.Segments[^1];
        var cutOffset = 0L;
        var bytes = 0L;
        foreach (var name in storage.List(store.Directory))
        {
            var path = Path.Join(store.Directory, name);
            if (!StoreListing.IsTornAt(name, store.Prefix, epoch))
                continue;
            using var torn = storage.Open(path);
            var isOfLast = path == StoreListing.TornPath(last.Path, epoch);
            cutOffset = isOfLast ? last.EndOffset : cutOffset;
            bytes += isOfLast ? torn.Length - last.EndOffset : torn.Length;
        }

        return (cutOffset, bytes);
    }

    /// <summary>Makes durable what was read from files but perhaps never reached the disk. The last segment always: the
    /// next one's header will link to its last record, which may be a control record or Seal behind the last durable
    /// event that a killed writer left in the cache.</summary>
    public static void SyncUnwitnessed(IStorage storage, StoreExamination store)
    {
        for (var i = 0; i < store.Segments.Length; i++)
        {
            var segment = store.Segments[i];
            if (segment.LastSequence <= store.DurableSequence && i < store.Segments.Length - 1)
                continue;
            using var file = storage.Open(segment.Path, writable: true);
            file.SyncData();
        }
    }

    // A copy that an earlier attempt began is written over: the same bytes go to the same places.
    private static IStorageFile OpenOrCreate(IStorage storage, string directory, string path) =>
        storage.List(directory).Contains(Path.GetFileName(path))
            ? storage.Open(path, writable: true)
            : storage.Create(path);

    private static void Copy(IStorageFile from, IStorageFile to, long start, long end)
    {
        var buffer = new byte[Math.Clamp(end - start, 0, CopyBytes)];
        while (start < end)
        {
            var read = from.Read(start, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - start)));
            if (read == 0)
                return;
            to.Write(start, buffer.AsSpan(0, read));
            start += read;
        }
    }
}
