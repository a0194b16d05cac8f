using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using HftSandbox.Tests;

namespace HftSandbox.CrashTests;

/// <summary>The tests of the tests: realistic durability bugs, one patch each, that some layer must catch.</summary>
public sealed class PlantedBugTests
{
    private const int BugCount = 20;

    private static readonly string[] Patches =
    [
        .. Directory.GetFiles(RepositoryRoot.File("tests", "HftSandbox.CrashTests", "planted"), "*.patch")
            .Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void Every_bug_can_still_be_planted()
    {
        Assert.Equal(BugCount, Patches.Length);
        foreach (var patch in Patches)
            Assert.Equal("", Git("apply", "--check", patch));
    }

    [Fact]
    public void Every_planted_bug_is_caught()
    {
        Assert.SkipUnless(Campaign.IsOn, "not run: HFTSANDBOX_CAMPAIGN is not set");
        var campaign = new Campaign("planted", slice: 0, full: BugCount);
        var clock = Stopwatch.StartNew();
        using var garden = new BugGarden();
        foreach (var patch in Patches.Take(campaign.Cases))
        {
            var caught = garden.CaughtBy(patch);
            var bug = Path.GetFileNameWithoutExtension(patch);
            Campaign.Note(JsonSerializer.Serialize(new { layer = "planted", bug, caughtBy = caught ?? "nothing" }));
            if (caught is null)
                campaign.Failed($"nothing caught {bug}");
        }

        campaign.Report(campaign.Cases, clock.Elapsed);
    }

    private static string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            RedirectStandardError = true,
            WorkingDirectory = RepositoryRoot.Path,
        };
        try
        {
            using var git = Process.Start(start)!;
            return git.StandardError.ReadToEnd();
        }
        catch (Win32Exception)
        {
            Assert.Skip("not run: there is no git");
            throw;
        }
    }
}
