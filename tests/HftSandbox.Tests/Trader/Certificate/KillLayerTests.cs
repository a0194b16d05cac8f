using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Trader.Certificate;

namespace HftSandbox.Tests.Trader.Certificate;

public sealed class KillLayerTests
{
    [Fact]
    public void Whatever_a_power_loss_leaves_recovers_to_a_prefix_with_everything_acknowledged()
    {
        Assert.Equal(1500, SmallRun.Held(new KillLayer()).Cases);
    }

    [Fact]
    public void A_full_run_has_far_more_than_a_million_states_and_every_number_is_the_same_one_again()
    {
        var (first, second) = (new KillLayer(), new KillLayer());

        Assert.InRange(first.States, 2_500_000, 3_500_000);
        Assert.Equal(first.Cases(CertificateSize.Full), second.Cases(CertificateSize.Full));
    }

    [Theory]
    [InlineData(StorageCall.SyncData)]
    [InlineData(StorageCall.SyncDirectory)]
    public void A_sync_that_lies_is_noticed(StorageCall sync)
    {
        var broken = new KillLayer(
            disk => new FaultyStorage(disk, StorageFault.Lying(sync)));

        Assert.InRange(SmallRun.Of(broken).Failed, 100, 4000);
    }
}
