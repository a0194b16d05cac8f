using HftSandbox.Events;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>A place in the log, and what is wrong there.</summary>
/// <param name="Kind">What follows there.</param>
/// <param name="File">The segment; null = there is none.</param>
/// <param name="Offset">Bytes from its start; 0 = the segment as a whole.</param>
/// <param name="Sequence">The event expected there.</param>
/// <param name="Reason">What is wrong, in words.</param>
internal sealed record LogStop(LogStopKind Kind, SegmentFile? File, long Offset, ulong Sequence, string Reason);

/// <summary>The greatest sequence known to be durable, and the place that says so.</summary>
/// <param name="Sequence">The sequence; 0 = nothing is known.</param>
/// <param name="File">Name of the file that says so.</param>
internal readonly record struct DurableWitness(ulong Sequence, string File)
{
    public DurableWitness Or(ulong sequence, string file) => sequence > Sequence ? new(sequence, file) : this;
}

/// <summary>The walk along a log: follows it record by record to the first place where it does not go on, then searches
/// what lies behind that place for anything that is valid. Reads every byte once, in order.</summary>
internal sealed class LogScan : IDisposable
{
    private readonly SegmentReader _reader;
    private readonly SealBuilder _seal = new();
    private readonly List<string> _warnings;
    private LossTally? _loss;

    public LogScan(IStorage storage, LogChain chain, DurableWitness durable, List<string> warnings)
    {
        _reader = new SegmentReader(storage);
        _warnings = warnings;
        Chain = chain;
        Durable = durable;
    }

    /// <summary>Where the log stands at <see cref="Stop"/>.</summary>
    public LogChain Chain { get; }

    /// <summary>The segments up to <see cref="Stop"/>.</summary>
    public List<SegmentExamination> Kept { get; } = [];

    /// <summary>What the Snapshot records up to <see cref="Stop"/> say.</summary>
    public List<SnapshotBody> Snapshots { get; } = [];

    /// <summary>Every Retire record that is valid, wherever it lies.</summary>
    public List<RetireBody> Retirements { get; } = [];

    /// <summary>The first place where the log does not go on.</summary>
    public LogStop? Stop { get; private set; }

    /// <summary>Whether a valid record or segment lies behind <see cref="Stop"/>.</summary>
    public bool LaterValid { get; private set; }

    /// <summary>Last sequence in a valid header behind <see cref="Stop"/>; 0 = none.</summary>
    public ulong LaterSequence { get; private set; }

    /// <summary>Greatest durable sequence that anything valid in the log, or a snapshot, witnesses.</summary>
    public DurableWitness Durable { get; private set; }

    /// <summary>The first so many segments were retired, how many events is not known; 0 = the chain begins with the
    /// first event that was not.</summary>
    public ulong RetiredSegments { get; init; }

    /// <summary>What is missing behind <see cref="Stop"/>, in words.</summary>
    public string Loss => RetiredSegments == 0
        ? _loss!.ToString()
        : $"{_loss}, less what was retired with segments 1..{RetiredSegments}";

    /// <summary>The walk along one segment alone.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="file">The segment.</param>
    /// <param name="warnings">Where warnings go.</param>
    public static LogScan OfOne(IStorage storage, SegmentFile file, List<string> warnings)
    {
        var scan = new LogScan(storage, LogChain.Before(in file.Header), default, warnings);
        scan.Run([file], null);
        return scan;
    }

    /// <summary>Where a recovery cut a segment: what lies behind is not part of the log, whatever it is. Greater than
    /// any length if none did.</summary>
    /// <param name="number">The segment.</param>
    /// <param name="next">The one behind it.</param>
    public static long RecoveredEnd(ulong number, SegmentFile? next) =>
        next is { HasHeader: true }
        && next.Header.PredecessorEnd == PredecessorEnd.Recovered
        && next.Header.PredecessorNumber == number
            ? next.Header.PredecessorDataLength
            : long.MaxValue;

