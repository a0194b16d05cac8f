using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;
using HftSandbox.Tests.Runtime.Storage;

namespace HftSandbox.Tests.Runtime.Wal;

public sealed class RecoveryHealTests
{
    private const int NoSpace = StorageException.NoSpace;

    public static TheoryData<string> Damages =>
        ["torn tail", "hole", "hole over segments", "empty segment", "unsynced"];

    [Fact]
    public void Torn_last_record_is_truncated_and_the_rest_survives()
    {
        using var store = Damaged("torn tail");
        var torn = store.Log.Segments[2].Bytes;

        var found = store.Examine();
        var start = store.Heal();

        Assert.Equal(("torn tail", 15UL, 16UL), (found.Finding, found.LastSequence, found.DiscardedLastSequence));
        Assert.Equal(store.Log.Records[^1].Length - 20, found.DiscardedBytes);
        Assert.Equal(torn[..store.Log.Records[^1].Offset], File.ReadAllBytes(store.File(2)));
        Assert.Equal(
            $"torn tail: {store.File(2)} offset {store.Log.Records[^1].Offset}: {found.DiscardedBytes} bytes behind 15 "
            + "discarded (sequences 16..16, none was durable)",
            found.Discard);
        Assert.Equal((2U, 4UL), (start.Epoch, start.NextSegmentNumber));
        Assert.Equal((15UL, 15UL), (start.LastSequence, start.DurableSequence));
        Assert.Equal(PredecessorEnd.Recovered, start.Predecessor.End);
        Assert.Equal(store.Log.Records[^1].Offset, start.Predecessor.CutOffset);
        Assert.Equal(found.DiscardedBytes, start.Predecessor.BytesDiscarded);
    }

