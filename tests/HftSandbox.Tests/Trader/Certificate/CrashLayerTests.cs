using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Trader.Certificate;

namespace HftSandbox.Tests.Trader.Certificate;

public sealed class CrashLayerTests
{
    [Fact]
    public void Whatever_power_loss_leaves_is_a_prefix_with_everything_acknowledged()
    {
        var result = SmallRun.Held(new CrashLayer());

        Assert.Equal(0, result.Undecidable);
    }

    [Fact]
    public void A_full_run_has_a_million_states_and_every_number_is_the_same_one_again()
    {
        var (first, second) = (new CrashLayer(), new CrashLayer());

        Assert.InRange(first.States, 1_000_000, 3_000_000);
        Assert.Equal(first.Cases(CertificateSize.Full), second.Cases(CertificateSize.Full));
    }

    [Theory]
    [InlineData(StorageCall.SyncData)]
    [InlineData(StorageCall.SyncDirectory)]
    public void A_disk_that_says_synced_and_does_nothing_is_noticed(StorageCall call)
    {
        var lying = new CrashLayer(disk => new FaultyStorage(disk, StorageFault.Lying(call)));

        var result = SmallRun.Of(lying);

        Assert.InRange(result.Failed, 100, result.Cases);
    }
}
