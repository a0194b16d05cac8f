using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>The log cut at a byte: what lies behind is gone, whole segments too. Every place once with the snapshots
/// and once without them.</summary>
internal sealed class CutLayer : ILayer
{
    private const int SmallCases = 4000;
    private const int ContinuedEvery = 8;

    private readonly SampleStore _sample;
    private readonly SampleWitness _witness;
    private readonly CaseSpread _spread;

    /// <summary>Cuts a sample.</summary>
    /// <param name="sample">The sample.</param>
    public CutLayer(SampleStore sample)
    {
        _sample = sample;
        _witness = new SampleWitness(sample);
        _spread = CaseSpread.Over((sample.LogBytes + 1) * 2, SmallCases, sample, Shape.LogBytes);
    }

    /// <summary>The sample that is recorded for it.</summary>
    public static SampleShape Shape { get; } = new(1 << 20, 64 << 10);

    /// <inheritdoc/>
    public string Name => "cut";

    /// <inheritdoc/>
    public string Claim =>
        "the log cut at every byte: an exact prefix that can be continued, or refused if a durable event is lost";

    /// <inheritdoc/>
    public long Cases(CertificateSize size) => _spread.Cases(size);

    /// <inheritdoc/>
    public ILayerWorker NewWorker(CertificateSize size) => new Worker(this, size);

    private sealed class Worker(CutLayer layer, CertificateSize size) : ILayerWorker
    {
        private readonly SampleStore _sample = layer._sample;
        private readonly StoreTrial _trial = new(layer._sample);

        public CaseOutcome Run(long number)
        {
            var position = layer._spread.PositionOf(size, number);
            var half = layer._spread.Total / 2;
            var withSnapshots = position < half;
            var (segment, offset) = _sample.Locate(position % half);
            Lay(segment, offset, withSnapshots);
            // All cuts within one record heal to the same bytes.
            var continues = number % ContinuedEvery == 0 || IsBoundary(segment, offset);
            var outcome = _trial.Judge(
                Expect(segment, offset, withSnapshots ? _sample.SnapshotSequence : 0), continues);
            var snapshots = withSnapshots ? "with" : "without";
            return outcome.Verdict == CaseVerdict.Failed
                ? CaseOutcome.Failed(
                    $"{_sample.Segments[segment].Path} cut at {offset}, {snapshots} snapshots: {outcome.Text}")
                : outcome;
        }

        // A cut between two segments leaves nothing of the second one, not even its name.
        private void Lay(int segment, int offset, bool withSnapshots)
        {
            _sample.LayOn(_trial.Disk, withSnapshots);
            for (var i = segment; i < _sample.Segments.Length; i++)
                _trial.Disk.Delete(_sample.Segments[i].Path);
            if (offset > 0)
                _trial.Disk.Put(_sample.Segments[segment].Path, _sample.Segments[segment].Bytes[..offset]);
        }

        private bool IsBoundary(int segment, int offset)
        {
            var record = _sample.RecordAt(segment, offset);
            return offset < SegmentHeader.FirstRecordOffset
                || record == _sample.EndOfRecords(segment)
                || _sample.Records[record].Offset == offset;
        }

        private TrialExpectation Expect(int segment, int offset, ulong snapshot)
        {
            var hasHeader = offset >= SegmentHeader.SizeBytes;
            var record = hasHeader ? _sample.RecordAt(segment, offset) : _sample.Segments[segment].FirstRecord;
            var sequence = _sample.ExpectedAt(record);
            var headers = hasHeader ? segment : segment - 1;
            var durable = headers < 0 ? 0 : _sample.Segments[headers].HeaderDurable;
            durable = Math.Max(Math.Max(durable, snapshot), layer._witness.In(0, record));
            return new TrialExpectation(sequence, durable, durable, Place(segment, offset, record, sequence));
        }

        private string Place(int segment, int offset, int record, ulong sequence)
        {
            if (offset > 0)
            {
                var isInside = record < _sample.EndOfRecords(segment);
                var at = offset < SegmentHeader.SizeBytes ? 0
                    : isInside ? _sample.Records[record].Offset
                    : _sample.Segments[segment].DataEnd;
                return $"{_sample.Segments[segment].Path} offset {at} sequence {sequence}:";
            }

            if (segment == 0)
                return $"{SampleStore.Directory} sequence {sequence}:";
            var last = _sample.Segments[segment - 1];
            return $"{last.Path} offset {last.DataEnd} sequence {sequence}:";
        }
    }
}
