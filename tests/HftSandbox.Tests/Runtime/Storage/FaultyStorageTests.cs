using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;

namespace HftSandbox.Tests.Runtime.Storage;

public sealed class FaultyStorageTests
{
    private readonly SimulatedDisk _disk = new();

    public FaultyStorageTests() => _disk.CreateDirectory("/d");

    public static TheoryData<int> Errors =>
    [
        StorageException.InputOutputError, StorageException.NoSpace, StorageException.QuotaExceeded,
        StorageException.Interrupted,
    ];

    [Theory]
    [MemberData(nameof(Errors))]
    public void The_call_that_was_named_fails_and_those_beside_it_do_not(int errno)
    {
        var storage = new FaultyStorage(_disk, new StorageFault(StorageCall.Write, 2, errno));
        using var file = storage.Create("/d/a");
        file.Write(0, "1"u8);

        var failure = Assert.Throws<StorageException>(() => file.Write(1, "2"u8));
        file.Write(1, "3"u8);

        Assert.Equal(("pwrite", "/d/a", errno, 1L), (failure.Call, failure.Path, failure.Errno, failure.Offset));
        Assert.Equal("13", Text(_disk));
        Assert.Equal([false, true, false], storage.Calls.Where(c => c.Call == StorageCall.Write).Select(c => c.Failed));
    }

    [Fact]
    public void A_short_write_leaves_its_first_bytes()
    {
        var fault = new StorageFault(StorageCall.Write, 1, StorageException.NoSpace, BytesBefore: 3);
        using var file = new FaultyStorage(_disk, fault).Create("/d/a");

        var failure = Assert.Throws<StorageException>(() => file.Write(0, "hello"u8));

        Assert.Equal((3L, true), (failure.Offset, failure.IsNoSpace));
        Assert.Equal("hel", Text(_disk));
    }

    [Fact]
    public void A_sync_can_fail_once_and_then_succeed()
    {
        var fault = new StorageFault(StorageCall.SyncData, 1, StorageException.InputOutputError);
        using var file = new FaultyStorage(_disk, fault).Create("/d/a");

        Assert.Throws<StorageException>(file.SyncData);
        file.SyncData();
    }

    [Fact]
    public void A_sync_that_lies_syncs_nothing()
    {
        var storage = new FaultyStorage(_disk, StorageFault.Lying(StorageCall.SyncData));
        using (var file = storage.Create("/d/a"))
        {
            file.Write(0, "1"u8);
            file.SyncData();
            file.SyncData();
        }

        storage.SyncDirectory("/d");

        Assert.Equal("", Text(_disk.Crash(CrashChoice.NothingKept)));
    }

    [Fact]
    public void A_directory_sync_that_lies_keeps_no_name()
    {
        var storage = new FaultyStorage(_disk, StorageFault.Lying(StorageCall.SyncDirectory));
        storage.Create("/d/a").Dispose();

        storage.SyncDirectory("/d");

        Assert.Empty(_disk.Crash(CrashChoice.NothingKept).Paths);
    }

    [Fact]
    public void Hooks_enclose_the_calls_that_succeed()
    {
        var seen = new List<string>();
        var fault = new StorageFault(StorageCall.Read, 2, StorageException.InputOutputError);
        var storage = new FaultyStorage(_disk, fault)
        {
            Before = (call, _) => seen.Add($"before {call}"),
            After = (call, _) => seen.Add($"after {call}"),
        };

        using var file = storage.Create("/d/a");
        file.Read(0, new byte[1]);
        Assert.Throws<StorageException>(() => file.Read(0, new byte[1]));

        Assert.Equal(["before Create", "after Create", "before Read", "after Read"], seen);
    }

    private static string Text(IStorage storage)
    {
        using var file = storage.Open("/d/a");
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return System.Text.Encoding.ASCII.GetString(bytes);
    }
}
