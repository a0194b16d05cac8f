using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>Which records and header copies of a sample are no longer what they were, and what must therefore be found.
/// One thread.</summary>
internal sealed class DamageMap
{
    private readonly SampleStore _sample;
    private readonly SampleWitness _witness;
    private readonly SortedSet<int> _records = [];
    private readonly HashSet<(int Segment, int Copy)> _copies = [];

    /// <summary>A map without damage.</summary>
    /// <param name="sample">The sample.</param>
    public DamageMap(SampleStore sample)
    {
        _sample = sample;
        _witness = new SampleWitness(sample);
    }

    /// <summary>Whether a record is whole and where it was written.</summary>
    /// <param name="record">Its index.</param>
    public bool IsWhole(int record) => !_records.Contains(record);

    /// <summary>Forgets all damage.</summary>
    public void Clear()
    {
        _records.Clear();
        _copies.Clear();
    }

    /// <summary>Compares bytes of a damaged segment with the original's.</summary>
    /// <param name="segment">Index of the segment.</param>
    /// <param name="bytes">The whole damaged segment.</param>
    /// <param name="offset">Start of what may differ.</param>
    /// <param name="length">Its length.</param>
    public void Add(int segment, ReadOnlySpan<byte> bytes, int offset, int length)
    {
        var original = _sample.Segments[segment].Bytes.Span;
        for (var copy = 0; copy < 2; copy++)
        {
            var start = copy * SegmentHeader.SizeBytes;
            var end = start + SegmentHeader.SizeBytes;
            if (Differs(original, bytes, Math.Max(start, offset), Math.Min(end, offset + length)))
                _copies.Add((segment, copy));
        }

        for (var i = _sample.RecordAt(segment, offset); i < _sample.EndOfRecords(segment); i++)
        {
            var record = _sample.Records[i];
            if (record.Offset >= offset + length)
                break;
            if (Differs(original, bytes, Math.Max(record.Offset, offset), Math.Min(record.End, offset + length)))
                _records.Add(i);
        }

        if (!HasHeader(segment))
            LoseRecordsOf(segment);
    }

    /// <summary>Counts every byte of a place as damaged.</summary>
    /// <param name="segment">Index of the segment.</param>
    /// <param name="offset">Where.</param>
    /// <param name="length">How many bytes.</param>
    public void Lose(int segment, int offset, int length)
    {
        for (var i = _sample.RecordAt(segment, offset); i < _sample.EndOfRecords(segment); i++)
        {
            if (_sample.Records[i].Offset >= offset + length)
                break;
            _records.Add(i);
        }
    }

    /// <summary>What must be found.</summary>
    /// <param name="witnessesMove">Whether whole records may lie elsewhere now: what they say may still be
    /// found.</param>
    public TrialExpectation Expect(bool witnessesMove)
    {
        var first = _records.Count == 0 ? _sample.Records.Length : _records.Min;
        var sequence = _sample.ExpectedAt(first);
        var least = Math.Max(Math.Max(WitnessedByRecords(), WitnessedByHeaders()), _sample.SnapshotSequence);
        var most = witnessesMove ? Math.Max(least, _sample.DurableSequence) : least;
        var unreadable = FirstUnreadable();
        return new TrialExpectation(sequence, least, most, Place(first, sequence, unreadable))
        {
            MustRefuse = unreadable is not null,
        };
    }

    private static bool Differs(ReadOnlySpan<byte> original, ReadOnlySpan<byte> bytes, int start, int end) =>
        start < end && !original[start..end].SequenceEqual(bytes[start..end]);

    private bool HasHeader(int segment) => !_copies.Contains((segment, 0)) || !_copies.Contains((segment, 1));

    private void LoseRecordsOf(int segment)
    {
        for (var i = _sample.Segments[segment].FirstRecord; i < _sample.EndOfRecords(segment); i++)
            _records.Add(i);
    }

    private SampleSegment? FirstUnreadable()
    {
        for (var i = 0; i < _sample.Segments.Length; i++)
        {
            var segment = _sample.Segments[i];
            if (!HasHeader(i) && segment.DataEnd > SegmentHeader.FirstRecordOffset)
                return segment;
        }

        return null;
    }

    private string? Place(int first, ulong sequence, SampleSegment? unreadable)
    {
        if (unreadable is not null)
            return $"{unreadable.Path} offset 0 ";
        if (first == _sample.Records.Length)
            return null;
        var record = _sample.Records[first];
        return $"{_sample.Segments[record.Segment].Path} offset {record.Offset} sequence {sequence}:";
    }

    // What records say never decreases, so the last stretch that says anything says the most.
    private ulong WitnessedByRecords()
    {
        var end = _sample.Records.Length;
        foreach (var damaged in _records.Reverse())
        {
            if (_witness.In(damaged + 1, end) is > 0 and var witnessed)
                return witnessed;
            end = damaged;
        }

        return _witness.In(0, end);
    }

    private ulong WitnessedByHeaders()
    {
        for (var i = _sample.Segments.Length - 1; i >= 0; i--)
        {
            if (HasHeader(i))
                return _sample.Segments[i].HeaderDurable;
        }

        return 0;
    }
}
