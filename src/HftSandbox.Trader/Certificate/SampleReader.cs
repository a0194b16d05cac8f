using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HftSandbox.Events;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>Takes stock of a store that is whole: makes a sample of it.</summary>
internal static class SampleReader
{
    private const long BytesMax = 64 << 20;

    /// <summary>Loads a directory; it is only read.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="directory">A store.</param>
    /// <exception cref="CommandFailure">It is too large, empty, or damaged already.</exception>
    public static SampleStore Load(IStorage storage, string directory)
    {
        if (!storage.DirectoryExists(directory))
            throw new CommandFailure(ExitCode.Read, $"{directory}: no such directory");
        var disk = new MemoryStorage();
        disk.CreateDirectory(SampleStore.Directory);
        var left = BytesMax;
        foreach (var name in storage.List(directory))
        {
            var bytes = ReadAll(storage, Path.Join(directory, name), ref left)
                ?? throw new CommandFailure(
                    ExitCode.Usage, $"{directory}: holds more than {BytesMax >> 20} MiB; take a smaller store");
            disk.Put(Path.Join(SampleStore.Directory, name), bytes);
        }

        var found = StoreRecovery.Examine(disk, SampleStore.Directory);
        if (found.Refusal is { } refusal)
        {
            var code = found.Verdict == StoreVerdict.Corrupt ? ExitCode.Corrupt : ExitCode.BrokenChain;
            throw new CommandFailure(code, refusal.Replace(SampleStore.Directory, directory, StringComparison.Ordinal));
        }

        if (found.LastSequence == 0)
            throw new CommandFailure(ExitCode.Usage, $"{directory}: holds no events that could be damaged");
        StoreRecovery.Heal(disk, found);
        return Of(disk, directory);
    }

    /// <summary>Makes a sample of a store in memory.</summary>
    /// <param name="disk">Holds it in the sample's directory, whole.</param>
    /// <param name="name">Where it is from, in words.</param>
    public static SampleStore Of(MemoryStorage disk, string name)
    {
        var found = StoreRecovery.Examine(disk, SampleStore.Directory);
        var records = ImmutableArray.CreateBuilder<SampleRecord>();
        var segments = ImmutableArray.CreateBuilder<SampleSegment>();
        foreach (var record in RecordsOf(disk, found))
        {
            while (segments.Count <= record.Segment)
                segments.Add(SegmentOf(disk, found.Segments[segments.Count], records.Count));
            records.Add(record);
        }

        while (segments.Count < found.Segments.Length)
            segments.Add(SegmentOf(disk, found.Segments[segments.Count], records.Count));
        return new SampleStore
        {
            Name = name,
            Segments = segments.ToImmutable(),
            Records = records.ToImmutable(),
            Files = FilesOf(disk, found),
            LastSequence = found.LastSequence,
            DurableSequence = found.DurableSequence,
            Epoch = found.Epoch,
        };
    }

    private static SampleSegment SegmentOf(MemoryStorage disk, SegmentExamination segment, int firstRecord) => new(
        segment.Path,
        disk.BytesOf(segment.Path).ToArray(),
        segment.Number,
        (int)segment.EndOffset,
        segment.File.Header.DurableSequence,
        segment.File.Header.FirstSequence - 1,
        firstRecord);

    private static IEnumerable<SampleRecord> RecordsOf(MemoryStorage disk, StoreExamination found)
    {
        using var log = new WalReader(disk, found.Segments, includeControl: true);
        while (log.MoveNext())
        {
            var header = log.Header;
            yield return new SampleRecord(
                (int)(log.Segment.Number - found.Segments[0].Number),
                (int)log.Offset,
                (int)header.TotalLength,
                header.Kind,
                header.IsControl ? header.Sequence + 1 : header.Sequence,
                header.Kind switch
                {
                    EventKind.Sync => MemoryMarshal.Read<SyncBody>(log.Payload).DurableSequence,
                    EventKind.Seal => MemoryMarshal.Read<SealBody>(log.Payload).DurableSequence,
                    _ => 0,
                });
        }
    }

    private static ImmutableArray<SampleFile> FilesOf(MemoryStorage disk, StoreExamination found)
    {
        var segments = found.Segments.Select(segment => segment.Path).ToHashSet();
        var witnesses = new SnapshotStore(disk, Path.Join(SampleStore.Directory, SnapshotStore.DefaultName)).Find()
            .Where(snapshot => snapshot.Info?.StoreId == found.StoreId)
            .ToDictionary(snapshot => snapshot.Path, snapshot => snapshot.Info!.Sequence);
        return
        [
            .. disk.Paths.Where(path => !segments.Contains(path)).Select(path => new SampleFile(
                path, disk.BytesOf(path).ToArray(), witnesses.GetValueOrDefault(path), witnesses.ContainsKey(path))),
        ];
    }

    private static byte[]? ReadAll(IStorage storage, string path, ref long left)
    {
        using var file = storage.Open(path);
        left -= file.Length;
        if (left < 0)
            return null;
        var bytes = new byte[file.Length];
        return bytes[..file.Read(0, bytes)];
    }
}
