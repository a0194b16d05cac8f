using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using HftSandbox.Events;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>Reads the records of examined segments in order, up to their valid end. Checks every record's CRCs again;
/// allocates per segment, nothing per record. One thread.</summary>
public sealed class WalReader : IDisposable
{
    private readonly SegmentReader _reader;
    private readonly ImmutableArray<SegmentExamination> _segments;
    private readonly bool _includeControl;
    private ulong _fromSequence;
    private int _next;
    private long _nextOffset;
    private long _endOffset;
    private ulong _sequence;

    /// <summary>Stands before the first record to be read.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="segments">The segments of an examination.</param>
    /// <param name="fromSequence">The first event to be read; earlier ones are skipped through the index.</param>
    /// <param name="includeControl">Whether control records are shown: those behind the first event shown, and with
    /// <paramref name="fromSequence"/> ≤ 1 those before it.</param>
    public WalReader(
        IStorage storage,
        ImmutableArray<SegmentExamination> segments,
        ulong fromSequence = 1,
        bool includeControl = false)
    {
        _reader = new SegmentReader(storage);
        _segments = segments;
        _fromSequence = fromSequence <= 1 ? 0 : fromSequence;
        _includeControl = includeControl;
        while (_next + 1 < segments.Length && segments[_next + 1].File.Header.FirstSequence <= fromSequence)
            _next++;
    }

    /// <summary>The segment that the current record lies in.</summary>
    public SegmentExamination Segment => _segments[_next - 1];

    /// <summary>Where the current record starts, in bytes from the start of its segment.</summary>
    public long Offset { get; private set; }

    /// <summary>The current record's header; until the next step.</summary>
    public ref readonly RecordHeader Header => ref View.Header;

    /// <summary>The current record's payload; until the next step.</summary>
    public ReadOnlySpan<byte> Payload => View.Payload;

    /// <summary>The current record's CRC.</summary>
    public uint RecordCrc => View.Crc;

    /// <summary>The current record as it lies on disk; until the next step.</summary>
    public ReadOnlySpan<byte> Record => _reader.Bytes(Offset, (int)(_nextOffset - Offset));

    private RecordView View => new(Record);

    /// <summary>Goes to the next record.</summary>
    /// <returns>False at the valid end.</returns>
    /// <exception cref="StorageException">A segment could not be read.</exception>
    /// <exception cref="WalDamagedException">A record that was valid when it was examined no longer is.</exception>
    [HotPath]
    public bool MoveNext()
    {
        while (_nextOffset < _endOffset || OpenNextSegment())
        {
            if (_reader.Read(_nextOffset, out var record) != RecordCheck.Valid)
                ThrowDamaged();
            Offset = _nextOffset;
            _nextOffset += record.Length;
            ref readonly var header = ref record.Header;
            if (IsShown(in header))
                return true;
        }

        return false;
    }

    /// <summary>Closes the open segment.</summary>
    public void Dispose() => _reader.Dispose();

    [HotPath]
    private bool IsShown(in RecordHeader header)
    {
        if (header.IsControl)
            return _includeControl && _fromSequence == 0;
        _sequence = header.Sequence;
        if (header.Sequence < _fromSequence)
            return false;
        _fromSequence = 0;
        return true;
    }

    private bool OpenNextSegment()
    {
        if (_next >= _segments.Length)
            return false;
        var segment = _segments[_next++];
        _reader.Open(segment.File);
        _nextOffset = _fromSequence == 0 || !segment.IsSealed
            ? SegmentHeader.FirstRecordOffset
            : SegmentIndex.Seek(_reader, segment.File, entry => entry.Sequence <= _fromSequence);
        _endOffset = segment.EndOffset;
        return _nextOffset < _endOffset || OpenNextSegment();
    }

    [DoesNotReturn]
    private void ThrowDamaged() => throw new WalDamagedException(
        Segment.Path, _nextOffset, _sequence + 1, "the record is no longer valid");
}
