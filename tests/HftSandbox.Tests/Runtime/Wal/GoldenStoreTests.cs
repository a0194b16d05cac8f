using HftSandbox.Events;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

public sealed class GoldenStoreTests
{
    private readonly LogBuilder _log = Written();

    [Fact]
    public void The_builder_reproduces_the_golden_store_byte_for_byte()
    {
        foreach (var segment in _log.Segments)
            Assert.Equal(segment.Bytes, File.ReadAllBytes(Path.Join(GoldenStore.Directory, segment.Name)));
        Assert.Equal(
            GoldenStore.Snapshot(_log), File.ReadAllBytes(Path.Join(GoldenStore.Directory, "positions.json")));
    }

    [Fact]
    public void The_product_reads_the_golden_store_as_its_listing_says()
    {
        var expected = File.ReadAllText(Path.Join(GoldenStore.Directory, GoldenStore.ListingName));

        Assert.Equal(expected, GoldenStore.Listing(GoldenStore.Directory));
    }

    [Fact]
    public void The_golden_store_holds_every_kind_and_is_clean()
    {
        var found = StoreRecovery.Examine(new PosixStorage(), GoldenStore.Directory);

        Assert.Equal((StoreVerdict.Clean, true, 2U), (found.Verdict, found.CleanStop, found.Epoch));
        Assert.Equal([false, true], found.Segments.Select(segment => segment.IsSealed));
        Assert.Single(found.Snapshots);
        Assert.Empty(found.Warnings);
        Assert.Equal(
            Enum.GetValues<EventKind>().Except([EventKind.None]),
            _log.Records.Select(record => record.Kind).Distinct().Order());
    }

    private static LogBuilder Written()
    {
        var log = GoldenStore.Build();
        if (Environment.GetEnvironmentVariable(GoldenStore.WriteSwitch) == "1")
        {
            Directory.CreateDirectory(GoldenStore.Directory);
            log.Save(GoldenStore.Directory);
            File.WriteAllBytes(Path.Join(GoldenStore.Directory, "positions.json"), GoldenStore.Snapshot(log));
            File.WriteAllText(
                Path.Join(GoldenStore.Directory, GoldenStore.ListingName), GoldenStore.Listing(GoldenStore.Directory));
        }

        return log;
    }
}
