using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Trader.Certificate;

namespace HftSandbox.Tests.Trader.Certificate;

public sealed class CrashLayerTests
{
    [Fact]
    public void Whatever_power_loss_leaves_is_a_prefix_with_everything_acknowledged()
    {
        var result = SmallRun.Held(new CrashLayer());

        Assert.Equal((2_000, 0), (result.Held, result.Undecidable));
    }

    [Fact]
    public void A_full_run_has_a_million_states() =>
        Assert.InRange(new CrashLayer().Cases(CertificateSize.Full), 1_000_000, 10_000_000);

    [Theory]
    [InlineData(StorageCall.SyncData)]
    [InlineData(StorageCall.SyncDirectory)]
    public void A_disk_that_says_synced_and_does_nothing_is_noticed(StorageCall call)
    {
        var lying = new CrashLayer(disk => new FaultyStorage(
            disk, StorageFault.Lying(call)));

        var result = SmallRun.Of(lying);

        Assert.InRange(result.Failed, 1, result.Cases);
    }
}
