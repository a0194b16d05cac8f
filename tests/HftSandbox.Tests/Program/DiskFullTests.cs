namespace HftSandbox.Tests.Program;

public sealed class DiskFullTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly SmallDisk _disk = new(64);

    private string Wal => _disk["wal"];

    public void Dispose()
    {
        _disk.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Trading_stops_at_the_low_water_mark_and_goes_on_when_there_is_room()
    {
        var ended = Run("record", Wal, "--order-count", "3000000", "--json").Exited(4);
        var kinds = Run("inspect", Wal, "--stats").Exited(0).Json.GetProperty("byKind");
        var lastKinds = Run("inspect", Wal, "--json", "--from", Text(ended, "lastSequence", -1)).Exited(0).JsonLines
            .Select(line => line.GetProperty("kind").GetString());
        Run("verify", Wal, "--deep").Exited(0);
        _disk.Resize(128);
        var next = Run("record", Wal, "--recover", "--order-count", "1000", "--json").Exited(0).Json;

        Assert.Contains("the disk is almost full: orders were stopped", ended.Error, StringComparison.Ordinal);
        Assert.Equal(
            ended.Json.GetProperty("lastSequence").GetUInt64(), ended.Json.GetProperty("durableSequence").GetUInt64());
        Assert.Equal((2, 1), (kinds.GetProperty("Config").GetInt32(), kinds.GetProperty("RunStopped").GetInt32()));
        Assert.Equal(["Config", "RunStopped"], lastKinds);
        Assert.Equal(1000UL, next.GetProperty("orders").GetUInt64());
        Run("verify", Wal, "--deep").Exited(0);
    }

    [Fact]
    public void A_disk_that_is_full_ends_the_run_and_everything_durable_comes_back()
    {
        var ended = Run("record", Wal, "--order-count", "3000000", "--low-water", "0", "--json").Exited(4);
        Run("record", Wal, "--recover", "--order-count", "10", "--low-water", "0").Exited(4);
        _disk.Resize(128);

        var found = Run("recover", Wal, "--json").Exited(0).Json;
        Run("record", Wal, "--recover", "--order-count", "10").Exited(0);

        Assert.Contains("No space left on device", ended.Error, StringComparison.Ordinal);
        Assert.True(
            found.GetProperty("lastSequence").GetUInt64() >= ended.Json.GetProperty("durableSequence").GetUInt64());
        Run("verify", Wal, "--deep").Exited(0);
    }

    private static string Text(TraderResult result, string name, long plus) =>
        (result.Json.GetProperty(name).GetInt64() + plus).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private TraderResult Run(params string[] arguments) => TraderProcess.Run(_directory, arguments);
}
