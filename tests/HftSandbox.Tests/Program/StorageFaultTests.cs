using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Trader.Commands;

namespace HftSandbox.Tests.Program;

/// <summary>The whole program on a storage whose N-th call fails: the daemon stops with the right exit code, and the
/// next start finds everything it had promised.</summary>
public sealed class StorageFaultTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Wal => _directory["wal"];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(StorageCall.SyncData, 1)]
    [InlineData(StorageCall.SyncData, 2)]
    [InlineData(StorageCall.SyncData, 3)]
    [InlineData(StorageCall.SyncData, 5)]
    [InlineData(StorageCall.SyncDirectory, 1)]
    [InlineData(StorageCall.SyncDirectory, 2)]
    [InlineData(StorageCall.Write, 2)]
    [InlineData(StorageCall.Write, 4)]
    [InlineData(StorageCall.Rename, 1)]
    public void A_failed_write_or_sync_stops_the_daemon_with_exit_4_and_the_next_start_is_right(
        StorageCall call, int nth)
    {
        var fault = new StorageFault(call, nth, StorageException.InputOutputError);
        var storage = new FaultyStorage(new PosixStorage(), fault);
        string[] arguments = ["record", Wal, "--order-count", "50000", "--durability", "batch", "--json"];

        var exit = CommandLine.Run(arguments, storage);

        Assert.Equal(4, exit);
        Assert.Equal(0, CommandLine.Run(["record", Wal, "--recover", "--order-count", "10"], new PosixStorage()));
        Assert.Equal(0, CommandLine.Run(["verify", Wal, "--deep"], new PosixStorage()));
    }

    [Fact]
    public void A_read_error_is_exit_5_and_never_the_end_of_the_log()
    {
        Assert.Equal(0, CommandLine.Run(["record", Wal, "--order-count", "20000"], new PosixStorage()));
        var counting = new FaultyStorage(new PosixStorage());
        Assert.Equal(0, CommandLine.Run(["verify", Wal], counting));

        for (var nth = 1; nth <= counting.Count(StorageCall.Read); nth++)
        {
            var fault = new StorageFault(StorageCall.Read, nth, StorageException.InputOutputError);
            Assert.Equal(5, CommandLine.Run(["verify", Wal], new FaultyStorage(new PosixStorage(), fault)));
        }
    }
}
