using HftSandbox.Tests.Adapters.Lobster;

namespace HftSandbox.Tests.Program;

/// <summary>LOBSTER files through the real program.</summary>
public sealed class LobsterTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_recorded_session_replays_to_the_same_digest()
    {
        var files = Session();
        Record("wal", files).WaitForExit().Exited(0);

        var kinds = Run("inspect", _directory["wal"], "--stats").Exited(0).Json.GetProperty("byKind");
        var replayed = Run("replay", _directory["wal"], "--runs", "3").Exited(0);

        Assert.Equal(8_974 + 2_445, kinds.GetProperty("Trade").GetInt32());
        Assert.False(kinds.TryGetProperty("Anomaly", out _));
        Assert.Contains("3 times the same digest", replayed.Error, StringComparison.Ordinal);
        Run("verify", _directory["wal"], "--deep").Exited(0);
    }

    [Fact]
    public void A_session_that_is_killed_and_recovered_ends_as_one_that_never_was()
    {
        string[] files = [Beginning(Session()[0]), Beginning(Session()[1])];
        Record("whole", files).WaitForExit().Exited(0);
        using (var killed = Record("killed", files, "--speed", "3000"))
        {
            killed.WaitForProgress(progress => progress.DurableSequence > 5_000);
            killed.End(ProcessSignal.Kill).Exited(137);
        }

        Record("killed", files, "--recover").WaitForExit().Exited(0);

        Assert.Equal(
            RunContent.WithoutRuns(_directory, _directory["whole"]),
            RunContent.WithoutRuns(_directory, _directory["killed"]));
        Assert.Equal(
            RunContent.Positions(_directory, _directory["whole"]),
            RunContent.Positions(_directory, _directory["killed"]));
        Run("verify", _directory["killed"], "--deep").Exited(0);
    }

    [Fact]
    public void A_malformed_line_stops_the_run_cleanly_with_exit_5_and_its_place()
    {
        var messages = _directory.Write(
            LobsterFiles.Messages, "34200,1,1,10,2000000,1\n34201,1,2,10,2000000,2\n34202,1,3,10,2000000,1\n");

        var stopped = Record("wal", [messages]).WaitForExit().Exited(5);

        var problem = $"{LobsterFiles.Messages}:2: direction is not 1 or -1: 2";
        Assert.Contains(problem, stopped.Error, StringComparison.Ordinal);
        Record("tolerant", [messages], "--max-bad-lines", "1").WaitForExit().Exited(0);
        Run("verify", _directory["wal"], "--deep").Exited(0);
    }

    [Fact]
    public void Only_a_lobster_run_reads_two_files_and_both_make_its_identity()
    {
        var messages = _directory.Write(LobsterFiles.Messages, "34200,1,1,10,2000000,1\n34201,1,2,10,2000000,1\n");
        var rows = _directory.Write(LobsterFiles.Rows, "2000100,1,2000000,10\n2000100,1,2000000,20\n");

        Record("wal", [messages, rows]).WaitForExit().Exited(0);
        var refused = Run("record", "w", "--source", "binance-ws", "--file", messages, rows).Exited(2);
        var missing = Record("w", [messages, rows + ".gone"]).WaitForExit().Exited(5);

        var started = Run("inspect", _directory["wal"], "--json").Exited(0).JsonLines.First().GetRawText();
        Assert.Contains($"{LobsterFiles.Messages}, {LobsterFiles.Rows}", started, StringComparison.Ordinal);
        Assert.Contains("one file is read per run", refused.Error, StringComparison.Ordinal);
        Assert.Contains("no such file", missing.Error, StringComparison.Ordinal);
    }

    private static string[] Session() =>
    [
        SharedData.Find($"data/lobster-amzn/{LobsterFiles.Messages}"),
        SharedData.Find($"data/lobster-amzn/{LobsterFiles.Rows}"),
    ];

    /// <summary>The first 12,000 lines of a file, an hour and a half of the session.</summary>
    private string Beginning(string file) => _directory.Write(
        Path.GetFileName(file), string.Concat(File.ReadLines(file).Take(12_000).Select(line => line + "\n")));

    private TraderProcess Record(string wal, string[] files, params string[] more) => TraderProcess.Start(
        _directory,
        [
            "record", _directory[wal], "--source", "lobster", "--file", .. files,
            "--config", Path.Join(RepositoryRoot.Path, "testdata", "amzn.json"), "--progress", "json", .. more,
        ]);

    private TraderResult Run(params string[] arguments) => TraderProcess.Run(_directory, arguments);
}
