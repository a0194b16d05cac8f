using HftSandbox.Events;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;
using HftSandbox.Tests.Runtime.Agents;

namespace HftSandbox.Tests.Runtime.Wal;

public sealed class SalvageTests : IDisposable
{
    private static readonly CrashChoice[] Crashes =
    [
        CrashChoice.AllKept, CrashChoice.NothingKept,
        .. Enumerable.Range(1, 6).Select(seed => CrashChoice.Drawn((ulong)seed)),
    ];

    private readonly StoreDirectory _store = new(StoreDirectory.ThreeSegments());
    private readonly TempDirectory _out = new();

    private string OutPath => _out["saved"];

    public void Dispose()
    {
        _store.Dispose();
        _out.Dispose();
    }

    [Fact]
    public void A_byte_damaged_in_any_record_costs_that_record_only()
    {
        foreach (var record in _store.Log.Records)
        {
            var bytes = _store.Log.Segments[record.Segment].Bytes;
            foreach (var at in new[] { record.Offset, record.Offset + 20, record.Offset + 61, record.End - 1 })
            {
                bytes[at] ^= 1;
                _store.Write(record.Segment, bytes);
                var lost = record.IsControl ? [] : new[] { record.Sequence };

                var report = Salvage();

                AssertSaved(report, lost, $"byte {at} of segment {record.Segment}");
                var indexToo = record.Kind == EventKind.Seal ? _store.Log.Segments[record.Segment].Bytes.Length : 0;
                Assert.InRange(report.Damaged.Sum(damage => damage.Bytes), record.Length, record.Length + indexToo);
                bytes[at] ^= 1;
                _store.Write(record.Segment, bytes);
            }
        }
    }

    [Fact]
    public void Whatever_an_event_says_is_saved_but_the_CRCs()
    {
        Salvage();

        var before = Events(_store.Path);
        var after = Events(OutPath);

        Assert.Equal(before, after);
    }

    [Fact]
    public void Records_in_the_wrong_order_are_saved_in_the_right_one()
    {
        var bytes = _store.Log.Segments[0].Bytes;
        var records = _store.Log.Records.Where(r => r.Segment == 0 && !r.IsControl).ToArray();
        var first = bytes.AsSpan(records[0].Offset, records[0].Length).ToArray();
        bytes.AsSpan(records[2].Offset, first.Length).CopyTo(bytes.AsSpan(records[0].Offset));
        first.CopyTo(bytes, records[2].Offset);
        _store.Write(0, bytes);

        var report = Salvage();

        AssertSaved(report, [], "records 1 and 3 swapped");
    }

    [Fact]
    public void A_missing_segment_costs_its_events_only_and_is_named()
    {
        File.Delete(_store.File(1));

        var report = Salvage();

        AssertSaved(report, [7, 8, 9, 10, 11], "segment 2 deleted");
        var loss = Assert.Single(report.Lost);
        Assert.Equal((7UL, 11UL, 5UL, _store.Log.Segments[0].Name),
            (loss.FirstSequence, loss.LastSequence, loss.Events, loss.Segment));
        Assert.False(report.CanContinue);
    }

    [Fact]
    public void Segments_under_each_others_names_are_saved_in_order()
    {
        var (first, second) = (File.ReadAllBytes(_store.File(0)), File.ReadAllBytes(_store.File(1)));
        _store.Write(0, second);
        _store.Write(1, first);

        var report = Salvage();

        AssertSaved(report, [], "segments 1 and 2 swapped");
    }

    [Fact]
    public void A_segment_that_is_there_twice_is_saved_once()
    {
        File.Copy(_store.File(1), _store.File(1).Replace("-0304", "-0504", StringComparison.Ordinal));

        var report = Salvage();

        AssertSaved(report, [], "segment 2 twice");
        Assert.Equal(5UL, report.Duplicates);
    }

    [Fact]
    public void What_a_recovery_cut_off_is_not_saved()
    {
        var log = new LogBuilder().Open().Events(3).Sync();
        var end = log.Position;
        log.Open(epoch: 2, durable: 3).Events(2).Seal();
        var tail = new LogBuilder { StoreIdBytes = log.StoreIdBytes }.Open().Events(5).Segments[0].Bytes.AsSpan(end);
        log.Segments[0].Bytes = [.. log.Segments[0].Bytes, .. tail];
        using var store = new StoreDirectory(log);

        var report = Salvage(store);

        Assert.Equal((5UL, 0, 0UL), (report.Events, report.Lost.Length, report.Duplicates));
    }

    [Fact]
    public void Durable_events_that_left_no_trace_behind_the_last_record_are_lost_too()
    {
        var bytes = _store.Log.Segments[2].Bytes;
        var sync = _store.Log.Records.Single(r => r.Durable == 13);
        var last = _store.Log.Records.Single(r => r.Sequence == 12);
        bytes.AsSpan(last.Offset, sync.Offset - last.Offset).Clear();
        _store.Write(2, bytes[..sync.End]);

        var report = Salvage();

        Assert.Equal(11UL, report.LastSequence);
        var loss = Assert.Single(report.Lost);
        Assert.Equal((12UL, 13UL), (loss.FirstSequence, loss.LastSequence));
    }

    [Fact]
    public void The_damaged_store_is_not_touched()
    {
        var bytes = _store.Log.Segments[1].Bytes;
        bytes[9000 % bytes.Length] ^= 1;
        _store.Write(1, bytes);
        var before = _store.Content();

        Salvage();

        Assert.Equal(before, _store.Content());
    }

