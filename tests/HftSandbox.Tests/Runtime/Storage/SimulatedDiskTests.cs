using System.Text;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;

namespace HftSandbox.Tests.Runtime.Storage;

public sealed class SimulatedDiskTests
{
    private const string Directory = "/d";
    private const int Page = 4096;
    private const int Sector = 512;

    private readonly SimulatedDisk _disk = new();

    public SimulatedDiskTests() => _disk.CreateDirectory(Directory);

    [Fact]
    public void Programs_see_every_write_and_name_at_once()
    {
        using var file = _disk.Create("/d/a");
        file.Write(5, "hello"u8);
        _disk.Rename("/d/a", "/d/b");

        Assert.Equal(["b"], _disk.List(Directory));
        Assert.Equal("\0\0\0\0\0hello", TextOf(_disk, "/d/b"));
        Assert.Throws<StorageException>(() => _disk.Open("/d/a"));
        Assert.Throws<StorageException>(() => _disk.Create("/d/b"));
    }

    [Fact]
    public void A_write_before_the_end_of_a_long_durable_file_leaves_the_rest()
    {
        var image = new MemoryStorage();
        image.Put("/d/a", Encoding.ASCII.GetBytes(new string('x', 3 * Page)));
        var disk = new SimulatedDisk(image);
        using var file = disk.Open("/d/a", writable: true);

        file.Write(1, "y"u8);

        Assert.Equal("xy" + new string('x', (3 * Page) - 2), TextOf(disk, "/d/a"));
    }

    [Fact]
    public void What_was_synced_survives_every_power_loss()
    {
        using var file = _disk.Create("/d/a");
        file.Write(0, "durable"u8);
        file.SyncData();
        _disk.SyncDirectory(Directory);

        Assert.Equal(0, _disk.Moment().PageChanges);
        Assert.All(Choices(4), choice => Assert.Equal("durable", TextOf(_disk.Crash(choice), "/d/a")));
    }

    [Fact]
    public void A_file_that_was_synced_still_has_no_name_before_its_directory_was_synced()
    {
        using var file = _disk.Create("/d/a");
        file.Write(0, "durable"u8);
        file.SyncData();

        Assert.Empty(_disk.Crash(CrashChoice.NothingKept).Paths);
        Assert.Equal("durable", TextOf(_disk.Crash(CrashChoice.AllKept), "/d/a"));
        Assert.Equal(1, _disk.Moment().PageChanges);
    }

    [Fact]
    public void A_length_may_be_kept_without_its_bytes_and_bytes_without_their_length()
    {
        using var file = Durable("/d/a", "old");
        file.Write(3, "new"u8);

        // Change 0 is the length, change 1 the page.
        Assert.Equal("old", TextOf(_disk.Crash(Pages(0b00)), "/d/a"));
        Assert.Equal("old\0\0\0", TextOf(_disk.Crash(Pages(0b01)), "/d/a"));
        Assert.Equal("old", TextOf(_disk.Crash(Pages(0b10)), "/d/a"));
        Assert.Equal("oldnew", TextOf(_disk.Crash(Pages(0b11)), "/d/a"));
    }

    [Fact]
    public void Pages_reach_the_disk_in_any_order()
    {
        using var file = Durable("/d/a", new string('.', 3 * Page));
        for (var page = 0; page < 3; page++)
            file.Write(page * Page, Encoding.ASCII.GetBytes(new string('#', Page)));

        var seen = Enumerable.Range(0, 8).Select(bits => Sampled(_disk.Crash(Pages((ulong)bits)), Page));

        Assert.Equal(["...", "#..", ".#.", "##.", "..#", "#.#", ".##", "###"], seen);
    }

    [Fact]
    public void A_page_tears_between_sectors()
    {
        using var file = Durable("/d/a", new string('.', Page));
        file.Write(Sector, Encoding.ASCII.GetBytes(new string('#', 3 * Sector)));

        var moment = _disk.Moment();
        var torn = _disk.Crash(new CrashChoice(CrashGrain.Sector, 0b101));

        Assert.Equal((1, 3), (moment.PageChanges, moment.SectorChanges));
        Assert.Equal(".#.#....", Sampled(torn, Sector));
    }

