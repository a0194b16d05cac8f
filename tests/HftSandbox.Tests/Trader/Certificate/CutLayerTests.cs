using HftSandbox.Trader.Certificate;

namespace HftSandbox.Tests.Trader.Certificate;

public sealed class CutLayerTests
{
    private static readonly SampleStore Sample = SampleRecorder.Record(CutLayer.Shape, seed: 1);

    [Fact]
    public void A_log_cut_anywhere_is_an_exact_prefix_or_refused()
    {
        var result = SmallRun.Held(new CutLayer(Sample));

        Assert.Equal(4000, result.Cases);
        Assert.InRange(result.Undecidable, 1, result.Cases - 1);
    }

    [Fact]
    public void A_full_run_cuts_at_every_byte_with_and_without_snapshots()
    {
        Assert.InRange(Sample.LogBytes, 1 << 20, (1 << 20) + (16 << 10));
        Assert.Equal((Sample.LogBytes + 1) * 2, new CutLayer(Sample).Cases(CertificateSize.Full));
        Assert.InRange(Sample.Segments.Length, 15, 18);
    }

    [Fact]
    public void A_cut_that_loses_what_was_said_to_be_durable_fails()
    {
        // As if the first header had said that everything was durable: no store says so, and none is refused for it.
        var wrong = Sample with
        {
            Segments = [Sample.Segments[0] with { HeaderDurable = Sample.LastSequence }, .. Sample.Segments[1..]],
        };

        var result = SmallRun.Of(new CutLayer(wrong), new LayerPart(1, 8));

        Assert.InRange(result.Failed, 100, result.Cases);
        Assert.Contains("durable is ", string.Join('\n', result.Failures));
    }
}
