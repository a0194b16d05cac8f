using HftSandbox.Events;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>Goes along a log from a place that the index finds, without reading what lies before: for looking at a
/// large store, or at one that is being written. Checks every record that it passes (CRCs, sequence, previousCrc); what
/// the rest of the log is worth only an examination tells. One thread.</summary>
/// <param name="storage">The file system.</param>
public sealed class LogCursor(IStorage storage) : IDisposable
{
    private readonly SegmentReader _reader = new(storage);
    private Func<IReadOnlyList<SegmentFile>> _list = () => [];
    private IReadOnlyList<SegmentFile> _files = [];
    private readonly List<RetireBody> _retirements = [];
    private int _current = -1;
    private long _nextOffset;
    private uint? _lastCrc;
    private bool _isSealed;
    private bool _isFromStart;

    /// <summary>The segments, ascending.</summary>
    public IReadOnlyList<SegmentFile> Segments => _files;

    /// <summary>The segment that the current record lies in.</summary>
    public SegmentFile Segment => _files[_current];

    /// <summary>Where the current record starts, in bytes from the start of its segment.</summary>
    public long Offset { get; private set; }

    /// <summary>The last event that was passed; 0 = none.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>Why <see cref="MoveNext"/> ended where the log perhaps does not: an examination tells. Null = the log
    /// ends there.</summary>
    public string? Irregularity { get; private set; }

    /// <summary>Whether no later segment is there: what <see cref="MoveNext"/> did not find may still be
    /// written.</summary>
    public bool MayGrow => _current + 1 >= _files.Count;

    /// <summary>The current record as it lies on disk; until the next step.</summary>
    public ReadOnlySpan<byte> Record => _reader.Bytes(Offset, (int)(_nextOffset - Offset));

    /// <summary>The current record's header; until the next step.</summary>
    public ref readonly RecordHeader Header => ref new RecordView(Record).Header;

    /// <summary>Before the first record of a store.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="directory">Its directory.</param>
    /// <param name="prefix">Its prefix.</param>
    /// <param name="warnings">One line for each file that is not of the store.</param>
    /// <exception cref="StorageException">The directory could not be read.</exception>
    /// <exception cref="UnsupportedFormatException">A segment is of a format that is not known here.</exception>
    public static LogCursor OfStore(IStorage storage, string directory, string prefix, List<string> warnings) =>
        new(storage)
        {
            _list = () => StoreListing.Read(storage, directory, prefix, newestSnapshot: null, []).Files,
            _files = StoreListing.Read(storage, directory, prefix, newestSnapshot: null, warnings).Files,
        };

    /// <summary>Before the first record of one segment.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="file">The segment, with a header.</param>
    public static LogCursor OfFile(IStorage storage, SegmentFile file) =>
        new(storage) { _list = () => [file], _files = [file] };

    /// <summary>Stands before an event, or before the first one if it comes later; called first, if at all.</summary>
    /// <param name="sequence">The event.</param>
    public void SeekSequence(ulong sequence)
    {
        var index = 0;
        while (index + 1 < _files.Count && _files[index + 1].Header.FirstSequence <= sequence)
            index++;
        Enter(index, entry => entry.Sequence <= sequence);
    }

    /// <summary>Stands before the first event of a time or later; called first, if at all. Times never decrease within
    /// a segment; where a later run's are earlier, what lies behind is filtered by the caller.</summary>
    /// <param name="timeNs">Receive time.</param>
    public void SeekTime(long timeNs)
    {
        var index = 0;
        while (index + 1 < _files.Count && EndsBefore(_files[index], timeNs))
            index++;
        Enter(index, entry => entry.ReceiveTimeNs < timeNs);
    }

    /// <summary>Goes to the next record, a control record or not.</summary>
    /// <returns>False where the log ends, for now or because of <see cref="Irregularity"/>.</returns>
    /// <exception cref="StorageException">A segment could not be read.</exception>
    public bool MoveNext()
    {
        Irregularity = null;
        if (_current < 0)
        {
            _isFromStart = true;
            Enter(0, null);
        }

        while (Irregularity is null && _current >= 0)
        {
            var mayFollow = !_isSealed && _nextOffset < RecoveredEnd;
            if (mayFollow && _reader.Read(_nextOffset, out var record) == RecordCheck.Valid)
                return Accept(record);
            if (!TryEnterNext())
                return false;
        }

        return false;
    }

