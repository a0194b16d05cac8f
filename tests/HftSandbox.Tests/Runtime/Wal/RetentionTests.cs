using System.Buffers.Binary;
using HftSandbox.Events;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;
using HftSandbox.Tests.Runtime.Agents;

namespace HftSandbox.Tests.Runtime.Wal;

public sealed class RetentionTests : IDisposable
{
    private readonly List<StoreDirectory> _stores = [];

    public void Dispose() => _stores.ForEach(store => store.Dispose());

    [Theory]
    [InlineData(3, 3)]
    [InlineData(3, 2)]
    [InlineData(5, 3)]
    public void A_log_whose_first_segments_were_retired_is_clean(int firstKept, int lowest)
    {
        var store = Store(firstKept);
        DeleteBefore(store, lowest);
        SnapshotBuilder.Save(store.SnapshotPath, store.Log, 18);

        var found = store.Examine();

        Assert.True(found.Verdict == StoreVerdict.Clean, found.Refusal);
        Assert.Equal((ulong)((lowest - 1) * 4), found.LastMissing);
        Assert.Equal((23UL, 18UL), (found.LastSequence, Assert.Single(found.Snapshots).Info!.Sequence));
    }

    [Fact]
    public void A_log_that_is_retired_while_it_is_being_examined_comes_with_the_snapshots_that_stand_in_for_it()
    {
        var store = Store(5);
        DeleteBefore(store, 3);
        SnapshotBuilder.Save(store.SnapshotPath, store.Log, 10);
        var storage = new FaultyStorage(store.Storage);
        storage.Before = (call, _) =>
        {
            // The snapshots have been listed and read: now the segments are to be.
            if (call == StorageCall.List && storage.Count(call) == 2)
            {
                DeleteBefore(store, 5);
                SnapshotBuilder.Save(store.SnapshotPath, store.Log, 18);
            }
        };

        var found = StoreRecovery.Examine(storage, store.Path);

        Assert.Equal(16UL, found.LastMissing);
        Assert.Equal(18UL, Assert.Single(found.Snapshots).Info!.Sequence);
    }

    [Theory]
    [InlineData(0, 2, "segment 1 is missing before it")]
    [InlineData(2, 3, "segment 2 is missing before it")]
    [InlineData(2, 5, "segments 2..4 are missing before it")]
    public void A_first_segment_that_no_Retire_record_speaks_for_is_missing(int firstKept, int lowest, string reason)
    {
        var store = Store(firstKept);
        DeleteBefore(store, lowest);

        var found = store.Examine();

        Assert.Equal(StoreVerdict.BrokenChain, found.Verdict);
        Assert.Contains(reason, found.Refusal, StringComparison.Ordinal);
    }

    /// <summary>A Retire record names segments; how many events they held, only the header of the first one kept
    /// says.</summary>
    [Theory]
    [InlineData(false, StoreVerdict.BrokenChain, "4.wal offset 0 sequence 13: segment 3 is missing before it")]
    [InlineData(true, StoreVerdict.Corrupt, "3.wal offset 0 sequence unknown: neither copy of the segment header")]
    public void Without_the_first_segment_that_was_kept_the_loss_is_told_less_what_was_retired(
        bool isThere, StoreVerdict verdict, string place)
    {
        var store = Store(3);
        DeleteBefore(store, 3);
        if (isThere)
            File.WriteAllBytes(store.File(2), [.. new byte[8192], .. File.ReadAllBytes(store.File(2))[8192..]]);
        else
            File.Delete(store.File(2));

        var found = store.Examine();
        var report = Salvage(store);

        Assert.Equal(verdict, found.Verdict);
        Assert.Contains(place, found.Refusal, StringComparison.Ordinal);
        Assert.Contains(
            "lost: sequences 1..12 (12 events), 0 bytes are damaged, less what was retired with segments 1..2;",
            found.Refusal,
            StringComparison.Ordinal);
        Assert.Equal((2UL, 0UL), (report.RetiredSegments, report.LastRetired));
        Assert.Equal((1UL, 12UL), (report.Lost[0].FirstSequence, report.Lost[0].LastSequence));
    }

    [Fact]
    public void A_Retire_record_that_keeps_segment_0_retires_nothing()
    {
        var log = new LogBuilder();
        log.Open().Events(4).Control(EventKind.Retire, new byte[RetireBody.SizeBytes]);
        var store = new StoreDirectory(log);
        _stores.Add(store);

        Assert.Equal(StoreVerdict.Clean, store.Examine().Verdict);
        Assert.Equal(0UL, Salvage(store).RetiredSegments);
    }

