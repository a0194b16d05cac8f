using HftSandbox.Trader.Certificate;

namespace HftSandbox.Tests.Trader.Certificate;

public sealed class SnapshotLayerTests
{
    [Fact]
    public void A_snapshot_anywhere_and_the_tail_behind_it_are_the_run() =>
        Assert.Equal(100, SmallRun.Held(new SnapshotLayer()).Held);
}
