using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Trader.Certificate;

namespace HftSandbox.Tests.Trader.Certificate;

public sealed class ModelLayerTests
{
    [Fact]
    public void Whatever_happens_to_a_log_it_is_what_a_list_says() =>
        Assert.Equal(300, SmallRun.Held(new ModelLayer()).Held);

    [Theory]
    [InlineData(StorageCall.SyncData)]
    [InlineData(StorageCall.SyncDirectory)]
    public void A_sync_that_lies_is_noticed(StorageCall call)
    {
        var lying = new ModelLayer(disk => new FaultyStorage(disk, StorageFault.Lying(call)));

        Assert.NotEmpty(SmallRun.FirstFailure(lying));
    }
}
