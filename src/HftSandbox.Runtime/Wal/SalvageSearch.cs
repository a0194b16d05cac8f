using HftSandbox.Events;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>A stretch of a segment without damage whose events follow each other.</summary>
/// <param name="File">The segment.</param>
/// <param name="Offset">The first record.</param>
/// <param name="End">End of the last record.</param>
/// <param name="FirstSequence">The first event.</param>
/// <param name="LastSequence">The last event.</param>
internal sealed record SalvageRun(SegmentFile File, long Offset, long End, ulong FirstSequence, ulong LastSequence);

/// <summary>Looks for every valid record of a store, wherever it lies. Trusts nothing but a record's own CRCs: no
/// chain, no length, no order. One thread.</summary>
internal sealed class SalvageSearch(IStorage storage) : IDisposable
{
    private readonly SegmentReader _reader = new(storage);
    private SalvageRun? _run;

    /// <summary>What was found, in the order of the segments.</summary>
    public List<SalvageRun> Runs { get; } = [];

    /// <summary>Stretches that hold no record.</summary>
    public List<SalvageDamage> Damaged { get; } = [];

    /// <summary>Every Retire record.</summary>
    public List<RetireBody> Retirements { get; } = [];

    /// <summary>The last event that anything valid speaks of; 0 = none.</summary>
    public ulong LastKnown { get; private set; }

    /// <summary>Something outside the segments speaks of an event.</summary>
    /// <param name="sequence">The event.</param>
    public void Know(ulong sequence) => LastKnown = Math.Max(LastKnown, sequence);

    /// <summary>Searches a segment with a valid header.</summary>
    /// <param name="file">The segment.</param>
    /// <param name="end">Where a recovery cut it; what lies behind is not part of the log.</param>
    public void Search(SegmentFile file, long end)
    {
        Know(Math.Max(file.Header.DurableSequence, file.Header.PredecessorLastSequence));
        _reader.Open(file);
        end = Math.Min(end, _reader.FileLength);
        long offset = SegmentHeader.FirstRecordOffset;
        while (offset < end)
        {
            if (_reader.Read(offset, out var record) != RecordCheck.Valid)
            {
                CloseRun();
                if (record.Length >= RecordHeader.SizeBytes)
                    Know(record.Header.Sequence);
                offset = SkipDamage(file, offset, end);
                continue;
            }

            Take(file, offset, in record.Header, record);
            offset += record.Length;
            if (record.Header.Kind == EventKind.Seal && SegmentIndex.Read(_reader, file, offset) is not null)
                break;
        }

        CloseRun();
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private void Take(SegmentFile file, long offset, in RecordHeader header, RecordView record)
    {
        Know(header.Sequence);
        if (header.IsControl)
        {
            if (_run is not null)
                _run = _run with { End = offset + record.Length };
            if (header.Kind == EventKind.Retire && record.TryBody(out RetireBody retirement))
                Retirements.Add(retirement);
            return;
        }

        if (_run is null || header.Sequence != _run.LastSequence + 1)
        {
            CloseRun();
            _run = new SalvageRun(file, offset, offset, header.Sequence, header.Sequence);
        }

        _run = _run with { End = offset + record.Length, LastSequence = header.Sequence };
    }

    private void CloseRun()
    {
        if (_run is not null)
            Runs.Add(_run);
        _run = null;
    }

    // Up to the next valid record. Zeros up to the end are room that was never written.
    private long SkipDamage(SegmentFile file, long offset, long end)
    {
        var start = offset;
        if (_reader.SkipZeros(offset) >= _reader.FileLength)
            return end;
        do
        {
            offset += RecordHeader.AlignmentBytes;
        }
        while (offset < end && _reader.Read(offset, out _) != RecordCheck.Valid);

        Damaged.Add(new SalvageDamage(file.Name, start, Math.Min(offset, end) - start));
        return offset;
    }
}
