using System.Text;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;
using HftSandbox.Tests.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Snapshots;

public sealed class SnapshotStoreTests : IDisposable
{
    private static readonly byte[] State = Encoding.UTF8.GetBytes(SnapshotBuilder.State);

    private readonly StoreDirectory _store = new(StoreDirectory.ThreeSegments());

    private SnapshotStore Snapshots => new(_store.Storage, _store.SnapshotPath);

    public void Dispose() => _store.Dispose();

    [Fact]
    public void A_saved_snapshot_is_byte_for_byte_what_the_format_says()
    {
        Snapshots.Save(InfoOf(13), State);

        Assert.Equal(SnapshotBuilder.Bytes(_store.Log, 13), File.ReadAllBytes(_store.SnapshotPath));
    }

    [Fact]
    public void A_snapshot_reads_back_with_its_state()
    {
        Snapshots.Save(InfoOf(13), State);

        var found = Assert.Single(Snapshots.Find());

        Assert.Null(found.Problem);
        Assert.Equal(InfoOf(13), found.Info);
        Assert.Equal(State, found.State.ToArray());
    }

    [Fact]
    public void A_snapshot_that_was_found_keeps_its_state_when_another_takes_its_place()
    {
        Snapshots.Save(InfoOf(8), State);
        var found = Assert.Single(Snapshots.Find());

        Snapshots.Save(InfoOf(13), "{}"u8);

        Assert.Equal(State, found.State.ToArray());
    }

    [Fact]
    public void The_newest_and_two_older_ones_are_kept()
    {
        File.WriteAllText(Path.Join(_store.Path, "positions.backup.json"), "mine");
        File.WriteAllText(Path.Join(_store.Path, "positions.01.json"), "mine");
        foreach (var sequence in new ulong[] { 2, 4, 6, 8, 9 })
            Snapshots.Save(InfoOf(sequence), State);

        var names = _store.Content().Keys.Where(name => name.StartsWith("positions", StringComparison.Ordinal));

        Assert.Equal(
            ["positions.01.json", "positions.6.json", "positions.8.json", "positions.backup.json", "positions.json"],
            names);
        Assert.Equal([9UL, 8, 6], Snapshots.Find().Select(candidate => candidate.Info!.Sequence));
    }

    [Fact]
    public void A_save_killed_before_any_call_leaves_the_snapshot_before()
    {
        for (var nth = 1; ; nth++)
        {
            foreach (var file in Directory.GetFiles(_store.Path, "positions*"))
                File.Delete(file);
            Snapshots.Save(InfoOf(4), State);
            Snapshots.Save(InfoOf(8), State);
            var calls = 0;
            var dying = new FaultyStorage(_store.Storage)
            {
                Before = (_, _) => _ = ++calls == nth ? throw new InvalidOperationException("killed") : calls,
            };

            try
            {
                new SnapshotStore(dying, _store.SnapshotPath).Save(InfoOf(13), State);
                return;
            }
            catch (InvalidOperationException)
            {
                var newest = Snapshots.Find()[0];
                Assert.Null(newest.Problem);
                Assert.InRange(newest.Info!.Sequence, 8UL, 13UL);
                Snapshots.Save(InfoOf(13), State);
                var sequences = Snapshots.Find().Select(candidate => candidate.Info!.Sequence);
                Assert.Equal([13UL, 8], sequences.Distinct().Take(2));
            }
        }
    }

