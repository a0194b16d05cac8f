namespace HftSandbox.Trader.Certificate;

/// <summary>One bit of the log turned over, in headers, records, indexes and trailers alike.</summary>
internal sealed class FlipLayer : ILayer
{
    private const int BitsPerByte = 8;
    private const int SmallCases = 6000;
    private const int SalvagedEvery = 16;

    private readonly SampleStore _sample;
    private readonly CaseSpread _spread;

    /// <summary>Turns over the bits of a sample.</summary>
    /// <param name="sample">The sample.</param>
    public FlipLayer(SampleStore sample)
    {
        _sample = sample;
        _spread = CaseSpread.Over(sample.LogBytes * BitsPerByte, SmallCases, sample, Shape.LogBytes);
    }

    /// <summary>The sample that is recorded for it.</summary>
    public static SampleShape Shape { get; } = new(256 << 10, 48 << 10);

    /// <inheritdoc/>
    public string Name => "flip";

    /// <inheritdoc/>
    public string Claim =>
        "any bit flipped: never a wrong event; durable damage is refused with its place, and the rest is salvaged";

    /// <inheritdoc/>
    public long Cases(CertificateSize size) => _spread.Cases(size);

    /// <inheritdoc/>
    public ILayerWorker NewWorker(CertificateSize size) => new Worker(this, size);

    private sealed class Worker(FlipLayer layer, CertificateSize size) : ILayerWorker
    {
        private readonly SampleStore _sample = layer._sample;
        private readonly StoreTrial _trial = new(layer._sample);
        private readonly DamageMap _map = new(layer._sample);
        private readonly SalvageCheck _salvage = new(layer._sample);
        private readonly byte[]?[] _copies = new byte[layer._sample.Segments.Length][];

        public CaseOutcome Run(long number)
        {
            var position = layer._spread.PositionOf(size, number);
            var (segment, offset) = _sample.Locate(position / BitsPerByte);
            var bytes = _copies[segment] ??= _sample.Segments[segment].Bytes.ToArray();
            var mask = (byte)(1 << (int)(position % BitsPerByte));
            bytes[offset] ^= mask;
            var outcome = Judge(number, segment, offset, bytes);
            bytes[offset] ^= mask;
            return outcome.Verdict == CaseVerdict.Failed
                ? CaseOutcome.Failed($"{_sample.Segments[segment].Path} offset {offset} ^ {mask}: {outcome.Text}")
                : outcome;
        }

        private CaseOutcome Judge(long number, int segment, int offset, byte[] bytes)
        {
            _map.Clear();
            _map.Add(segment, bytes, offset, 1);
            _sample.LayOn(_trial.Disk);
            _trial.Disk.Put(_sample.Segments[segment].Path, bytes);
            if (number % SalvagedEvery == 0 && _salvage.Problem(_trial.Disk, _map) is { } problem)
                return CaseOutcome.Failed(problem);
            return _trial.Judge(_map.Expect(witnessesMove: false));
        }
    }
}
