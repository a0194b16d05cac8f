using System.Runtime.Versioning;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;

namespace HftSandbox.Tests.Runtime.Storage;

[SupportedOSPlatform("linux")]
public sealed class PosixStorageTests : IDisposable
{
    private const int AlreadyExists = 17;
    private const int BadDescriptor = 9;

    private readonly TempDirectory _directory = new();
    private readonly PosixStorage _storage = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Written_bytes_are_read_back_and_a_read_stops_at_the_end()
    {
        using var file = _storage.Create(_directory["a"]);

        file.Write(3, [1, 2, 3]);
        file.SyncData();

        var buffer = new byte[10];
        Assert.Equal(6, file.Length);
        Assert.Equal(5, file.Read(1, buffer));
        Assert.Equal([0, 0, 1, 2, 3], buffer[..5]);
    }

    [Fact]
    public void Truncate_cuts_and_extends_with_zeros()
    {
        using var file = _storage.Create(_directory["a"]);
        file.Write(0, [1, 2, 3, 4]);

        file.Truncate(2);
        file.Truncate(4);

        var buffer = new byte[4];
        Assert.Equal(4, file.Read(0, buffer));
        Assert.Equal([1, 2, 0, 0], buffer);
    }

    [Fact]
    public void Create_refuses_an_existing_file()
    {
        _storage.Create(_directory["a"]).Dispose();

        var failure = Assert.Throws<StorageException>(() => _storage.Create(_directory["a"]));

        Assert.Equal(("creat", AlreadyExists, true), (failure.Call, failure.Errno, failure.IsWrite));
    }

    [Fact]
    public void Opening_a_missing_file_names_the_path_and_the_reason()
    {
        var path = _directory["missing"];

        var failure = Assert.Throws<StorageException>(() => _storage.Open(path));

        Assert.Equal(("open", path, StorageException.NotFound), (failure.Call, failure.Path, failure.Errno));
        Assert.Contains("No such file", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_to_a_file_opened_for_reading_fails_with_its_offset()
    {
        _storage.Create(_directory["a"]).Dispose();
        using var file = _storage.Open(_directory["a"]);

        var failure = Assert.Throws<StorageException>(() => file.Write(7, [1]));

        Assert.Equal(("pwrite", BadDescriptor, 7L), (failure.Call, failure.Errno, failure.Offset));
    }

    [Fact]
    public void A_full_device_is_reported_as_no_space()
    {
        using var file = _storage.Open("/dev/full", writable: true);

        var failure = Assert.Throws<StorageException>(() => file.Write(0, new byte[4096]));

        Assert.True(failure.IsNoSpace);
        Assert.True(failure.IsWrite);
    }

    [Fact]
    public void Files_and_directories_belong_to_their_owner_alone()
    {
        var inner = Path.Join(_directory["x"], "y");

        _storage.CreateDirectory(inner);
        _storage.CreateDirectory(inner);
        _storage.Create(Path.Join(inner, "a")).Dispose();

        const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(ReadWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(inner));
        Assert.Equal(ReadWrite, File.GetUnixFileMode(Path.Join(inner, "a")));
    }

    [Fact]
    public void Listing_names_files_in_ordinal_order_without_directories()
    {
        foreach (var name in new[] { "b", "B", "a", "é" })
            _storage.Create(_directory[name]).Dispose();
        _storage.CreateDirectory(_directory["directory"]);

        var names = _storage.List(_directory.Path);

        Assert.Equal(["B", "a", "b", "é"], names);
    }

    [Fact]
    public void Listing_a_missing_directory_fails()
    {
        var failure = Assert.Throws<StorageException>(() => _storage.List(_directory["missing"]));

        Assert.Equal(("readdir", StorageException.NotFound), (failure.Call, failure.Errno));
    }

    [Fact]
    public void A_directory_exists_only_if_it_is_one()
    {
        _storage.Create(_directory["a"]).Dispose();

        Assert.True(_storage.DirectoryExists(_directory.Path));
        Assert.False(_storage.DirectoryExists(_directory["a"]));
        Assert.False(_storage.DirectoryExists(_directory["missing"]));
    }

    [Fact]
    public void Rename_replaces_the_target_and_delete_removes_it()
    {
        using (var file = _storage.Create(_directory["a"]))
            file.Write(0, [1]);
        _storage.Create(_directory["b"]).Dispose();

        _storage.Rename(_directory["a"], _directory["b"]);
        _storage.SyncDirectory(_directory.Path);

        Assert.Equal(["b"], _storage.List(_directory.Path));
        using (var file = _storage.Open(_directory["b"]))
            Assert.Equal(1, file.Length);
        _storage.Delete(_directory["b"]);
        Assert.Empty(_storage.List(_directory.Path));
    }

    [Fact]
    public void Free_bytes_agree_with_the_platform()
    {
        var free = _storage.FreeBytes(_directory.Path);

        var expected = new DriveInfo(_directory.Path).AvailableFreeSpace;
        Assert.InRange(free, expected / 2, expected * 2);
    }

    [Fact]
    public void A_lock_excludes_a_second_taker_until_it_is_released()
    {
        var path = _directory["lock"];
        var first = _storage.TryLock(path);

        Assert.NotNull(first);
        Assert.Null(_storage.TryLock(path));
        first.Dispose();
        using var second = _storage.TryLock(path);
        Assert.NotNull(second);
    }

    [Fact]
    public void A_faulty_storage_fails_the_chosen_call_and_no_other()
    {
        var storage = new FaultyStorage(
            _storage,
            new StorageFault(StorageCall.SyncData, 2, StorageException.InputOutputError),
            new StorageFault(StorageCall.Write, 2, StorageException.NoSpace, BytesBefore: 1));
        using var file = storage.Create(_directory["a"]);

        file.Write(0, [1, 2]);
        file.SyncData();
        Assert.Throws<StorageException>(() => file.Write(2, [3, 4]));
        Assert.Throws<StorageException>(file.SyncData);

        Assert.Equal(3, file.Length);
        Assert.Equal(
            [StorageCall.Create, StorageCall.Write, StorageCall.SyncData, StorageCall.Write, StorageCall.SyncData,
                StorageCall.Length],
            storage.Calls.Select(call => call.Call));
    }
}
