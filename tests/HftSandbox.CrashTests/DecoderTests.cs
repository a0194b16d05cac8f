using System.ComponentModel;
using System.Text.Json;
using HftSandbox.Tests;
using HftSandbox.Tests.Program;

namespace HftSandbox.CrashTests;

/// <summary>A second reader of the format, written in another language from FORMAT.md alone, sees what the program
/// sees.</summary>
public sealed class DecoderTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_golden_store_reads_as_its_listing_says_byte_for_byte()
    {
        var listing = Decode(RepositoryRoot.File("testdata", "golden")).Exited(0);

        Assert.Equal(File.ReadAllText(RepositoryRoot.File("testdata", "golden", "listing.txt")), listing.Output);
    }

    [Fact]
    public void A_store_with_rolls_snapshots_and_a_recovery_reads_as_inspect_shows_it_field_for_field()
    {
        var wal = Recorded();

        var seen = Decode(wal, "--json").Exited(0).JsonLines.ToArray();
        var shown = Trader("inspect", wal, "--json", "--control").JsonLines.ToArray();

        SameRecords(shown, seen);
    }

    [Fact]
    public void A_log_whose_older_segments_were_retired_reads_as_inspect_shows_it()
    {
        var wal = Retired();

        var seen = Decode(wal, "--json").Exited(0).JsonLines.ToArray();
        var summary = Decode(wal, "--summary").Exited(0).Json;
        var shown = Trader("inspect", wal, "--json", "--control").JsonLines.ToArray();

        Assert.True(summary.GetProperty("lastMissing").GetUInt64() > 0);
        SameRecords(shown, seen);
    }

    [Fact]
    public void A_retired_log_without_its_Retire_records_is_refused()
    {
        var wal = Retired();
        foreach (var segment in Directory.GetFiles(wal, "*.wal").Order(StringComparer.Ordinal).Skip(1))
            File.Delete(segment);

        var refused = Decode(wal, "--summary").Exited(1);

        Assert.Contains("nothing says where the segments before", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_saved_from_damage_reads_as_inspect_shows_it_gaps_included()
    {
        var wal = Retired();
        var segment = Directory.GetFiles(wal, "*.wal").Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(segment);
        bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(segment, bytes);
        Decode(wal, "--summary").Exited(1);
        var saved = Trader("salvage", wal, "--out", "saved", "--json").Json;

        var seen = Decode(_directory["saved"], "--json").Exited(0).JsonLines.ToArray();
        var summary = Decode(_directory["saved"], "--summary").Exited(0).Json;
        var shown = Trader("inspect", "saved", "--json", "--control").JsonLines.ToArray();

        Assert.Equal(
            saved.GetProperty("lost").EnumerateArray().Last().GetProperty("lastSequence").GetUInt64(),
            summary.GetProperty("lastMissing").GetUInt64());
        SameRecords(shown, seen);
    }

    [Fact]
    public void It_counts_and_hashes_a_store_as_verify_does()
    {
        var wal = Recorded();

        var summary = Decode(wal, "--summary").Exited(0).Json;
        var verified = Trader("verify", wal, "--deep", "--json").Json;

        foreach (var member in (string[])["lastSequence", "durableSequence", "digest"])
            Assert.Equal(verified.GetProperty(member).GetRawText(), summary.GetProperty(member).GetRawText());
    }

    [Fact]
    public void It_finds_a_flipped_bit_in_every_part_of_a_sealed_segment()
    {
        var wal = Recorded();
        var segment = Directory.GetFiles(wal, "*.wal").Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(segment);
        int[] places = [8192 + 4, 8192 + 70, bytes.Length / 2, bytes.Length - 100, bytes.Length - 30];

        foreach (var place in places)
        {
            bytes[place] ^= 4;
            File.WriteAllBytes(segment, bytes);
            Decode(wal, "--summary").Exited(1);
            bytes[place] ^= 4;
        }
    }

    private static void SameRecords(JsonElement[] expected, JsonElement[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (one, other) in expected.Zip(actual))
            SameFields(one, other);
    }

    // Names of instruments stand in the configuration, not in the format.
    private static void SameFields(JsonElement expected, JsonElement actual)
    {
        foreach (var member in expected.EnumerateObject())
        {
            if (member.Name is "schemaVersion" or "instrument")
                continue;
            var same = actual.TryGetProperty(member.Name, out var value) && JsonElement.DeepEquals(member.Value, value);
            Assert.True(same, $"{member.Name}:\n{expected}\n{actual}");
        }
    }

    private string Recorded()
    {
        var wal = _directory["wal"];
        var small = (string[])["--segment-bytes", "65536", "--snapshot-interval", "1ms"];
        using (var killed = TraderProcess.Start(
            _directory,
            ["record", wal, "--progress", "json", "--order-count", "2000", "--order-interval", "1ms", .. small]))
        {
            killed.WaitForProgress(progress => progress.AppendedSequence > 800);
            killed.End(ProcessSignal.Kill).Exited(137);
        }

        Trader(["record", wal, "--recover", "--order-count", "50", .. small]);
        return wal;
    }

    private string Retired()
    {
        var wal = _directory["wal"];
        Trader(
            "record", wal, "--order-count", "3000", "--order-interval", "1ms", "--segment-bytes", "65536",
            "--retain", "128KiB", "--snapshot-interval", "5ms");
        return wal;
    }

    private TraderResult Trader(params string[] arguments) => TraderProcess.Run(_directory, arguments).Exited(0);

    private TraderResult Decode(string wal, params string[] more)
    {
        var script = RepositoryRoot.File("tests", "HftSandbox.CrashTests", "decode_wal.py");
        var page = RepositoryRoot.File("src", "HftSandbox.Runtime", "Wal", "FORMAT.md");
        var environment = new Dictionary<string, string> { ["PYTHONDONTWRITEBYTECODE"] = "1", ["PYTHONUTF8"] = "1" };
        try
        {
            using var python = TraderProcess.StartCommand(
                _directory, environment, "python3", [script, page, wal, .. more]);
            return python.WaitForExit();
        }
        catch (Win32Exception)
        {
            Assert.Skip("not run: there is no python3");
            throw;
        }
    }
}
