using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Program;

public sealed class FollowTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Wal => _directory["wal"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Following_a_run_over_rolls_and_a_kill_shows_every_record_once()
    {
        using var recorder = TraderProcess.Start(
            _directory, "record", Wal, "--order-interval", "1ms", "--for", "60s", "--segment-bytes", "64KiB",
            "--progress", "json");
        recorder.WaitForProgress(progress => progress.DurableSequence > 100);
        using var follower = TraderProcess.Start(
            _directory, "inspect", Wal, "--follow", "--json", "--control", "--limit", "4000");
        recorder.WaitForProgress(progress => progress.DurableSequence > 1500);
        recorder.End(ProcessSignal.Kill);
        TraderProcess.Run(_directory, "record", Wal, "--recover", "--order-count", "2000").Exited(0);

        var seen = follower.WaitForExit().Exited(0).JsonLines
            .Select(line => (line.GetProperty("kind").GetString(), line.GetProperty("sequence").GetUInt64()));

        Assert.Equal(Records().Take(4000), seen);
    }

    [Fact]
    public void A_run_whose_old_segments_are_retired_can_be_followed_and_verified_meanwhile()
    {
        using var recorder = TraderProcess.Start(
            _directory, "record", Wal, "--order-interval", "1ms", "--for", "60s", "--segment-bytes", "64KiB",
            "--retain", "192KiB", "--snapshot-interval", "20ms", "--progress", "json");
        recorder.WaitForProgress(progress => progress.DurableSequence > 4000);
        string[] follow = ["inspect", Wal, "--follow", "--json", "--limit", "3000"];
        var following = TraderProcess.Run(_directory, follow).Exited(0);
        var verified = TraderProcess.Run(_directory, "verify", Wal, "--deep");
        recorder.End(ProcessSignal.Kill);

        verified.Exited(0);
        var seen = following.JsonLines.Select(line => line.GetProperty("sequence").GetUInt64()).ToArray();
        // What was retired before it looked is no gap: the log begins behind it.
        var gaps = seen.Zip(seen.Skip(1)).Where(pair => pair.Second != pair.First + 1)
            .Select(pair => $"trader: sequences {pair.First + 1}..{pair.Second - 1} were retired before");
        Assert.All(gaps, gap => Assert.Contains(gap, following.Error, StringComparison.Ordinal));
        Assert.Equal(seen.Order().Distinct(), seen);
    }

    [Fact]
    public void Following_a_finished_run_ends_with_the_interrupt_and_exit_code_0()
    {
        TraderProcess.Run(_directory, "record", Wal, "--order-count", "10").Exited(0);
        var shown = Records().Count(record => record.Item1 is not ("Sync" or "Snapshot" or "Seal"));
        string[] follow = ["-c", "exec \"$@\" > lines", "sh", .. TraderProcess.CommandLine("inspect", Wal, "--follow")];
        using var follower = TraderProcess.StartCommand(_directory, new Dictionary<string, string>(), "sh", follow);
        Assert.True(SpinWait.SpinUntil(() => Lines() >= shown, TraderProcess.Patience), $"{Lines()} of {shown} lines");

        follower.End(ProcessSignal.Interrupt).Exited(0);

        Assert.Equal(shown, Lines());

        int Lines() => File.Exists(_directory["lines"]) ? File.ReadAllLines(_directory["lines"]).Length : 0;
    }

    private List<(string?, ulong)> Records()
    {
        var storage = new PosixStorage();
        var records = new List<(string?, ulong)>();
        using var reader = new WalReader(storage, StoreRecovery.Examine(storage, Wal).Segments, includeControl: true);
        while (reader.MoveNext())
            records.Add((reader.Header.Kind.ToString(), reader.Header.Sequence));
        return records;
    }
}