    [Fact]
    public void Where_no_event_is_left_no_store_is_made()
    {
        for (var segment = 0; segment < 3; segment++)
            _store.Write(segment, new byte[20_000]);

        var report = Salvage();

        Assert.Equal((0UL, 3), (report.Events, report.UnreadableSegments.Length));
        Assert.False(Directory.Exists(OutPath));
    }

    [Fact]
    public void A_snapshot_that_stands_in_for_a_loss_comes_along_with_its_new_place()
    {
        var bytes = _store.Log.Segments[0].Bytes;
        bytes[_store.Log.Records[2].Offset] ^= 1;
        _store.Write(0, bytes);
        SnapshotBuilder.Save(_store.SnapshotPath, _store.Log, 9);

        var report = Salvage();
        var found = StoreRecovery.Examine(_store.Storage, OutPath);

        Assert.Equal([9UL], report.Snapshots);
        Assert.True(report.CanContinue);
        var snapshot = Assert.Single(found.Snapshots).Info!;
        Assert.Equal((9UL, report.StoreId), (snapshot.Sequence, snapshot.StoreId));
        Assert.Equal(3UL, found.LastMissing);
    }

    [Fact]
    public void A_salvaged_store_rolls_like_any_other()
    {
        var report = Salvage(segmentBytes: 9_000);

        AssertSaved(report, [], "small segments");
        Assert.True(StoreRecovery.Examine(_store.Storage, OutPath).Segments.Length > 3);
    }

    [Theory]
    [InlineData(9_000)]
    [InlineData(1 << 20)]
    public void A_salvage_that_is_cut_short_leaves_nothing_that_passes_for_a_whole_log(long segmentBytes)
    {
        var image = new MemoryStorage();
        foreach (var path in Directory.GetFiles(_store.Path))
            image.Put(path, File.ReadAllBytes(path));

        for (var call = 1; ; call++)
        {
            var disk = new SimulatedDisk(image);
            var isWhole = SalvageUntil(call, disk, segmentBytes);
            foreach (var crash in Crashes)
            {
                var found = StoreRecovery.Examine(disk.Crash(crash), OutPath);

                var isNothing = found.Segments.IsEmpty && !isWhole;
                Assert.True(
                    isNothing || found.Refusal is not null || found.LastSequence == 16,
                    $"{segmentBytes}, call {call}, {crash}: {found.Finding}, up to {found.LastSequence}");
                Assert.True(!isWhole || found.Verdict == StoreVerdict.Clean, $"{crash}: {found.Refusal}");
                Assert.Equal(
                    disk.Crash(crash).Paths.Count(path => path.Contains(".part-", StringComparison.Ordinal)),
                    found.Warnings.Count(warning => warning.Contains("did not come to its end")));
            }

            if (isWhole)
                break;
        }
    }

    private bool SalvageUntil(int call, SimulatedDisk disk, long segmentBytes)
    {
        var calls = 0;
        var storage = new FaultyStorage(disk)
        {
            Before = (_, path) =>
            {
                if (++calls == call)
                    throw new StorageException("kill", path, StorageException.Interrupted);
            },
        };
        try
        {
            Salvage(storage, _store.Path, segmentBytes);
            return true;
        }
        catch (StorageException death) when (death.Call == "kill")
        {
            return false;
        }
    }

    private static List<(ulong Sequence, string Bytes)> Events(string directory)
    {
        var storage = new PosixStorage();
        var events = new List<(ulong, string)>();
        using var reader = new WalReader(storage, StoreRecovery.Examine(storage, directory).Segments);
        while (reader.MoveNext())
        {
            var record = reader.Record.ToArray();
            record.AsSpan(44, 4).Clear();
            events.Add((reader.Header.Sequence, Convert.ToHexString([.. record[..60], .. record[64..^4]])));
        }

        return events;
    }

    private SalvageReport Salvage(StoreDirectory? store = null, long segmentBytes = 1 << 20)
    {
        if (Directory.Exists(OutPath))
            Directory.Delete(OutPath, recursive: true);
        return Salvage(_store.Storage, (store ?? _store).Path, segmentBytes);
    }

    private SalvageReport Salvage(IStorage storage, string directory, long segmentBytes) =>
        StoreSalvage.Run(storage, new ManualClock(), new SalvageRequest
        {
            Directory = directory,
            OutDirectory = OutPath,
            EngineVersion = "1.2.3",
            SegmentBytes = segmentBytes,
        });

    private void AssertSaved(SalvageReport report, IReadOnlyCollection<ulong> lost, string hint)
    {
        var expected = _store.Log.Records.Where(r => !r.IsControl && !lost.Contains(r.Sequence)).ToArray();
        var found = StoreRecovery.Examine(_store.Storage, OutPath);

        Assert.True(found.Verdict == StoreVerdict.Clean, $"{hint}: {found.Finding} {found.Refusal}");
        Assert.True(found.Segments.All(segment => segment.IsSealed), hint);
        Assert.Equal(expected.Select(r => r.Sequence), Events(OutPath).Select(e => e.Sequence));
        Assert.Equal((ulong)expected.Length, report.Events);
        Assert.Equal(expected[^1].Sequence, found.LastSequence);
        Assert.Equal(lost.Where(s => s < report.LastSequence),
            report.Lost.SelectMany(Sequences).Where(s => s < report.LastSequence));
    }

    private static IEnumerable<ulong> Sequences(SalvageLoss loss) =>
        Enumerable.Range(0, (int)loss.Events).Select(i => loss.FirstSequence + (ulong)i);
}
