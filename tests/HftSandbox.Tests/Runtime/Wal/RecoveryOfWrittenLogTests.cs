using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

/// <summary>What the writer leaves behind, recovery reads.</summary>
public sealed class RecoveryOfWrittenLogTests(ITestOutputHelper output)
{
    private const int SmallSegment = 8192 + 4096;
    private const int SectorBytes = 512;

    private readonly PosixStorage _storage = new();

    public static TheoryData<DurabilityPolicy> Policies =>
        [DurabilityPolicy.None, DurabilityPolicy.Batch, DurabilityPolicy.Every];

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_sealed_log_is_clean_and_goes_on_in_the_next_epoch(DurabilityPolicy policy)
    {
        var random = Seeded();
        using var bench = new WriterBench();
        bench.Open(policy, SmallSegment);
        for (var epoch = 1U; epoch <= 3; epoch++)
        {
            Write(bench, random, inputs: 80);
            bench.Seal();

            var found = StoreRecovery.Examine(_storage, bench.Path);

            Assert.Equal((StoreVerdict.Clean, epoch), (found.Verdict, found.Epoch));
            Assert.Equal((bench.LastSequence, bench.LastSequence), (found.LastSequence, found.DurableSequence));
            Assert.Empty(found.Warnings);
            Assert.All(found.Segments, segment => Assert.True(segment.IsSealed));
            AssertReads(found, bench.LastSequence);
            bench.Open(policy, SmallSegment, StoreRecovery.Heal(_storage, found));
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_writer_that_dies_at_any_call_loses_nothing_durable(DurabilityPolicy policy)
    {
        foreach (var call in new[]
        {
            StorageCall.Create, StorageCall.Write, StorageCall.SyncData, StorageCall.Rename, StorageCall.SyncDirectory,
        })
        {
            for (var nth = 1; WriteUntilItDies(policy, call, nth); nth++)
            {
            }
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_power_loss_that_drops_any_unsynced_sectors_loses_nothing_durable(DurabilityPolicy policy)
    {
        var random = Seeded();
        for (var round = 0; round < 20; round++)
        {
            using var bench = new WriterBench();
            bench.Open(policy, SmallSegment);
            Write(bench, random, inputs: random.Next(1, 120));
            var durable = bench.Writer.DurableSequence;
            DropUnsyncedSectors(bench.Storage.Calls, random);

            AssertRecovers(bench, policy, durable, $"round {round}");
        }
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_snapshot_of_a_mark_lies_on_the_log(DurabilityPolicy policy)
    {
        var random = Seeded();
        using var bench = new WriterBench();
        bench.Open(policy, SmallSegment);
        var snapshots = new SnapshotStore(_storage, Path.Join(bench.Path, SnapshotStore.DefaultName));
        for (var i = 0; i < 60; i++)
        {
            Write(bench, random, inputs: random.Next(3));
            bench.Ring.Writer.Mark();
            bench.Drain();
            var mark = bench.Writer.MarkedPosition!;
            snapshots.Save(InfoOf(mark), "{}"u8);

            var found = StoreRecovery.Examine(_storage, bench.Path);

            Assert.Equal(StoreVerdict.Clean, found.Verdict);
            Assert.Equal(mark.Sequence, found.Snapshots[0].Info!.Sequence);
            Assert.Empty(found.Warnings);
        }
    }

    private static SnapshotInfo InfoOf(MarkedPosition mark) => new()
    {
        StoreId = WriterBench.StoreId,
        Epoch = 1,
        Sequence = mark.Sequence,
        Segment = mark.SegmentNumber,
        Offset = mark.Offset,
        RecordCrc = mark.RecordCrc,
        EngineVersion = "1.2.3",
        CreatedNs = 1,
        StateSha256 = SnapshotFile.Sha256Of("{}"u8),
    };

    private Random Seeded()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }

    private static void Write(WriterBench bench, Random random, int inputs)
    {
        for (var i = 0; i < inputs; i++)
        {
            bench.Put(random.Next(3), random.Next(0, 160));
            if (random.Next(3) == 0)
                bench.Drain();
        }

        bench.Drain();
    }

    private bool WriteUntilItDies(DurabilityPolicy policy, StorageCall call, int nth)
    {
        var fault = new StorageFault(call, nth, StorageException.InputOutputError, int.MaxValue, nth * 37 % 300);
        using var bench = new WriterBench(fault);
        try
        {
            bench.Open(policy, SmallSegment);
            Write(bench, new Random(1), inputs: 30);
            bench.Seal();
            return false;
        }
        catch (StorageException)
        {
            var durable = bench.Storage.Count(StorageCall.SyncDirectory) == 0 ? 0 : TryDurable(bench);
            AssertRecovers(bench, policy, durable, $"{call} {nth}");
            return true;
        }
    }

    // The writer that could not make its first segment does not exist.
    private static ulong TryDurable(WriterBench bench)
    {
        try
        {
            return bench.Writer.DurableSequence;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }

    private void AssertRecovers(WriterBench bench, DurabilityPolicy policy, ulong durable, string hint)
    {
        var found = StoreRecovery.Examine(_storage, bench.Path);
        Assert.True(found.Refusal is null, $"{hint}: {found.Refusal}");
        Assert.True(found.LastSequence >= durable, $"{hint}: {found.LastSequence} < {durable}");
        using var next = new WriterBench();
        foreach (var file in Directory.GetFiles(bench.Path))
            File.Copy(file, Path.Join(next.Path, Path.GetFileName(file)));
        found = StoreRecovery.Examine(_storage, next.Path);
        next.Open(policy, SmallSegment, StoreRecovery.Heal(_storage, found));
        Write(next, new Random(2), inputs: 5);
        next.Seal();

        var again = StoreRecovery.Examine(_storage, next.Path);

        Assert.True(again.Verdict == StoreVerdict.Clean, $"{hint}: {again.Finding} {again.Refusal}");
        Assert.Equal(next.LastSequence, again.LastSequence);
        AssertReads(again, next.LastSequence);
    }

    private void AssertReads(StoreExamination store, ulong lastSequence)
    {
        using var reader = new WalReader(_storage, store.Segments);
        for (var sequence = 1UL; sequence <= lastSequence; sequence++)
        {
            Assert.True(reader.MoveNext());
            Assert.Equal(sequence, reader.Header.Sequence);
        }

        Assert.False(reader.MoveNext());
    }

    // Of what was written to a file since its last sync, sectors come back as zeros and the end is missing.
    private static void DropUnsyncedSectors(IReadOnlyList<StorageCallRecord> calls, Random random)
    {
        var unsynced = new Dictionary<string, List<(long Start, long End)>>();
        foreach (var call in calls)
        {
            if (call.Call == StorageCall.SyncData)
                unsynced.Remove(call.Path);
            if (call.Call != StorageCall.Write)
                continue;
            unsynced.TryAdd(call.Path, []);
            unsynced[call.Path].Add((call.Offset, call.Offset + call.Length));
        }

        foreach (var (path, ranges) in unsynced.Where(entry => File.Exists(entry.Key)))
        {
            var bytes = File.ReadAllBytes(path);
            foreach (var (start, end) in ranges)
            {
                for (var at = start; at < end; at = (at / SectorBytes + 1) * SectorBytes)
                {
                    if (random.Next(4) == 0)
                        bytes.AsSpan((int)at, (int)(Math.Min(end, (at / SectorBytes + 1) * SectorBytes) - at)).Clear();
                }
            }

            var shortest = (int)ranges.Min(range => range.Start);
            File.WriteAllBytes(path, bytes[..random.Next(shortest, bytes.Length + 1)]);
        }
    }
}