    [Fact]
    public void What_is_cut_off_stays_in_a_file_with_its_header_at_its_own_offsets()
    {
        using var store = Damaged("hole");
        var damaged = File.ReadAllBytes(store.File(2));
        var cut = (int)store.Examine().Segments[^1].EndOffset;

        store.Heal();

        var kept = File.ReadAllBytes(store.File(2) + ".torn-2");
        Assert.Equal(damaged[..LogBuilder.FirstRecord], kept[..LogBuilder.FirstRecord]);
        Assert.Equal(damaged[cut..], kept[cut..]);
        Assert.False(kept.AsSpan(LogBuilder.FirstRecord, cut - LogBuilder.FirstRecord).ContainsAnyExcept((byte)0));
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_healed_store_is_clean_and_healing_it_again_changes_nothing(string damage)
    {
        using var store = Damaged(damage);
        var found = store.Examine();

        var first = store.Heal();
        var content = store.Content();
        var healed = store.Examine();
        var second = store.Heal();

        Assert.Equal(damage == "unsynced" ? StoreVerdict.Clean : StoreVerdict.Healable, found.Verdict);
        Assert.Equal(StoreVerdict.Clean, healed.Verdict);
        Assert.Equal((found.LastSequence, found.LastCrc), (healed.LastSequence, healed.LastCrc));
        Assert.Equal(found.Epoch, healed.Epoch);
        Assert.Equal(content, store.Content());
        Assert.Equal(Continuation(first), Continuation(second));
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Healing_killed_before_any_call_gives_the_same_store_when_repeated(string damage)
    {
        using var reference = Damaged(damage);
        var expected = Continuation(reference.Heal());
        for (var nth = 1; ; nth++)
        {
            using var store = Damaged(damage);
            var calls = 0;
            var dying = new FaultyStorage(store.Storage)
            {
                Before = (_, _) => _ = ++calls == nth ? throw new KilledException() : calls,
            };
            var found = store.Examine();
            if (!TryHeal(dying, found))
            {
                Assert.Equal(expected, Continuation(store.Heal()));
                Assert.Equal(reference.Content(), store.Content());
                continue;
            }

            Assert.Equal(calls + 1, nth);
            return;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public void A_copy_that_was_cut_short_is_completed(int bytesBefore)
    {
        using var reference = Damaged("torn tail");
        reference.Heal();
        for (var nth = 1; nth <= 2; nth++)
        {
            using var store = Damaged("torn tail");
            var full = new FaultyStorage(
                store.Storage, new StorageFault(StorageCall.Write, nth, NoSpace, BytesBefore: bytesBefore));

            var failure = Assert.Throws<StorageException>(() => StoreRecovery.Heal(full, store.Examine()));
            store.Heal();

            Assert.True(failure.IsNoSpace);
            Assert.Equal(reference.Content(), store.Content());
        }
    }

    [Fact]
    public void Nothing_is_cut_before_its_copy_is_durable()
    {
        using var store = Damaged("torn tail");
        var watched = new FaultyStorage(store.Storage);

        StoreRecovery.Heal(watched, store.Examine());

        var steps = watched.Calls.Select(call => call.Call).Where(call => call is not StorageCall.Read).ToList();
        Assert.Equal(
            [
                StorageCall.Open, StorageCall.List, StorageCall.Create, StorageCall.Write, StorageCall.Write,
                StorageCall.SyncData, StorageCall.SyncDirectory, StorageCall.Truncate, StorageCall.SyncData,
                StorageCall.Open, StorageCall.SyncData, StorageCall.List, StorageCall.Open, StorageCall.Length,
            ],
            steps);
    }

    [Fact]
    public void What_was_read_but_never_synced_is_synced_before_the_writer_goes_on()
    {
        using var store = Damaged("unsynced");
        var watched = new FaultyStorage(store.Storage);

        var start = StoreRecovery.Heal(watched, store.Examine());

        Assert.Equal(16UL, start.DurableSequence);
        Assert.Contains(watched.Calls, call => call is { Call: StorageCall.SyncData } && call.Path == store.File(2));
    }

    [Fact]
    public void A_refused_store_cannot_be_healed()
    {
        using var store = new StoreDirectory(StoreDirectory.ThreeSegments());
        File.Delete(store.File(1));
        var content = store.Content();

        Assert.Throws<InvalidOperationException>(store.Heal);

        Assert.Equal(content, store.Content());
    }

    [Fact]
    public void The_log_goes_on_behind_a_healed_end()
    {
        using var store = Damaged("torn tail");
        var start = store.Heal();
        var whole = StoreDirectory.ThreeSegments();
        var log = new LogBuilder()
            .Open().Events(4).Sync().Events(2).Seal()
            .Open(durable: 6).Events(3).Sync(8).Events(2).Seal(durable: 10)
            .Open(durable: 11).Events(2).Sync(13).Events(2, payloadBytes: 33);

        Assert.Equal(log.LastCrc, start.Predecessor.LastCrc);
        Assert.Equal(whole.Records[^1].Offset, log.Position);
        log.Open(epoch: 2, durable: 15, cutOffset: log.Position, discarded: 84).Events(2);
        File.WriteAllBytes(Path.Join(store.Path, log.Current.Name), log.Current.Bytes);

        var found = store.Examine();
        Assert.Equal((StoreVerdict.Clean, 17UL, 2U), (found.Verdict, found.LastSequence, found.Epoch));
    }

    private static StoreDirectory Damaged(string damage)
    {
        var log = StoreDirectory.ThreeSegments();
        var store = new StoreDirectory(log);
        var last = log.Segments[2].Bytes;
        switch (damage)
        {
            case "torn tail":
                store.Write(2, last[..^20]);
                break;
            case "hole":
                var lost = log.Records.Single(r => r.Sequence == 14);
                last.AsSpan(lost.Offset, lost.Length).Clear();
                store.Write(2, last);
                break;
            case "hole over segments":
                // Nothing in the log is known to be durable, and page 2 of the first segment never reached the disk.
                store.Dispose();
                log = new LogBuilder()
                    .Open().Events(6).Seal(durable: 0)
                    .Open().Events(2).Seal(durable: 0)
                    .Open(epoch: 2).Events(1);
                log.Segments[0].Bytes.AsSpan(log.Records[2].Offset, 30).Clear();
                return new StoreDirectory(log);
            case "empty segment":
                File.WriteAllBytes(Path.Join(store.Path, "wal-20240102-030409-0000000004.wal"), []);
                break;
        }

        return store;
    }

    private static bool TryHeal(IStorage storage, StoreExamination found)
    {
        try
        {
            StoreRecovery.Heal(storage, found);
            return true;
        }
        catch (KilledException)
        {
            return false;
        }
    }

    private static (ulong, uint, uint, ulong, long, long, long) Continuation(WalStart start) => (
        start.LastSequence,
        start.Predecessor.LastCrc,
        start.Epoch,
        start.NextSegmentNumber,
        start.Predecessor.DataLength,
        start.Predecessor.CutOffset,
        start.Predecessor.BytesDiscarded);

    private sealed class KilledException : Exception;
}
