namespace HftSandbox.Tests.Program;

public sealed class InspectGoldenTests
{
    [Fact]
    public void A_log_whose_configuration_this_engine_cannot_read_is_shown_with_ids()
    {
        using var directory = new TempDirectory();

        var result = TraderProcess.Run(directory, "inspect", RepositoryRoot.File("testdata", "golden"), "--limit", "3");

        Assert.Equal(3, result.Exited(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