    [Fact]
    public void A_drawn_choice_gives_every_form_that_a_sector_and_a_length_had()
    {
        using var file = Durable("/d/a", "0");
        file.Write(0, "12"u8);
        file.Write(0, "234"u8);

        var seen = Enumerable.Range(0, 500)
            .Select(seed => TextOf(_disk.Crash(CrashChoice.Drawn((ulong)seed)), "/d/a"))
            .ToHashSet();

        Assert.Equal(["0", "0\0", "0\0\0", "1", "12", "12\0", "2", "23", "234"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_same_choice_at_the_same_moment_is_the_same_disk()
    {
        using var file = Durable("/d/a", new string('.', 2 * Page));
        file.Write(100, Encoding.ASCII.GetBytes(new string('#', Page)));
        var moment = _disk.Moment();
        var before = Enumerable.Range(0, 50).Select(seed => Left(moment, (ulong)seed)).ToArray();

        file.Write(0, "later"u8);
        file.SyncData();

        Assert.Equal(before, Enumerable.Range(0, 50).Select(seed => Left(moment, (ulong)seed)));
        Assert.True(before.Distinct().Count() > 10);
    }

    [Fact]
    public void A_cut_that_was_not_synced_may_be_undone()
    {
        using var file = Durable("/d/a", "durable");
        file.Truncate(3);

        Assert.Equal("dur", TextOf(_disk, "/d/a"));
        Assert.Equal("durable", TextOf(_disk.Crash(CrashChoice.NothingKept), "/d/a"));
        Assert.Equal("dur", TextOf(_disk.Crash(CrashChoice.AllKept), "/d/a"));
        file.SyncData();
        Assert.Equal("dur", TextOf(_disk.Crash(CrashChoice.NothingKept), "/d/a"));
    }

    [Fact]
    public void A_rename_is_lost_or_kept_as_a_whole_and_changes_of_one_name_keep_their_order()
    {
        Durable("/d/a", "old").Dispose();
        Durable("/d/tmp", "new").Dispose();
        _disk.Rename("/d/a", "/d/a.1");
        _disk.Rename("/d/tmp", "/d/a");

        Assert.Equal("a=old tmp=new", Names(_disk.Crash(Pages(0b00))));
        Assert.Equal("a.1=old tmp=new", Names(_disk.Crash(Pages(0b01))));
        Assert.Equal("a=old tmp=new", Names(_disk.Crash(Pages(0b10))));
        Assert.Equal("a=new a.1=old", Names(_disk.Crash(Pages(0b11))));
    }

    [Fact]
    public void Changes_of_different_names_are_lost_and_kept_in_any_order()
    {
        Durable("/d/a", "1").Dispose();
        Durable("/d/b", "2").Dispose();
        _disk.Delete("/d/a");
        _disk.Rename("/d/b", "/d/c");

        Assert.Equal("a=1 c=2", Names(_disk.Crash(Pages(0b10))));
        Assert.Equal("b=2", Names(_disk.Crash(Pages(0b01))));
        _disk.SyncDirectory(Directory);
        Assert.Equal("c=2", Names(_disk.Crash(CrashChoice.NothingKept)));
    }

    [Fact]
    public void A_disk_can_start_from_what_a_power_loss_left()
    {
        using var file = Durable("/d/a", "old");
        file.Write(0, "new"u8);
        var next = new SimulatedDisk(_disk.Crash(CrashChoice.NothingKept));
        using var again = next.Open("/d/a", writable: true);
        again.Write(0, "neo"u8);

        Assert.Equal("old", TextOf(next.Crash(CrashChoice.NothingKept), "/d/a"));
        Assert.Equal("neo", TextOf(next.Crash(CrashChoice.AllKept), "/d/a"));
    }

    [Fact]
    public void More_changes_than_a_choice_has_bits_are_chosen_too()
    {
        using var file = Durable("/d/a", new string('.', 200 * Page));
        for (var page = 0; page < 200; page++)
            file.Write(page * Page, "#"u8);

        Assert.Equal(new string('.', 200), Sampled(_disk.Crash(CrashChoice.NothingKept), Page));
        Assert.Equal(new string('#', 200), Sampled(_disk.Crash(CrashChoice.AllKept), Page));
        Assert.Contains("#", Sampled(_disk.Crash(Pages(1)), Page)[64..], StringComparison.Ordinal);
        Assert.Contains(".", Sampled(_disk.Crash(Pages(1)), Page)[64..], StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_is_held_once()
    {
        using (Assert.IsType<IStorageFile>(_disk.TryLock("/d/lock"), exactMatch: false))
            Assert.Null(_disk.TryLock("/d/lock"));

        using var again = _disk.TryLock("/d/lock");
        Assert.NotNull(again);
    }

    private static CrashChoice Pages(ulong bits) => new(CrashGrain.Page, bits);

    private static IEnumerable<CrashChoice> Choices(int bits) =>
        from grain in Enum.GetValues<CrashGrain>()
        from value in Enumerable.Range(0, 1 << bits)
        select new CrashChoice(grain, (ulong)value);

    private static string Left(DiskMoment moment, ulong seed)
    {
        var left = new MemoryStorage();
        moment.CutPower(CrashChoice.Drawn(seed), left);
        return TextOf(left, "/d/a");
    }

    private static string TextOf(IStorage storage, string path)
    {
        using var file = storage.Open(path);
        var bytes = new byte[file.Length];
        Assert.Equal(bytes.Length, file.Read(0, bytes));
        return Encoding.ASCII.GetString(bytes);
    }

    private static string Names(MemoryStorage storage) =>
        string.Join(' ', storage.Paths.Select(path => $"{Path.GetFileName(path)}={TextOf(storage, path)}"));

    private static string Sampled(IStorage storage, int step) =>
        string.Concat(TextOf(storage, "/d/a").Where((_, index) => index % step == 0));

    private IStorageFile Durable(string path, string text)
    {
        var file = _disk.Create(path);
        file.Write(0, Encoding.ASCII.GetBytes(text));
        file.SyncData();
        _disk.SyncDirectory(Directory);
        return file;
    }
}
