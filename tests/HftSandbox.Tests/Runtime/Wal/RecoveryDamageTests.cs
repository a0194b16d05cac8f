using System.Buffers.Binary;
using HftSandbox.Events;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

public sealed class RecoveryDamageTests : IDisposable
{
    private readonly StoreDirectory _store = new(StoreDirectory.ThreeSegments());

    public void Dispose() => _store.Dispose();

    [Fact]
    public void An_undamaged_log_is_clean_to_its_last_event()
    {
        var found = _store.Examine();

        Assert.Equal(StoreVerdict.Clean, found.Verdict);
        Assert.Equal((16UL, 13UL, 1U), (found.LastSequence, found.DurableSequence, found.Epoch));
        Assert.Equal(_store.Log.StoreId, found.StoreId);
        Assert.Equal(_store.Log.LastCrc, found.LastCrc);
        Assert.Equal([(1UL, 6UL, true), (7UL, 11UL, true), (12UL, 16UL, false)],
            found.Segments.Select(s => (s.FirstSequence, s.LastSequence, s.IsSealed)));
        Assert.Equal(_store.Log.Segments.Select(s => (long)s.DataEnd), found.Segments.Select(s => s.EndOffset));
        Assert.False(found.CleanStop);
        Assert.Empty(found.Warnings);
    }

