namespace HftSandbox.Tests.Program;

public sealed class RetentionTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Wal => _directory["wal"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_retained_log_is_proved_from_its_oldest_snapshot_and_continued()
    {
        var first = Run(
            "record", Wal, "--order-count", "60000", "--segment-bytes", "256KiB", "--retain", "2MiB",
            "--snapshot-interval", "20ms", "--json").Exited(0).Json;

        var proof = Run("verify", Wal, "--deep", "--json").Exited(0).Json;
        var found = Run("recover", Wal, "--json").Exited(0).Json;
        var next = Run("record", Wal, "--order-count", "10", "--json").Exited(0).Json;
        var names = Run("inspect", Wal, "--json", "--limit", "1").Exited(0).Json;

        Assert.Empty(Directory.GetFiles(Wal, "*-0000000001.wal"));
        Assert.True(proof.GetProperty("provedFrom").GetUInt64() > 1);
        Assert.Equal(first.GetProperty("digest").GetString(), proof.GetProperty("digest").GetString());
        Assert.Equal(first.GetProperty("lastSequence").GetUInt64() + 1, found.GetProperty("nextSequence").GetUInt64());
        Assert.True(next.GetProperty("lastSequence").GetUInt64() > first.GetProperty("lastSequence").GetUInt64());
        Assert.Equal("TEST-USD", names.GetProperty("instrument").GetString());
        Run("verify", Wal, "--deep").Exited(0);
    }

    [Fact]
    public void A_kill_while_segments_are_retired_loses_nothing_durable()
    {
        using var process = TraderProcess.Start(
            _directory, "record", Wal, "--order-count", "3000000", "--segment-bytes", "256KiB", "--retain", "1MiB",
            "--snapshot-interval", "5ms", "--progress", "json");
        process.WaitForProgress(progress => progress.DurableSequence > 100_000);
        var promised = process.End(ProcessSignal.Kill).Progress[^1];

        var found = Run("recover", Wal, "--json").Exited(0).Json;
        Run("verify", Wal, "--deep").Exited(0);
        Run("record", Wal, "--recover", "--order-count", "10").Exited(0);

        Assert.True(found.GetProperty("lastSequence").GetUInt64() >= promised.DurableSequence);
        Run("verify", Wal, "--deep").Exited(0);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("7x")]
    [InlineData("-1d")]
    public void A_limit_that_is_none_is_refused(string limit) =>
        Assert.Contains("--retain", Run("record", Wal, "--retain", limit).Exited(2).Error, StringComparison.Ordinal);

    private TraderResult Run(params string[] arguments) => TraderProcess.Run(_directory, arguments);
}