    [Fact]
    public void A_Retire_record_of_another_log_speaks_for_nothing()
    {
        var store = Store(3, seal: new byte[32]);
        DeleteBefore(store, 3);

        Assert.Equal(StoreVerdict.BrokenChain, store.Examine().Verdict);
    }

    [Fact]
    public void A_segment_missing_behind_the_retired_ones_is_missing()
    {
        var store = Store(3);
        DeleteBefore(store, 3);
        File.Delete(store.File(3));

        var found = store.Examine();

        Assert.Equal(StoreVerdict.BrokenChain, found.Verdict);
        Assert.Contains("segment 4 is missing before it", found.Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0, 4)]
    [InlineData(20_000, 0, 4)]
    [InlineData(43_000, 0, 3)]
    [InlineData(1 << 20, 0, 0)]
    [InlineData(0, 1, 4)]
    [InlineData(0, 1_000_000_000_000, 0)]
    public void The_oldest_segments_go_until_the_limit_holds_and_never_one_behind_the_second_snapshot(
        long bytes, long ageNs, int firstKept)
    {
        var store = Store(0);
        SnapshotBuilder.Save(store.SnapshotPath, store.Log, 18);
        SnapshotBuilder.Save(Path.Join(store.Path, "positions.14.json"), store.Log, 14);

        var plan = Plan(store, new RetentionLimit(bytes, ageNs));

        Assert.Equal((ulong)firstKept, plan?.FirstKeptSegment ?? 0);
        Assert.True(plan is null || (plan.Value.SnapshotSequence, plan.Value.SnapshotName.ToString())
            == (14UL, "positions.14.json"));
    }

    [Fact]
    public void Nothing_goes_while_only_one_snapshot_is_good()
    {
        var store = Store(0);
        SnapshotBuilder.Save(store.SnapshotPath, store.Log, 18);
        var rotten = SnapshotBuilder.Bytes(store.Log, 14);
        rotten[^5] ^= 1;
        File.WriteAllBytes(Path.Join(store.Path, "positions.14.json"), rotten);

        Assert.Null(Plan(store, new RetentionLimit(1, 0)));
    }

    [Fact]
    public void What_is_deleted_leaves_no_gap_at_any_step()
    {
        var store = Store(4);
        var body = new RetireBody { FirstKeptSegment = 4 };

        var count = Retention(store, new RetentionLimit(1, 0)).Delete(in body);

        Assert.Equal(3, count);
        Assert.Equal(
            store.Log.Segments.Skip(3).Select(segment => segment.Name),
            Directory.GetFiles(store.Path, "*.wal").Select(Path.GetFileName).Order());
        Assert.Equal(StoreVerdict.Clean, store.Examine().Verdict);
    }

    /// <summary>Five sealed segments of four events, and one with three in which a Retire record may lie.</summary>
    private StoreDirectory Store(int firstKept, byte[]? seal = null)
    {
        var log = new LogBuilder();
        var seals = new List<byte[]>();
        for (var i = 0; i < 5; i++)
        {
            log.Open(durable: log.Sequence).Events(4).Seal();
            var sealRecord = log.Records.Last(r => r.Kind == EventKind.Seal);
            seals.Add(log.Current.Bytes.AsSpan(sealRecord.Offset + 64 + 56, 32).ToArray());
        }

        log.Open(durable: 20).Events(3);
        if (firstKept > 0)
        {
            var body = new byte[RetireBody.SizeBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(body, (ulong)firstKept);
            (seal ?? seals[firstKept - 2]).CopyTo(body, 16);
            log.Control(EventKind.Retire, body);
        }

        var store = new StoreDirectory(log);
        _stores.Add(store);
        return store;
    }

    private static void DeleteBefore(StoreDirectory store, int lowest)
    {
        for (var segment = 0; segment < lowest - 1; segment++)
            File.Delete(store.File(segment));
    }

    private static SalvageReport Salvage(StoreDirectory store)
    {
        using var saved = new TempDirectory();
        return StoreSalvage.Run(store.Storage, new ManualClock(), new SalvageRequest
        {
            Directory = store.Path,
            OutDirectory = saved["saved"],
            EngineVersion = "test",
        });
    }

    private static Retention Retention(StoreDirectory store, RetentionLimit limit) =>
        new(store.Storage, store.Path, "wal", store.Log.StoreId, limit);

    private static RetireBody? Plan(StoreDirectory store, RetentionLimit limit) =>
        Retention(store, limit).Plan(
            new SnapshotStore(store.Storage, store.SnapshotPath).Find(), LogBuilder.StartNs + 500_000_000_000);
}
