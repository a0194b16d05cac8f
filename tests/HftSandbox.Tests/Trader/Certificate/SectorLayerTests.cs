using HftSandbox.Trader.Certificate;

namespace HftSandbox.Tests.Trader.Certificate;

public sealed class SectorLayerTests
{
    private static readonly SampleStore Sample = SampleRecorder.Record(FlipLayer.Shape, seed: 1);
    private static readonly SampleStore Other = SampleRecorder.Record(FlipLayer.Shape, seed: 2);

    [Fact]
    public void Lost_stale_misplaced_and_unreadable_sectors_and_segments_never_give_a_wrong_event()
    {
        Assert.Equal(6000 + (9 * Sample.Segments.Length), SmallRun.Held(new SectorLayer(Sample, Other)).Cases);
    }

    [Fact]
    public void A_full_run_has_every_fault_of_every_sector_and_every_pair()
    {
        Assert.InRange(new SectorLayer(Sample, Other).Cases(CertificateSize.Full), 130_000, 160_000);
    }

    [Fact]
    public void Every_number_is_another_fault()
    {
        var faults = new SectorFaults(Sample);

        var all = new HashSet<SectorFault>();
        for (var i = 0L; i < faults.Singles; i++)
            all.Add(faults.Single(i));
        for (var i = 0L; i < faults.Pairs; i++)
            all.Add(faults.Swap(i));

        Assert.Equal(faults.Singles + faults.Pairs, all.Count);
    }

    [Fact]
    public void A_store_that_is_not_the_one_expected_fails()
    {
        // The other store's segments under the names of the sample's: every byte is valid, no event is the sample's.
        var wrong = Sample with
        {
            Segments =
            [
                .. Sample.Segments.Zip(Other.Segments, (own, other) => own with { Bytes = other.Bytes }),
            ],
        };

        Assert.InRange(SmallRun.Of(new SectorLayer(wrong, Sample)).Failed, 1000, 7000);
    }
}