    /// <summary>Looks for what has been written since; <see cref="MoveNext"/> can then go on. Where the segment was
    /// retired meanwhile, it goes on before the oldest event that is left: <see cref="Sequence"/> has grown.</summary>
    /// <exception cref="StorageException">A segment cannot be read, or is not found: perhaps it was retired, and the
    /// next attempt finds the one behind it.</exception>
    public void Refresh()
    {
        var files = _list();
        var number = _current < 0 ? 0 : Segment.Number;
        var index = files.TakeWhile(file => file.Number != number).Count();
        if (number > 0 && index == files.Count && (index == 0 || files[0].Number < number))
            throw new StorageException("open", Segment.Path, StorageException.NotFound);
        _files = files;
        if (number == 0)
            return;
        _current = index;
        if (index == files.Count)
            Enter(0, null);
        else
            _reader.Open(Segment);
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private long RecoveredEnd =>
        LogScan.RecoveredEnd(Segment.Number, _current + 1 < _files.Count ? _files[_current + 1] : null);

    private bool EndsBefore(SegmentFile file, long timeNs)
    {
        if (!file.HasHeader)
            return false;
        _reader.Open(file);
        return SegmentIndex.FindTrailer(_reader, file) is { } trailer
            && _reader.Read(trailer.SealOffset, out var record) == RecordCheck.Valid
            && record.Header.Kind == EventKind.Seal
            && record.TryBody(out SealBody seal)
            && seal.MaxReceiveTimeNs < timeNs;
    }

    private void Enter(int index, Predicate<IndexEntry>? isBefore)
    {
        if (_files.Count == 0)
            return;
        _current = index;
        _isSealed = false;
        _lastCrc = null;
        if (!Segment.HasHeader)
        {
            Irregularity = $"{Segment.Name}: neither copy of the segment header is valid";
            return;
        }

        _reader.Open(Segment);
        _nextOffset = isBefore is null
            ? SegmentHeader.FirstRecordOffset
            : SegmentIndex.Seek(_reader, Segment, isBefore);
        if (_nextOffset == SegmentHeader.FirstRecordOffset)
            (Sequence, _lastCrc) = (Segment.Header.FirstSequence - 1, Segment.Header.PredecessorLastCrc);
    }

    private bool Accept(RecordView record)
    {
        ref readonly var header = ref record.Header;
        if ((_lastCrc is { } last && header.PreviousCrc != last)
            || (_lastCrc is not null && header.Sequence != (header.IsControl ? Sequence : Sequence + 1)))
        {
            Irregularity = $"{Segment.Name} offset {_nextOffset}: the record does not follow the one before";
            return false;
        }

        Offset = _nextOffset;
        _nextOffset += record.Length;
        (_lastCrc, Sequence) = (record.Crc, header.Sequence);
        _isSealed = header.Kind == EventKind.Seal;
        if (header.Kind == EventKind.Retire && record.TryBody(out RetireBody retirement))
            _retirements.Add(retirement);
        return true;
    }

    private bool TryEnterNext()
    {
        var isEnd = _isSealed || _nextOffset >= RecoveredEnd;
        if (_current + 1 < _files.Count && isEnd)
        {
            var next = _files[_current + 1];
            if (next.Number == Segment.Number + 1 && (!next.HasHeader || Follows(next.Header)))
            {
                Enter(_current + 1, null);
                return Irregularity is null;
            }

            Irregularity = $"{next.Name}: the segment does not follow the one before";
            return false;
        }

        if (!isEnd && _reader.SkipZeros(_nextOffset) < _reader.FileLength)
            Irregularity = $"{Segment.Name} offset {_nextOffset}: no valid record follows";
        else if (_current + 1 < _files.Count)
            Irregularity = $"{Segment.Name} offset {_nextOffset}: the segment ends, and another one follows";
        else if (_isFromStart && _files[0].Number > 1 && !StoreListing.IsRetired(_files[0], _retirements))
            Irregularity = $"{_files[0].Name}: nothing read here says where the segments before it are";
        return false;
    }

    private bool Follows(in SegmentHeader header) =>
        (header.FirstSequence == Sequence + 1 || header.PredecessorEnd == PredecessorEnd.Salvaged)
        && header.PredecessorLastCrc == _lastCrc;
}
