using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>Sectors of the log lost, stale, in the wrong place or unreadable, and whole segments missing, doubled,
/// exchanged or not the store's own.</summary>
internal sealed class SectorLayer : ILayer
{
    private const int SmallSingles = 2000;
    private const int SmallPairs = 4000;
    private const int SalvagedEvery = 16;

    private readonly SampleStore _sample;
    private readonly SampleStore _other;
    private readonly SectorFaults _faults;
    private readonly SegmentFaults _segments;
    private readonly CaseSpread _singles;
    private readonly CaseSpread _pairs;

    /// <summary>Damages the sectors of a sample.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="other">Another store: what recycled blocks and foreign segments hold.</param>
    public SectorLayer(SampleStore sample, SampleStore other)
    {
        _sample = sample;
        _other = other;
        _faults = new SectorFaults(sample);
        _segments = new SegmentFaults(sample, other);
        _singles = CaseSpread.Over(_faults.Singles, SmallSingles, sample, FlipLayer.Shape.LogBytes);
        _pairs = CaseSpread.Over(_faults.Pairs, SmallPairs, sample, FlipLayer.Shape.LogBytes);
    }

    /// <inheritdoc/>
    public string Name => "sector";

    /// <inheritdoc/>
    public string Claim =>
        "sectors zeroed, stale, doubled, swapped, unreadable, segments lost or foreign: refused or an exact prefix";

    /// <inheritdoc/>
    public long Cases(CertificateSize size) =>
        _segments.Count + _singles.Cases(size) + _pairs.Cases(size);

    /// <inheritdoc/>
    public ILayerWorker NewWorker(CertificateSize size) => new Worker(this, size);

    private sealed class Worker(SectorLayer layer, CertificateSize size) : ILayerWorker
    {
        private readonly SampleStore _sample = layer._sample;
        private readonly StoreTrial _trial = new(layer._sample);
        private readonly DamageMap _map = new(layer._sample);
        private readonly SalvageCheck _salvage = new(layer._sample);

        public CaseOutcome Run(long number)
        {
            _sample.LayOn(_trial.Disk);
            _trial.Watched.FailReadsOf("");
            _map.Clear();
            if (number < layer._segments.Count)
                return layer._segments.Run((int)number, _trial);
            number -= layer._segments.Count;
            var fault = FaultOf(number);
            var outcome = fault.Kind == SectorFaultKind.Unreadable
                ? JudgeUnreadable(fault.Sector, number % SalvagedEvery == 0)
                : JudgeDamaged(fault, number % SalvagedEvery == 0);
            return outcome.Verdict == CaseVerdict.Failed ? CaseOutcome.Failed($"{fault}: {outcome.Text}") : outcome;
        }

        private SectorFault FaultOf(long number)
        {
            var singles = layer._singles.Cases(size);
            return number < singles
                ? layer._faults.Single(layer._singles.PositionOf(size, number))
                : layer._faults.Swap(layer._pairs.PositionOf(size, number - singles));
        }

        private CaseOutcome JudgeUnreadable(Sector sector, bool salvages)
        {
            var path = _sample.Segments[sector.Segment].Path;
            _trial.Watched.FailReadsOf(path, sector.Offset, sector.Length);
            try
            {
                var found = StoreRecovery.Examine(_trial.Watched, SampleStore.Directory);
                return CaseOutcome.Failed($"an unreadable sector is taken for {found.Verdict} at {found.LastSequence}");
            }
            catch (StorageException failure)
                when (failure is { IsWrite: false, Errno: StorageException.InputOutputError })
            {
                // As it must be: exit 5.
            }

            _map.Lose(sector.Segment, sector.Offset, sector.Length);
            return salvages && _salvage.Problem(_trial.Watched, _map) is { } problem
                ? CaseOutcome.Failed(problem)
                : CaseOutcome.Held;
        }

        private CaseOutcome JudgeDamaged(in SectorFault fault, bool salvages)
        {
            var moves = fault.Kind is not SectorFaultKind.Zeroed;
            switch (fault.Kind)
            {
                case SectorFaultKind.Zeroed:
                    Overwrite(fault.Sector, new byte[fault.Sector.Length]);
                    break;
                case SectorFaultKind.OtherStore:
                    Overwrite(fault.Sector, BytesAt(layer._other, fault.Sector.Segment, fault.Sector));
                    break;
                case SectorFaultKind.OtherSegment:
                    Overwrite(fault.Sector, BytesAt(_sample, fault.Sector.Segment + 1, fault.Sector));
                    break;
                case SectorFaultKind.Duplicated:
                    Overwrite(fault.Other, BytesOf(fault.Sector));
                    break;
                default:
                    var (one, two) = (BytesOf(fault.Sector), BytesOf(fault.Other));
                    Overwrite(fault.Sector, two);
                    Overwrite(fault.Other, one);
                    break;
            }

            if (salvages && _salvage.Problem(_trial.Disk, _map, moves) is { } problem)
                return CaseOutcome.Failed(problem);
            return _trial.Judge(_map.Expect(moves));
        }

        private byte[] BytesOf(Sector sector) => BytesAt(_sample, sector.Segment, sector);

        // Of a store or segment that is shorter: what there is.
        private static byte[] BytesAt(SampleStore store, int segment, Sector sector)
        {
            var bytes = store.Segments[segment % store.Segments.Length].Bytes;
            var start = Math.Min(sector.Offset, bytes.Length);
            return bytes.Slice(start, Math.Min(sector.Length, bytes.Length - start)).ToArray();
        }

        private void Overwrite(Sector sector, byte[] bytes)
        {
            var path = _sample.Segments[sector.Segment].Path;
            var length = Math.Min(bytes.Length, sector.Length);
            using (var file = _trial.Disk.Open(path, writable: true))
                file.Write(sector.Offset, bytes.AsSpan(0, length));
            _map.Add(sector.Segment, _trial.Disk.BytesOf(path).Span, sector.Offset, length);
        }
    }
}
