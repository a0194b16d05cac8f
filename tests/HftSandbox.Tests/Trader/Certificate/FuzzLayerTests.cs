using HftSandbox.Trader.Certificate;

namespace HftSandbox.Tests.Trader.Certificate;

public sealed class FuzzLayerTests
{
    private static readonly SampleStore Sample = SampleRecorder.Record(FuzzLayer.Shape, seed: 1);

    [Fact]
    public void Odd_values_under_genuine_checksums_end_in_a_coded_outcome_within_bounds()
    {
        Assert.Equal(3000, SmallRun.Held(new FuzzLayer(Sample), new LayerPart(1, 2)).Cases);
    }

    [Fact]
    public void A_full_run_has_a_million_inputs()
    {
        Assert.Equal(1_000_000, new FuzzLayer(Sample).Cases(CertificateSize.Full));
    }

    [Fact]
    public void A_bound_that_is_too_low_fails()
    {
        var result = SmallRun.Of(new FuzzLayer(Sample, bytesMax: 1000), new LayerPart(1, 8));

        Assert.InRange(result.Failed, 100, result.Cases);
        Assert.Contains("are allocated, 1000 are allowed", result.Failures[0]);
    }

    [Fact]
    public void A_record_that_is_another_one_fails()
    {
        // The stored bytes are whole; what is said to be true of one record is not.
        var index = Sample.Records.Length / 4;
        var record = Sample.Records[index];
        var wrong = Sample with
        {
            Records = Sample.Records.SetItem(index, record with { Offset = record.Offset + 8 }),
        };

        Assert.InRange(SmallRun.Of(new FuzzLayer(wrong)).Failed, 100, 6000);
    }
}