    /// <summary>Walks along the log.</summary>
    /// <param name="files">Its segments, ascending.</param>
    /// <param name="misfit">The first of them that is not in its place; null = all are.</param>
    public void Run(IReadOnlyList<SegmentFile> files, LogStop? misfit)
    {
        for (var i = 0; i < files.Count; i++)
        {
            var file = files[i];
            Durable = Durable.Or(file.Header.DurableSequence, file.Name);
            if (Stop is null && file == misfit?.File)
                StopAt(misfit.Kind, file, 0, misfit.Reason);
            if (Stop is null)
                Follow(file, i + 1 < files.Count ? files[i + 1] : null);
            else
                Search(file, SegmentHeader.FirstRecordOffset);
        }

        if (Stop is null)
            StopAt(LogStopKind.End, Kept.LastOrDefault()?.File, Kept.LastOrDefault()?.EndOffset ?? 0, "the log ends");
        _loss!.Reach(Durable.Sequence + 1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _seal.Dispose();
    }

    private void StopAt(LogStopKind kind, SegmentFile? file, long offset, string reason)
    {
        Stop = new LogStop(kind, file, offset, Chain.LastSequence + 1, reason);
        _loss = new LossTally(Chain.LastSequence + 1);
    }

    private void Follow(SegmentFile file, SegmentFile? next)
    {
        if (!file.HasHeader)
        {
            StopAt(LogStopKind.Damaged, file, 0, "neither copy of the segment header is valid");
            return;
        }

        if (Chain.LinkProblem(in file.Header) is { } problem)
        {
            StopAt(LogStopKind.Breaks, file, 0, problem);
            Search(file, SegmentHeader.FirstRecordOffset);
            return;
        }

        var lastBefore = Chain.LastSequence;
        if (Chain.Enter(in file.Header))
            _warnings.Add($"{file.Name}: sequences {lastBefore + 1}..{Chain.LastMissing} are missing since a salvage");
        _reader.Open(file);
        _seal.Start(Chain.SealDigest, file.Header);
        var recoveredEnd = RecoveredEnd(file.Number, next);
        var end = FollowRecords(file, recoveredEnd, out var isSealed);
        Close(file, end, isSealed, recoveredEnd, next);
        if (Stop?.File == file)
            Search(file, end);
    }

    private long FollowRecords(SegmentFile file, long recoveredEnd, out bool isSealed)
    {
        long offset = SegmentHeader.FirstRecordOffset;
        isSealed = false;
        while (offset < recoveredEnd && !isSealed)
        {
            var check = _reader.Read(offset, out var record);
            if (check != RecordCheck.Valid)
                break;
            ref readonly var header = ref record.Header;
            if (Chain.RecordProblem(in header) is { } problem)
            {
                StopAt(LogStopKind.Breaks, file, offset, problem);
                break;
            }

            if (header.Kind == EventKind.Seal)
            {
                if (SealProblem(record, offset) is { } disagreement)
                {
                    StopAt(LogStopKind.SealDisagrees, file, offset, disagreement);
                    break;
                }

                isSealed = true;
            }

            Accept(record, file);
            offset += record.Length;
        }

        return offset;
    }

    private string? SealProblem(RecordView record, long offset)
    {
        if (!record.TryBody(out SealBody seal))
            return "the seal has no body";
        var own = _seal.Finish(offset, seal.DurableSequence);
        if (seal.RecordCount != own.RecordCount || seal.DataLength != offset)
            return $"the seal is of {seal.RecordCount} records in {seal.DataLength} bytes, "
                + $"there are {own.RecordCount} in {offset}";
        if (seal.FirstSequence != own.FirstSequence || seal.LastSequence != own.LastSequence)
            return $"the seal is of sequences {seal.FirstSequence}..{seal.LastSequence}, "
                + $"there are {own.FirstSequence}..{own.LastSequence}";
        if (seal.MinReceiveTimeNs != own.MinReceiveTimeNs || seal.MaxReceiveTimeNs != own.MaxReceiveTimeNs)
            return "the seal's times are not those of its records";
        return ((ReadOnlySpan<byte>)seal.Digest).SequenceEqual(own.Digest)
            ? null
            : "the seal's digest is not that of its records";
    }

    private void Accept(RecordView record, SegmentFile file)
    {
        ref readonly var header = ref record.Header;
        var crc = record.Crc;
        Chain.Accept(in header, crc);
        if (!header.IsControl)
        {
            _seal.Add(crc, header.Sequence, header.ReceiveTimeNs);
            return;
        }

        _seal.Add(crc);
        Witness(record, file);
        if (header.Kind == EventKind.Seal && record.TryBody(out SealBody seal))
            Chain.AcceptSeal(in seal.Digest);
    }

    private void Witness(RecordView record, SegmentFile file)
    {
        if (record.Header.Kind == EventKind.Sync && record.TryBody(out SyncBody sync))
            Durable = Durable.Or(sync.DurableSequence, file.Name);
        else if (record.Header.Kind == EventKind.Seal && record.TryBody(out SealBody seal))
            Durable = Durable.Or(seal.DurableSequence, file.Name);
        else if (Stop is null && record.Header.Kind == EventKind.Snapshot && record.TryBody(out SnapshotBody snapshot))
            Snapshots.Add(snapshot);
        else if (record.Header.Kind == EventKind.Retire && record.TryBody(out RetireBody retirement))
            Retirements.Add(retirement);
    }

    private void Close(SegmentFile file, long end, bool isSealed, long recoveredEnd, SegmentFile? next)
    {
        var hasTail = !isSealed && _reader.SkipZeros(end) < _reader.FileLength;
        var segment = new SegmentExamination(
            file,
            end,
            _seal.Body.FirstSequence,
            _seal.Body.LastSequence,
            _seal.Body.RecordCount,
            isSealed,
            _reader.FileLength)
        {
            HasTail = hasTail,
        };
        Kept.Add(segment);
        Chain.Close(segment);
        if (Stop is not null)
            return;
        if (isSealed)
        {
            if (SegmentIndex.Read(_reader, file, end) is null)
                _warnings.Add($"{file.Name}: index or trailer is damaged or missing; the records are read instead");
        }
        else if (end >= recoveredEnd)
        {
            if (hasTail)
                _warnings.Add($"{file.Name}: bytes behind its recovered end at offset {end} are ignored");
        }
        else if (hasTail)
        {
            StopAt(LogStopKind.Damaged, file, end, Describe(_reader.Read(end, out _)));
        }
        else if (next is { HasHeader: true })
        {
            StopAt(LogStopKind.End, file, end, "the segment ends without a seal, and another one follows");
        }
    }

    private static string Describe(RecordCheck check) => check switch
    {
        RecordCheck.BadBody => "the record CRC does not match",
        RecordCheck.Incomplete => "the record is incomplete",
        _ => "no valid record header",
    };

    private void Search(SegmentFile file, long offset)
    {
        if (!file.HasHeader)
            return;
        LaterValid |= file != Kept.LastOrDefault()?.File;
        _loss!.Reach(file.Header.FirstSequence);
        _reader.Open(file);
        var unknown = offset;
        while (offset < _reader.FileLength)
        {
            var check = _reader.Read(offset, out var record);
            if (record.Length >= RecordHeader.SizeBytes && !record.Header.IsControl)
                LaterSequence = Math.Max(LaterSequence, record.Header.Sequence);
            if (check != RecordCheck.Valid)
            {
                offset += RecordHeader.AlignmentBytes;
                continue;
            }

            Find(record, file, offset - unknown);
            offset += record.Length;
            unknown = offset;
            if (record.Header.Kind == EventKind.Seal)
                return;
        }

        if (_reader.SkipZeros(unknown) < _reader.FileLength)
            _loss.Skip(_reader.FileLength - unknown);
    }

    private void Find(RecordView record, SegmentFile file, long skipped)
    {
        LaterValid = true;
        _loss!.Skip(skipped);
        _loss.Find(in record.Header);
        Witness(record, file);
    }
}
