using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Trader.Certificate;

namespace HftSandbox.Tests.Trader.Certificate;

public sealed class CrashStateLayerTests
{
    [Fact]
    public void Whatever_a_power_loss_leaves_recovers_to_a_prefix_with_everything_acknowledged()
    {
        Assert.Equal(3000, SmallRun.Held(new CrashStateLayer()).Cases);
    }

    [Fact]
    public void A_full_run_has_more_than_a_million_states()
    {
        Assert.InRange(new CrashStateLayer().States, 1_200_000, 4_000_000);
    }

    [Fact]
    public void The_same_number_is_the_same_state()
    {
        Assert.Equal(
            new CrashStateLayer().Cases(CertificateSize.Full), new CrashStateLayer().Cases(CertificateSize.Full));
    }

    [Theory]
    [InlineData(StorageCall.SyncData)]
    [InlineData(StorageCall.SyncDirectory)]
    public void A_sync_that_lies_is_noticed(StorageCall sync)
    {
        var broken = new CrashStateLayer(
            disk => new FaultyStorage(disk, StorageFault.Lying(sync)));

        Assert.InRange(SmallRun.Of(broken).Failed, 100, 4000);
    }
}
