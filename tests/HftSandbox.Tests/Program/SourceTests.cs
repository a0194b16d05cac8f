using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Tests.Program;

/// <summary>A run is taken as the source of another one: as the lines that inspect prints, and as the log
/// itself.</summary>
public sealed class SourceTests : IDisposable
{
    private static readonly string Config = RepositoryRoot.File("config.json");

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_whole_of_what_inspect_prints_and_the_log_itself_give_the_run_again()
    {
        var run = RecordSim();
        PrintLines("--control");

        var fromLines = Record("fromLines", "events", "lines").WaitForExit().Exited(0);
        var fromLog = Record("fromLog", "wal", "first").WaitForExit().Exited(0);

        Assert.Equal(ContentOf("first"), ContentOf("fromLines"));
        Assert.Equal(RunContent.WithoutRuns(_directory, "first"), RunContent.WithoutRuns(_directory, "fromLog"));
        var derived = run.GetProperty("events").GetInt64() - run.GetProperty("inputs").GetInt64();
        Assert.Contains($"lines: passed over: {derived} derived, 2 RunStarted or RunStopped, ", fromLines.Error);
        Assert.Contains($"first: passed over: {derived} derived, 2 RunStarted or RunStopped\n", fromLog.Error);
        Run("verify", "fromLines", "--deep").Exited(0);
    }

    [Theory]
    [InlineData("events", "lines")]
    [InlineData("wal", "first")]
    public void A_run_from_it_that_is_killed_and_recovered_ends_as_one_that_never_was(string source, string file)
    {
        RecordSim();
        PrintLines();
        Record("whole", source, file).WaitForExit().Exited(0);
        using (var killed = Record("killed", source, file, "--speed", "1"))
        {
            killed.WaitForProgress(progress => progress.DurableSequence > 200);
            killed.End(ProcessSignal.Kill).Exited(137);
        }

        Record("killed", source, file, "--recover").WaitForExit().Exited(0);
        var again = Record("killed", source, file, "--json").WaitForExit().Exited(0);

        Assert.Equal(RunContent.WithoutRuns(_directory, "whole"), RunContent.WithoutRuns(_directory, "killed"));
        Assert.Equal(2, again.Json.GetProperty("inputs").GetInt32());
        Run("verify", "killed", "--deep").Exited(0);
    }

    [Fact]
    public void The_shipped_case_is_decided_as_its_numbers_say()
    {
        var result = Record("case", "events", RepositoryRoot.File("testdata", "case.jsonl"), "--json").WaitForExit();

        Assert.Equal(2, result.Exited(0).Json.GetProperty("fills").GetInt32());
        Assert.Equal(
            """{"PriceCollar":1}""", result.Json.GetProperty("denied").GetRawText());
    }

    [Fact]
    public void A_bad_line_ends_the_run_with_what_was_before_it_and_names_its_place()
    {
        _directory.Write("lines", """
            {"kind":"Trade","instrument":"BTC-USDT","eventTimeNs":7,"body":{"px":6000000,"qty":1}}

            {"kind":"Trade","instrument":"BTC-USDT","eventTimeNs":6}
            {"kind":"Trade","instrument":"BTC-USDT","eventTimeNs":8}
            """);

        var result = Record("wal", "events", "lines").WaitForExit().Exited(5);

        Assert.Contains("lines:3: eventTimeNs: 6 lies before 7", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, KindsOf("wal").GetProperty("Trade").GetInt32());
        Run("verify", "wal", "--deep").Exited(0);
    }

    [Fact]
    public void A_crashed_source_is_read_to_its_valid_end_and_a_damaged_one_is_refused_with_its_verdict()
    {
        RecordSim();
        CopyStore("first", "crashed");
        var segment = LogSurgery.SegmentFiles(_directory["crashed"])[^1];
        File.AppendAllText(segment, "what a torn write left behind, longer than a header of sixty-four bytes is");
        CopyStore("first", "damaged");
        Overwrite(LogSurgery.SegmentFiles(_directory["damaged"])[0], offset: 20_000);

        var crashed = Run("recover", "crashed", "--json").ExitCode;
        var fromCrashed = Record("fromCrashed", "wal", "crashed").WaitForExit();
        var verdict = Run("verify", "damaged").ExitCode;
        var fromDamaged = Record("fromDamaged", "wal", "damaged").WaitForExit();

        Assert.Equal(crashed, fromCrashed.ExitCode);
        Assert.Equal(10, verdict);
        fromDamaged.Exited(10);
        Assert.Contains("damaged/wal-", fromDamaged.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory["fromDamaged"]));
    }

    [Fact]
    public void An_input_of_the_source_that_no_run_takes_ends_the_run_before_it()
    {
        RecordSim();
        var log = LogSurgery.Open(_directory["first"]);
        log.Edit((kind, sequence, bytes, offset) =>
        {
            if (kind != EventKind.Quote || sequence < 50)
                return false;
            RecordHeader.At(bytes.AsSpan(offset)).InstrumentId = 77;
            return true;
        });
        log.Save();

        var result = Record("wal", "wal", "first").WaitForExit().Exited(5);

        Assert.Contains(": instrument 77 is not in the source's registry", result.Error, StringComparison.Ordinal);
        Assert.True(KindsOf("wal").GetProperty("Quote").GetInt32() > 0);
    }

    [Fact]
    public void A_source_is_refused_when_its_symbols_do_not_fit_or_when_it_is_what_is_written()
    {
        RecordSim();
        var scales = _directory.Write("scales.json", File.ReadAllText(Config).Replace(
            "\"QuantityScale\": 4", "\"QuantityScale\": 6", StringComparison.Ordinal));
        Directory.CreateSymbolicLink(_directory["link"], _directory["first"]);

        var other = Run("record", "other", "--source", "wal", "--file", "first", "--config", scales).Exited(3);
        var itself = Record("first", "wal", "./first").WaitForExit().Exited(2);
        var linked = Record("first", "wal", "link").WaitForExit().Exited(2);

        Assert.Contains("registry has ETH-USDT (scales 2/4/8/8, multiplier 1), and the configuration E", other.Error);
        Assert.Contains("a store is not recorded from itself", itself.Error, StringComparison.Ordinal);
        Assert.Contains("it is the store that is written, or a copy of it", linked.Error, StringComparison.Ordinal);
    }

    private static void Overwrite(string file, int offset)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.Position = offset;
        stream.Write(new byte[8]);
    }

    private JsonElement RecordSim() =>
        Run("record", "first", "--config", Config, "--order-count", "600", "--json").Exited(0).Json;

    private void PrintLines(params string[] more) =>
        _directory.Write("lines", Run(["inspect", "first", "--json", .. more]).Exited(0).Output);

    private void CopyStore(string from, string to)
    {
        Directory.CreateDirectory(_directory[to]);
        foreach (var file in Directory.GetFiles(_directory[from]))
            File.Copy(file, Path.Join(_directory[to], Path.GetFileName(file)));
    }

    private TraderProcess Record(string wal, string source, string file, params string[] more) => TraderProcess.Start(
        _directory,
        ["record", wal, "--source", source, "--file", file, "--config", Config, "--progress", "json", .. more]);

    private TraderResult Run(params string[] arguments) => TraderProcess.Run(_directory, arguments);

    private List<string> ContentOf(string wal) => RunContent.WithoutRuns(_directory, wal, withPositions: false);

    private JsonElement KindsOf(string wal) =>
        Run("inspect", wal, "--stats").Exited(0).Json.GetProperty("byKind");
}