    [Fact]
    public void No_byte_of_a_snapshot_can_be_changed_or_cut()
    {
        var whole = SnapshotBuilder.Bytes(_store.Log, 13);
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 1;

            Assert.NotNull(SnapshotFile.Decode(damaged, out _, out _));
            Assert.NotNull(SnapshotFile.Decode(whole.AsSpan(0, at), out var info, out _));
            Assert.Null(info);
        }
    }

    [Fact]
    public void A_damaged_snapshot_is_a_warning_and_the_one_before_is_used()
    {
        Snapshots.Save(InfoOf(8), State);
        Snapshots.Save(InfoOf(13), State);
        var bytes = File.ReadAllBytes(_store.SnapshotPath);
        bytes[^10] ^= 1;
        File.WriteAllBytes(_store.SnapshotPath, bytes);

        var found = _store.Examine();

        Assert.Equal([8UL], found.Snapshots.Select(candidate => candidate.Info!.Sequence));
        Assert.Equal(["positions.json: its checksum does not match; not used"], found.Warnings);
        Assert.Equal(StoreVerdict.Clean, found.Verdict);
    }

    [Fact]
    public void A_damaged_snapshot_is_not_overwritten_by_the_next()
    {
        File.WriteAllText(_store.SnapshotPath, "not ours");

        Snapshots.Save(InfoOf(13), State);

        Assert.Equal("not ours", File.ReadAllText(_store.SnapshotPath + ".damaged"));
    }

    [Fact]
    public void A_snapshot_of_another_store_is_ignored_with_a_warning()
    {
        byte[] otherId = [.. Enumerable.Repeat((byte)7, 16)];
        SnapshotBuilder.Save(_store.SnapshotPath, new LogBuilder { StoreIdBytes = otherId }, sequence: 99);

        var found = _store.Examine();

        Assert.Equal((StoreVerdict.Clean, 13UL), (found.Verdict, found.DurableSequence));
        Assert.Empty(found.Snapshots);
        Assert.Single(found.Warnings);
    }

    [Fact]
    public void A_snapshot_at_every_place_of_the_log_is_a_base_and_one_with_another_record_crc_is_not()
    {
        foreach (var sequence in Enumerable.Range(1, 16).Select(i => (ulong)i))
        {
            SnapshotBuilder.Save(_store.SnapshotPath, _store.Log, sequence);
            Assert.Single(_store.Examine().Snapshots);

            var wrong = SnapshotFile.Encode(InfoOf(sequence) with { RecordCrc = 1 }, State);
            File.WriteAllBytes(_store.SnapshotPath, wrong.Span);
            var found = _store.Examine();
            Assert.Empty(found.Snapshots);
            Assert.Contains("is not on this log", Assert.Single(found.Warnings));
        }
    }

    [Fact]
    public void A_state_that_does_not_match_its_hash_is_no_base_but_still_says_what_was_durable()
    {
        Snapshots.Save(InfoOf(16) with { StateSha256 = new string('0', 64) }, State);

        var found = _store.Examine();

        Assert.Empty(found.Snapshots);
        Assert.Equal(16UL, found.DurableSequence);
    }

    [Fact]
    public void The_snapshot_path_may_lie_outside_the_store()
    {
        using var elsewhere = new TempDirectory();
        var path = elsewhere["state.json"];
        new SnapshotStore(_store.Storage, path).Save(InfoOf(13), State);
        new SnapshotStore(_store.Storage, path).Save(InfoOf(14), State);

        var found = StoreRecovery.Examine(_store.Storage, _store.Path, snapshotPath: path);

        Assert.Equal([14UL, 13], found.Snapshots.Select(candidate => candidate.Info!.Sequence));
        Assert.True(File.Exists(elsewhere["state.13.json"]));
    }

    [Fact]
    public void A_failed_save_leaves_what_was_there()
    {
        Snapshots.Save(InfoOf(8), State);
        var full = new FaultyStorage(
            _store.Storage, new StorageFault(StorageCall.Write, 1, StorageException.NoSpace, BytesBefore: 10));

        Assert.Throws<StorageException>(() => new SnapshotStore(full, _store.SnapshotPath).Save(InfoOf(13), State));

        Assert.Equal(SnapshotBuilder.Bytes(_store.Log, 8), File.ReadAllBytes(_store.SnapshotPath));
    }

    private SnapshotInfo InfoOf(ulong sequence)
    {
        SnapshotFile.Decode(SnapshotBuilder.Bytes(_store.Log, sequence), out var info, out _);
        return info!;
    }
}
