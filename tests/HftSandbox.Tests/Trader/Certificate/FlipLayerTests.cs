using HftSandbox.Events;
using HftSandbox.Trader.Certificate;

namespace HftSandbox.Tests.Trader.Certificate;

public sealed class FlipLayerTests
{
    private static readonly SampleStore Sample = SampleRecorder.Record(FlipLayer.Shape, seed: 1);

    [Fact]
    public void A_flipped_bit_is_never_read_as_data_and_the_rest_is_salvaged()
    {
        Assert.Equal(6000, SmallRun.Held(new FlipLayer(Sample)).Cases);
    }

    [Fact]
    public void A_full_run_flips_every_bit_of_every_segment()
    {
        Assert.Equal(Sample.LogBytes * 8, new FlipLayer(Sample).Cases(CertificateSize.Full));
        Assert.InRange(Sample.LogBytes * 8, 2_000_000, 2_300_000);
        Assert.InRange(Sample.Segments.Length, 5, 8);
    }

    [Fact]
    public void An_expectation_of_another_place_fails()
    {
        // As if one record began eight bytes further on: what is there is not what is found.
        var index = Sample.Records.Length / 2;
        var record = Sample.Records[index];
        Assert.True(record.Kind < EventKind.Sync);
        var wrong = Sample with
        {
            Records = Sample.Records.SetItem(index, record with { Offset = record.Offset + 8 }),
        };

        Assert.Contains("is salvaged as another one", SmallRun.FirstFailure(new FlipLayer(wrong)));
    }
}
