using System.Globalization;
using HftSandbox.Tests;
using HftSandbox.Tests.Program;

namespace HftSandbox.CrashTests;

/// <summary>The times in the names of segments are for people: a clock may step back between two of them.</summary>
public sealed class ClockTests
{
    [Fact]
    public void Segments_follow_each_other_by_number_whatever_the_clock_said()
    {
        using var directory = new TempDirectory();
        var store = new CrashedStore(directory, directory["wal"]);
        string[] run = ["--order-count", "200", "--segment-bytes", "65536"];
        TraderProcess.Run(directory, store.Recording(run)).Exited(0);
        var segments = Directory.GetFiles(store.Path, "*.wal").Order(StringComparer.Ordinal).ToArray();
        for (var i = 0; i < segments.Length; i++)
            File.Move(segments[i], Path.Join(store.Path, NameAt(new DateTime(2030 - i, 1, 1), segments[i])));

        Assert.True(segments.Length > 2);
        store.MustRecover("--order-count", "20");
    }

    private static string NameAt(DateTime time, string segment)
    {
        const int numberAndExtension = 14;
        return $"wal-{time.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}-{segment[^numberAndExtension..]}";
    }
}
