using System.Text;
using HftSandbox.Core;
using HftSandbox.Events;
using HftSandbox.Runtime.Snapshots;

namespace HftSandbox.Tests.Program;

/// <summary>Another version of the engine may derive something else, and keep another state: what comes from one is
/// told as that, not as damage.</summary>
public sealed class EngineVersionTests : IDisposable
{
    private const string Other = "0.1.0";

    private readonly TempDirectory _directory = new();

    public EngineVersionTests() => Run("record", "wal", "--order-count", "50").Exited(0);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_snapshot_of_another_version_is_passed_over_in_one_line_and_the_log_itself_is_applied()
    {
        AgeSnapshot();

        var found = Run("recover", "wal").Exited(0);

        Assert.Contains(
            $"positions.json: a snapshot of engine {Other}, and this is engine {EngineVersion.Current}; not used\n",
            found.Error);
        Assert.Contains("rebuilt from      the first event", found.Output);
        Run("verify", "wal", "--deep").Exited(0);
    }

    [Fact]
    public void A_snapshot_of_another_version_that_is_asked_for_is_refused()
    {
        AgeSnapshot();

        var refused = Run("record", "wal", "--recover-snapshot", "wal/positions.json", "--order-count", "1").Exited(5);

        Assert.EndsWith(
            $"positions.json: a snapshot of engine {Other}, and this is engine {EngineVersion.Current}\n",
            refused.Error);
    }

    [Fact]
    public void A_difference_in_a_log_of_another_version_names_both_versions()
    {
        var log = LogSurgery.Open(_directory["wal"]);
        log.Edit((kind, _, bytes, at) => kind == EventKind.RunStarted && TryAge(bytes, at));
        log.Save();

        var differs = Run("verify", "wal", "--deep").Exited(13);

        Assert.Contains($"; engine {Other} wrote this and engine {EngineVersion.Current} may derive", differs.Error);
        Assert.Contains("go on with the version that wrote it, or begin a new store", differs.Error);
    }

    private static bool TryAge(byte[] bytes, int at)
    {
        var record = bytes.AsSpan(at, (int)LogSurgery.U32(bytes, at));
        var version = record.IndexOf(Encoding.UTF8.GetBytes($"\"{EngineVersion.Current}\""));
        Encoding.UTF8.GetBytes(Other).CopyTo(record[(version + 1)..]);
        return true;
    }

    private void AgeSnapshot()
    {
        var path = Path.Join(_directory["wal"], SnapshotStore.DefaultName);
        var file = File.ReadAllBytes(path);
        Assert.Null(SnapshotFile.Decode(file, out var info, out var state));
        var aged = SnapshotFile.Encode(info! with { EngineVersion = Other }, file.AsSpan()[state]);
        File.WriteAllBytes(path, aged.ToArray());
    }

    private TraderResult Run(params string[] arguments) => TraderProcess.Run(_directory, arguments);
}