    [Fact]
    public void The_last_segment_cut_at_every_byte_keeps_every_whole_record()
    {
        var disk = InMemory();
        var whole = _store.Log.Segments[2].Bytes;
        for (var length = whole.Length - 1; length >= 0; length--)
        {
            disk.Put(_store.File(2), whole.AsMemory(0, length));
            var kept = _store.Log.Records.Where(r => r.Segment < 2 || r.End <= length).ToList();
            var end = kept[^1].Segment == 2 ? kept[^1].End : LogBuilder.FirstRecord;
            var atRecord = length >= LogBuilder.HeaderBytes && length <= end;

            var found = StoreRecovery.Examine(disk, _store.Path);

            var hint = $"cut at {length}";
            Assert.True(found.Verdict == (atRecord ? StoreVerdict.Clean : StoreVerdict.Healable), hint);
            Assert.True(found.LastSequence == kept[^1].Sequence, hint);
            var header = length >= LogBuilder.HeaderBytes ? 11UL : 0;
            Assert.True(found.DurableSequence == Math.Max(header, kept.Max(r => r.Durable)), hint);
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_never_read_as_data()
    {
        var disk = InMemory();
        for (var segment = 0; segment < 3; segment++)
        {
            var bytes = _store.Log.Segments[segment].Bytes;
            for (var at = 0; at < bytes.Length; at += IsUnusedHeader(at) ? 61 : 1)
            {
                bytes[at] ^= 4;
                disk.Put(_store.File(segment), bytes.ToArray());

                AssertFlip(segment, at, StoreRecovery.Examine(disk, _store.Path));

                bytes[at] ^= 4;
            }

            disk.Put(_store.File(segment), bytes);
        }

        static bool IsUnusedHeader(int at) =>
            at < LogBuilder.FirstRecord && at % LogBuilder.HeaderBytes is > 304 and < 4000;
    }

    // Thousands of cases: only these are not laid on a real disk.
    private MemoryStorage InMemory()
    {
        var disk = new MemoryStorage();
        foreach (var path in Directory.GetFiles(_store.Path))
            disk.Put(path, File.ReadAllBytes(path));
        return disk;
    }

    private void AssertFlip(int segment, int at, StoreExamination found)
    {
        var hint = $"segment {segment} byte {at}: {found.Finding} {found.Refusal}";
        var log = _store.Log;
        var hit = log.Records.FindIndex(r => r.Segment == segment && r.Offset <= at && at < r.End);
        if (hit < 0)
        {
            Assert.True(found.Verdict == StoreVerdict.Clean && found.LastSequence == 16, hint);
            Assert.True(found.Warnings.Length == 1 && found.Warnings[0].StartsWith(log.Segments[segment].Name), hint);
            return;
        }

        var last = hit == 0 ? 0 : log.Records[hit - 1].Sequence;
        var witnessed = log.Records.Where((_, i) => i != hit).Max(r => r.Durable);
        var expected = last + 1 <= Math.Max(11, witnessed) ? StoreVerdict.Corrupt : StoreVerdict.Healable;
        Assert.True(found.Verdict == expected, hint);
        Assert.True(found.LastSequence == last, hint);
        Assert.True(found.Segments[^1].EndOffset == log.Records[hit].Offset, hint);
        if (expected == StoreVerdict.Corrupt)
            Assert.Contains($" offset {log.Records[hit].Offset} sequence {last + 1}:", found.Refusal);
        else
            Assert.True(found.Finding == (hit == log.Records.Count - 1 ? "torn tail" : "unsynced hole"), hint);
    }

    [Fact]
    public void A_refusal_names_the_exact_loss_and_the_way_out()
    {
        var bytes = _store.Log.Segments[0].Bytes;
        var second = _store.Log.Records[1];
        bytes.AsSpan(second.Offset, second.Length + 8).Clear();
        _store.Write(0, bytes);

        var found = _store.Examine();

        Assert.Equal(StoreVerdict.Corrupt, found.Verdict);
        Assert.Equal(
            $"corruption: {_store.File(0)} offset {second.Offset} sequence 2: no valid record header; "
            + $"lost: sequences 2..3 (2 events), {second.Length * 2} bytes are damaged; "
            + $"13 was durable, says {_store.Log.Segments[2].Name}; "
            + $"save what is whole: trader salvage {_store.Path} --out DIR2",
            found.Refusal);
    }

    [Theory]
    [InlineData(1, StoreVerdict.BrokenChain)]
    [InlineData(13, StoreVerdict.Corrupt)]
    public void A_durable_end_that_is_missing_is_not_a_torn_tail(int segment, StoreVerdict expected)
    {
        // 1: a whole segment in the middle. 13: the record of sequence 13, whose Sync lies behind it.
        if (segment == 1)
        {
            File.Delete(_store.File(1));
        }
        else
        {
            var record = _store.Log.Records.Single(r => r.Sequence == 13 && !r.IsControl);
            var bytes = _store.Log.Segments[2].Bytes;
            bytes.AsSpan(record.Offset, record.Length).Clear();
            _store.Write(2, bytes);
        }

        Assert.Equal(expected, _store.Examine().Verdict);
    }

    [Fact]
    public void An_absurd_length_field_costs_no_memory()
    {
        var salt = BitConverter.GetBytes(LogBuilder.Crc(_store.Log.Segments[2].Bytes.AsSpan(32, 16)));
        var header = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xFFFFFFF0);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), 0xFFFFFFF0 - 68);
        header[8] = (byte)EventKind.Quote;
        var crc = LogBuilder.Crc([.. salt, .. header.AsSpan(0, 60)]);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(60), crc);
        _store.Write(2, [.. _store.Log.Segments[2].Bytes, .. header]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var found = _store.Examine();

        Assert.Equal(("torn tail", 16UL, 64L), (found.Finding, found.LastSequence, found.DiscardedBytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * Limits.RecordBytesMax);
    }

    [Fact]
    public void Zeros_behind_the_end_are_no_damage_and_stay()
    {
        _store.Write(2, [.. _store.Log.Segments[2].Bytes, .. new byte[3 << 20]]);
        var before = _store.Content();

        var found = _store.Examine();
        StoreRecovery.Heal(_store.Storage, found);

        Assert.Equal((StoreVerdict.Clean, 16UL), (found.Verdict, found.LastSequence));
        Assert.Equal(before, _store.Content());
    }

    [Theory]
    [InlineData(2, StoreVerdict.BrokenChain, "broken chain")]
    [InlineData(14, StoreVerdict.Healable, "unsynced break")]
    public void A_record_taken_out_breaks_the_chain(int sequence, StoreVerdict verdict, string finding)
    {
        var record = Event(sequence);
        var bytes = _store.Log.Segments[record.Segment].Bytes;

        byte[] without = [.. bytes[..record.Offset], .. bytes[record.End..]];
        AssertChain(record.Segment, without, verdict, finding, sequence - 1);
    }

    [Theory]
    [InlineData(2, StoreVerdict.BrokenChain, "broken chain")]
    [InlineData(15, StoreVerdict.Healable, "unsynced break")]
    public void A_record_put_in_twice_breaks_the_chain(int sequence, StoreVerdict verdict, string finding)
    {
        var record = Event(sequence);
        var bytes = _store.Log.Segments[record.Segment].Bytes;

        AssertChain(record.Segment, [.. bytes[..record.End], .. bytes[record.Offset..]], verdict, finding, sequence);
    }

    [Theory]
    [InlineData(2, StoreVerdict.BrokenChain, "broken chain")]
    [InlineData(14, StoreVerdict.Healable, "unsynced break")]
    public void Records_that_changed_places_break_the_chain(int sequence, StoreVerdict verdict, string finding)
    {
        var (one, two) = (Event(sequence), Event(sequence + 1));
        var bytes = _store.Log.Segments[one.Segment].Bytes;

        byte[] swapped =
        [
            .. bytes[..one.Offset], .. bytes[two.Offset..two.End], .. bytes[one.Offset..one.End], .. bytes[two.End..],
        ];
        AssertChain(one.Segment, swapped, verdict, finding, sequence - 1);
    }

    [Fact]
    public void A_control_record_taken_out_breaks_the_chain()
    {
        var sync = _store.Log.Records.First(r => r.Kind == EventKind.Sync);
        var bytes = _store.Log.Segments[0].Bytes;

        byte[] without = [.. bytes[..sync.Offset], .. bytes[sync.End..]];
        AssertChain(0, without, StoreVerdict.BrokenChain, "broken chain", (int)sync.Sequence);
    }

    [Fact]
    public void A_seal_that_does_not_fit_its_records_is_refused_even_when_nothing_is_known_to_be_durable()
    {
        using var store = new StoreDirectory(new LogBuilder().Open().Events(3).Seal(durable: 0));
        var seal = store.Log.Records[^1];
        var bytes = store.Log.Segments[0].Bytes;
        bytes[seal.Offset + 64 + 60] ^= 1;
        FixRecordCrc(bytes, seal);
        store.Write(0, bytes);

        var found = store.Examine();

        Assert.Equal((StoreVerdict.BrokenChain, "wrong seal"), (found.Verdict, found.Finding));
        Assert.Contains("the seal's digest", found.Refusal);
    }

    [Theory]
    [InlineData(0, "segment 1 is missing before it")]
    [InlineData(1, "segment 2 is missing before it")]
    public void A_missing_segment_is_refused(int segment, string reason)
    {
        File.Delete(_store.File(segment));

        var found = _store.Examine();

        Assert.Equal((StoreVerdict.BrokenChain, "missing segment"), (found.Verdict, found.Finding));
        Assert.Contains(reason, found.Refusal);
        Assert.Contains(segment == 0 ? "lost: sequences 1..6 " : "lost: sequences 7..11 ", found.Refusal);
    }

    [Fact]
    public void The_newest_segments_gone_are_noticed_through_a_snapshot_and_undecidable_without()
    {
        File.Delete(_store.File(2));
        Assert.Equal((StoreVerdict.Clean, 11UL), (_store.Examine().Verdict, _store.Examine().LastSequence));

        SnapshotBuilder.Save(_store.SnapshotPath, _store.Log, sequence: 13);
        var found = _store.Examine();

        Assert.Equal((StoreVerdict.Corrupt, 13UL), (found.Verdict, found.DurableSequence));
        Assert.Contains("lost: sequences 12..13 (2 events)", found.Refusal);
        Assert.Contains("13 was durable, says positions.json", found.Refusal);
        Assert.Empty(found.Snapshots);
    }

    [Fact]
    public void A_segment_that_is_there_twice_is_refused()
    {
        File.Copy(_store.File(1), Path.Join(_store.Path, "wal-20240102-030500-0000000002.wal"));

        var found = _store.Examine();

        Assert.Equal((StoreVerdict.BrokenChain, "missing segment"), (found.Verdict, found.Finding));
        Assert.Contains("segment 2 is there twice", found.Refusal);
    }

    [Fact]
    public void A_segment_under_the_number_of_another_is_refused()
    {
        File.Move(_store.File(2), Path.Join(_store.Path, "wal-20240102-030408-0000000004.wal"));

        var found = _store.Examine();

        Assert.Equal(StoreVerdict.BrokenChain, found.Verdict);
        Assert.Contains("its header says that it is segment 3", found.Refusal);
    }

    [Fact]
    public void Segments_of_another_store_or_prefix_and_names_that_only_resemble_are_ignored_with_a_warning()
    {
        byte[] otherId = [.. Enumerable.Repeat((byte)7, 16)];
        var foreign = new LogBuilder { StoreIdBytes = otherId, SegmentIdSeed = 99 }.Open().Events(2);
        File.WriteAllBytes(Path.Join(_store.Path, "wal-20240102-030410-0000000004.wal"), foreign.Current.Bytes);
        File.WriteAllBytes(Path.Join(_store.Path, "wal-20240102-030410-0000000002.wal"), foreign.Current.Bytes);
        File.WriteAllBytes(Path.Join(_store.Path, "other-20240102-030410-0000000002.wal"), foreign.Current.Bytes);
        File.WriteAllText(Path.Join(_store.Path, "wal-20240102-030410-4.wal"), "x");
        File.WriteAllText(Path.Join(_store.Path, "wal.next"), "x");

        var found = _store.Examine();

        Assert.Equal((StoreVerdict.Clean, 16UL), (found.Verdict, found.LastSequence));
        Assert.Equal(4, found.Warnings.Length);
    }

    [Fact]
    public void Without_a_lock_file_ours_is_the_snapshots_store_or_else_the_lowest_segments()
    {
        var lockFile = Path.Join(_store.Path, "wal.lock");
        File.Delete(lockFile);
        Assert.Equal(_store.Log.StoreId, _store.Examine().StoreId);

        byte[] otherId = [.. Enumerable.Repeat((byte)7, 16)];
        SnapshotBuilder.Save(_store.SnapshotPath, new LogBuilder { StoreIdBytes = otherId }, sequence: 1);
        var found = _store.Examine();

        Assert.NotEqual(_store.Log.StoreId, found.StoreId);
        Assert.Equal(StoreVerdict.Corrupt, found.Verdict);
        Assert.Equal(4, found.Warnings.Length);
        Assert.All(found.Warnings.Take(3), warning => Assert.Contains("belongs to store", warning));
        Assert.Contains("is not on this log", found.Warnings[3]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(20_000)]
    public void An_empty_segment_at_the_end_is_set_aside(int zeros)
    {
        const string Name = "wal-20240102-030409-0000000004.wal";
        File.WriteAllBytes(Path.Join(_store.Path, Name), new byte[zeros]);

        var found = _store.Examine();
        var start = StoreRecovery.Heal(_store.Storage, found);

        Assert.Equal((StoreVerdict.Healable, 16UL), (found.Verdict, found.LastSequence));
        Assert.Equal((4UL, 16UL), (start.NextSegmentNumber, start.LastSequence));
        Assert.True(File.Exists(Path.Join(_store.Path, Name + ".torn-2")));
        Assert.Equal(StoreVerdict.Clean, _store.Examine().Verdict);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Records_behind_two_damaged_header_copies_are_never_cut_off(int segment)
    {
        var bytes = _store.Log.Segments[segment].Bytes;
        bytes[20] ^= 1;
        bytes[4096 + 20] ^= 1;
        _store.Write(segment, bytes);

        var found = _store.Examine();

        Assert.Equal((StoreVerdict.Corrupt, "unreadable segment"), (found.Verdict, found.Finding));
        Assert.Contains(_store.File(segment), found.Refusal);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void A_valid_header_of_another_segment_or_store_in_one_copy_is_a_damaged_copy(int copy, bool otherStore)
    {
        byte[] otherId = [.. Enumerable.Repeat((byte)7, 16)];
        var foreign = new LogBuilder { StoreIdBytes = otherId, SegmentIdSeed = 99 }.Open().Events(2);
        var stray = otherStore ? foreign.Current.Bytes : _store.Log.Segments[0].Bytes;
        var bytes = _store.Log.Segments[2].Bytes;
        stray.AsSpan(0, LogBuilder.HeaderBytes).CopyTo(bytes.AsSpan(copy * LogBuilder.HeaderBytes));
        _store.Write(2, bytes);

        var found = _store.Examine();

        Assert.Equal((StoreVerdict.Clean, 16UL, 13UL), (found.Verdict, found.LastSequence, found.DurableSequence));
        Assert.Contains("one of its two header copies is damaged", Assert.Single(found.Warnings));
    }

    [Theory]
    [InlineData(8, "format version 2.0")]
    [InlineData(84, "checksum kind 2")]
    [InlineData(12, "header length 2")]
    public void A_format_from_the_future_is_refused(int offset, string reason)
    {
        var bytes = _store.Log.Segments[0].Bytes;
        foreach (var copy in new[] { 0, LogBuilder.HeaderBytes })
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(copy + offset), 2);
            var crc = LogBuilder.Crc(bytes.AsSpan(copy, 4092));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(copy + 4092), crc);
        }

        _store.Write(0, bytes);

        var refusal = Assert.Throws<UnsupportedFormatException>(_store.Examine);
        Assert.Contains(reason, refusal.Message);
        Assert.Equal(_store.File(0), refusal.Path);
    }

    [Fact]
    public void A_read_that_fails_is_never_the_end_of_the_log()
    {
        SnapshotBuilder.Save(_store.SnapshotPath, _store.Log, sequence: 8);
        foreach (var call in new[] { StorageCall.Read, StorageCall.Open, StorageCall.List, StorageCall.Length })
        {
            var counting = new FaultyStorage(_store.Storage);
            StoreRecovery.Examine(counting, _store.Path);
            Assert.NotEqual(0, counting.Count(call));
            for (var nth = 1; nth <= counting.Count(call); nth++)
            {
                var faulty = new FaultyStorage(
                    _store.Storage, new StorageFault(call, nth, StorageException.InputOutputError));

                var failure = Assert.Throws<StorageException>(() => StoreRecovery.Examine(faulty, _store.Path));
                Assert.False(failure.IsWrite);
            }
        }
    }

    [Fact]
    public void A_directory_that_does_not_exist_or_is_empty_is_clean_and_empty()
    {
        using var empty = new TempDirectory();

        foreach (var path in new[] { empty.Path, empty["missing"] })
        {
            var found = StoreRecovery.Examine(_store.Storage, path);
            var start = StoreRecovery.Heal(_store.Storage, found);

            Assert.Equal((StoreVerdict.Clean, 0UL, 0U), (found.Verdict, found.LastSequence, found.Epoch));
            Assert.False(start.StoreId.IsNone);
            Assert.Equal((1U, 1UL, 0UL), (start.Epoch, start.NextSegmentNumber, start.LastSequence));
            Assert.Equal(PredecessorEnd.None, start.Predecessor.End);
        }
    }

    [Fact]
    public void A_clean_stop_is_RunStopped_with_a_seal_behind_it()
    {
        var stop = new byte[8];
        var stopped = new LogBuilder().Open().Events(2).Event(EventKind.RunStopped, stop);
        using var unsealed = new StoreDirectory(stopped);
        Assert.False(unsealed.Examine().CleanStop);

        using var clean = new StoreDirectory(stopped.Sync().Seal());
        Assert.True(clean.Examine().CleanStop);

        using var reopened = new StoreDirectory(stopped.Open(epoch: 2, durable: 3));
        Assert.True(reopened.Examine().CleanStop);

        using var crashed = new StoreDirectory(stopped.Events(1));
        Assert.False(crashed.Examine().CleanStop);
    }

    [Fact]
    public void What_lies_behind_the_cut_of_a_recovered_segment_is_not_part_of_the_log()
    {
        var log = new LogBuilder().Open().Events(3);
        log.Open(epoch: 2, durable: 3).Events(2).Seal();
        var uncut = new LogBuilder().Open().Events(4).Current.Bytes;
        log.Segments[0].Bytes = [.. log.Segments[0].Bytes, .. uncut.AsSpan(log.Segments[0].DataEnd)];
        using var store = new StoreDirectory(log);

        var found = store.Examine();

        Assert.Equal((StoreVerdict.Clean, 5UL, 2U), (found.Verdict, found.LastSequence, found.Epoch));
        Assert.Single(found.Warnings);
    }

    [Fact]
    public void One_segment_file_can_be_examined_alone()
    {
        var found = StoreRecovery.ExamineFile(_store.Storage, _store.File(1));

        Assert.Equal((StoreVerdict.Clean, 11UL, 10UL), (found.Verdict, found.LastSequence, found.DurableSequence));
        var segment = Assert.Single(found.Segments);
        Assert.Equal((2UL, 7UL, true), (segment.Number, segment.FirstSequence, segment.IsSealed));
    }

    private static void FixRecordCrc(byte[] segment, BuiltRecord record)
    {
        var salt = BitConverter.GetBytes(LogBuilder.Crc(segment.AsSpan(32, 16)));
        var bytes = segment.AsSpan(record.Offset, record.Length);
        var crc = LogBuilder.Crc([.. salt, .. bytes[..60], .. bytes[64..^4]]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[^4..], crc);
    }

    private BuiltRecord Event(int sequence) =>
        _store.Log.Records.Single(r => r.Sequence == (ulong)sequence && !r.IsControl);

    private void AssertChain(int segment, byte[] bytes, StoreVerdict verdict, string finding, int lastSequence)
    {
        _store.Write(segment, bytes);

        var found = _store.Examine();

        Assert.Equal((verdict, finding), (found.Verdict, found.Finding));
        Assert.Equal((ulong)lastSequence, found.LastSequence);
    }
}
