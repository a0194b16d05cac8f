using HftSandbox.Trader.Config;

namespace HftSandbox.Tests.Trader.Config;

public sealed class ConfigWatcherTests
{
    [Fact]
    public void A_change_is_told_once_and_what_is_not_a_change_never()
    {
        using var file = new ConfigFile("""{ "risk": { "version": 1 } }""");
        var watcher = Watch(file);

        Assert.Null(watcher.Poll());
        File.SetLastWriteTimeUtc(file.Path, DateTime.UnixEpoch);
        Assert.Null(watcher.Poll());
        file.Write("""{ "risk": { "version": 2 } }""");

        Assert.Equal(2, watcher.Poll()!.Config!.Risk.Version);
        Assert.Null(watcher.Poll());
    }

    [Fact]
    public void A_change_between_the_start_and_the_first_look_is_seen()
    {
        using var file = new ConfigFile("{}");
        var initial = ConfigLoader.Load(file.Path, ConfigFile.Nothing, ConfigFile.Nothing);
        file.Write("""{ "risk": { "KillSwitch": true } }""");

        var watcher = new ConfigWatcher(file.Path, ConfigFile.Nothing, ConfigFile.Nothing, initial);

        Assert.True(watcher.Poll()!.Config!.Risk.KillSwitch);
    }

    [Fact]
    public void A_file_caught_half_written_is_an_error_and_its_completion_the_next_change()
    {
        using var file = new ConfigFile("{}");
        var watcher = Watch(file);
        var next = ConfigFile.Original;

        file.Write(next[..(next.Length / 2)]);
        var half = watcher.Poll()!;
        file.Write(next);
        var whole = watcher.Poll()!;

        Assert.Null(half.Config);
        Assert.False(half.IsUnreadable);
        Assert.NotNull(whole.Config);
        Assert.Null(watcher.Poll());
    }

    [Fact]
    public void A_file_that_vanishes_is_told_once_and_coming_back_the_same_is_no_change()
    {
        using var file = new ConfigFile("{}");
        var watcher = Watch(file);

        File.Delete(file.Path);
        Assert.True(watcher.Poll()!.IsUnreadable);
        Assert.Null(watcher.Poll());

        file.Write("{}");
        Assert.Null(watcher.Poll());
        File.Delete(file.Path);
        Assert.NotNull(watcher.Poll());
    }

    [Fact]
    public void Environment_and_flags_stay_in_force()
    {
        using var file = new ConfigFile("{}");
        var flags = new Dictionary<string, string> { ["risk.version"] = "9" };
        var watcher = new ConfigWatcher(
            file.Path, ConfigFile.Nothing, flags, ConfigLoader.Load(file.Path, ConfigFile.Nothing, flags));

        file.Write("""{ "risk": { "version": 1 } }""");

        Assert.Equal(9, watcher.Poll()!.Config!.Risk.Version);
    }

    private static ConfigWatcher Watch(ConfigFile file) => new(
        file.Path,
        ConfigFile.Nothing,
        ConfigFile.Nothing,
        ConfigLoader.Load(file.Path, ConfigFile.Nothing, ConfigFile.Nothing));
}
