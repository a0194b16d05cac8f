using HftSandbox.Runtime.Storage;
using HftSandbox.Trader.Certificate;

namespace HftSandbox.Tests.Trader.Certificate;

public sealed class FaultLayerTests
{
    [Fact]
    public void A_failed_call_is_told_acknowledges_nothing_and_the_next_start_is_right() =>
        Assert.Equal(80, SmallRun.Held(new FaultLayer()).Held);

    [Fact]
    public void A_failed_call_that_somebody_swallows_is_noticed()
    {
        var failure = SmallRun.FirstFailure(new FaultLayer(disk => new SwallowingStorage(disk)));

        Assert.Contains("the failure was swallowed", failure, StringComparison.Ordinal);
    }

    /// <summary>What ignoring the answer of fdatasync looks like.</summary>
    private sealed class SwallowingStorage(IStorage inner) : PassingStorage(inner)
    {
        protected override void SyncData(IStorageFile file)
        {
            try
            {
                file.SyncData();
            }
            catch (StorageException)
            {
                // The bug.
            }
        }
    }
}
