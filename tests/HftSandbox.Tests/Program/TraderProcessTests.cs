namespace HftSandbox.Tests.Program;

/// <summary>The harness itself, on shell scripts that behave as the test needs.</summary>
public sealed class TraderProcessTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_built_program_starts_and_ends()
    {
        TraderProcess.Run(_directory).Exited(0);
    }

    [Fact]
    public void Output_error_and_exit_code_are_kept_apart()
    {
        using var process = Shell("""echo '{"a":1}'; echo note >&2; pwd >&2; exit 7""");

        var result = process.WaitForExit().Exited(7);

        Assert.Equal(1, result.Json.GetProperty("a").GetInt32());
        Assert.Equal($"note\n{_directory.Path}\n", result.Error);
    }

    [Fact]
    public void Progress_is_seen_while_the_process_runs_and_a_half_line_is_none()
    {
        using var process = Shell("""
            echo 'starting' >&2
            echo '{"publishedSequence":3,"appendedSequence":2,"durableSequence":1}' >&2
            echo '{"publishedSequence":9,"appendedSequence":8,"durableSequence":7}' >&2
            printf '{"publishedSequence":99,"appendedSe' >&2
            exec sleep 600
            """);

        var progress = process.WaitForProgress(line => line.DurableSequence >= 5);
        var result = process.End(ProcessSignal.Kill);

        Assert.Equal(new TraderProgress(9, 8, 7), progress);
        Assert.Equal([new(3, 2, 1), new(9, 8, 7)], result.Progress);
        Assert.Equal(128 + 9, result.ExitCode);
    }

    [Fact]
    public void A_process_that_ends_before_the_progress_is_reached_fails_the_test_with_what_it_said()
    {
        using var process = Shell("echo 'cannot open' >&2; exit 5");

        var failure = Assert.Throws<InvalidOperationException>(() => process.WaitForProgress(_ => true));

        Assert.Contains("cannot open", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProcessSignal.Terminate, "TERM")]
    [InlineData(ProcessSignal.Interrupt, "INT")]
    public void A_signal_reaches_the_process(ProcessSignal signal, string name)
    {
        const string progress = """{"publishedSequence":1,"appendedSequence":1,"durableSequence":1}""";
        using var process = Shell($"""
            trap 'echo got {name}; exit 0' {name}
            echo '{progress}' >&2
            while :; do sleep 0.05; done
            """);
        process.WaitForProgress(_ => true);

        var result = process.End(signal).Exited(0);

        Assert.Equal($"got {name}\n", result.Output);
        Assert.False(process.Send(signal));
    }

    [Fact]
    public void Environment_variables_reach_the_process()
    {
        var environment = new Dictionary<string, string> { ["TRADER__RISK__KILLSWITCH"] = "true" };

        using var process = TraderProcess.StartCommand(
            _directory, environment, "/bin/sh", ["-c", "echo $TRADER__RISK__KILLSWITCH"]);

        Assert.Equal("true\n", process.WaitForExit().Output);
    }

    private TraderProcess Shell(string script) =>
        TraderProcess.StartCommand(_directory, new Dictionary<string, string>(), "/bin/sh", ["-c", script]);
}
