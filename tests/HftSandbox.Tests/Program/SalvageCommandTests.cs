using HftSandbox.Events;

namespace HftSandbox.Tests.Program;

public sealed class SalvageCommandTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Wal => _directory["wal"];

    private string Saved => _directory["saved"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_log_damaged_before_its_snapshot_is_salvaged_and_continued()
    {
        Run("record", Wal, "--order-count", "2000", "--segment-bytes", "256KiB").Exited(0);
        var lost = DamageAnEventOfTheSecondSegment();
        var refusal = Run("verify", Wal).Exited(10).Error;

        var report = Run("salvage", Wal, "--out", Saved, "--json").Exited(0).Json;
        var next = Run("record", Saved, "--recover", "--order-count", "100", "--json").Exited(0).Json;
        var proof = Run("verify", Saved, "--deep", "--json").Exited(0);

        Assert.Contains($"trader salvage {Wal} --out DIR2", refusal, StringComparison.Ordinal);
        Assert.Equal(lost, report.GetProperty("lost")[0].GetProperty("firstSequence").GetUInt64());
        Assert.True(report.GetProperty("canContinue").GetBoolean());
        Assert.Equal(100UL, next.GetProperty("orders").GetUInt64());
        Assert.True(proof.Json.GetProperty("provedFrom").GetUInt64() > lost);
        Assert.Contains($"sequences {lost}..{lost} are missing since a salvage", proof.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_damaged_behind_its_snapshots_is_salvaged_to_be_read()
    {
        Run("record", Wal, "--order-count", "2000", "--segment-bytes", "256KiB").Exited(0);
        DamageAnEventOfTheSecondSegment();
        foreach (var snapshot in Directory.GetFiles(Wal, "positions*.json"))
            File.Delete(snapshot);

        var report = Run("salvage", Wal, "--out", Saved, "--json").Exited(0).Json;
        var count = Run("inspect", Saved, "--stats").Exited(0).Json;
        var refusal = Run("record", Saved, "--recover", "--order-count", "100").Exited(10).Error;

        Assert.False(report.GetProperty("canContinue").GetBoolean());
        Assert.Equal(report.GetProperty("events").GetUInt64(), count.GetProperty("records").GetUInt64());
        Assert.Contains("no usable snapshot lies at or behind it", refusal, StringComparison.Ordinal);
        Run("verify", Saved).Exited(0);
    }

    [Fact]
    public void Nothing_is_overwritten()
    {
        Run("record", Wal, "--order-count", "10").Exited(0);
        File.WriteAllText(_directory.Write("occupied", ""), "mine");

        Assert.Contains("is not empty", Run("salvage", Wal, "--out", _directory.Path).Exited(2).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_only_read_gets_no_new_store_inside()
    {
        Run("record", Wal, "--order-count", "10").Exited(0);

        var refusal = Run("salvage", Wal, "--out", Path.Join(Wal, "saved")).Exited(2).Error;

        Assert.Contains("which is only read", refusal, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Wal));
    }

    private ulong DamageAnEventOfTheSecondSegment()
    {
        var file = LogSurgery.SegmentFiles(Wal)[1];
        var bytes = File.ReadAllBytes(file);
        var record = LogSurgery.RecordsOf(bytes).Skip(10).First(at => LogSurgery.U16(bytes, at + 8) < 0x7F00);
        bytes[record + RecordHeader.SizeBytes] ^= 1;
        File.WriteAllBytes(file, bytes);
        return LogSurgery.U64(bytes, record + 16);
    }

    private TraderResult Run(params string[] arguments) => TraderProcess.Run(_directory, arguments);
}
