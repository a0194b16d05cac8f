using HftSandbox.Events;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

public sealed class WriterNamesAndLockTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly PosixStorage _storage = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_segment_name_reads_back()
    {
        var text = SegmentName.Format("wal", 1_700_000_000_999_999_999, 42);

        Assert.Equal("wal-20231114-221320-0000000042.wal", text);
        Assert.True(SegmentName.TryParse(text, "wal", out var name));
        Assert.Equal(42UL, name.Number);
        Assert.Equal(new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc), name.CreatedUtc);
    }

    [Theory]
    [InlineData("")]
    [InlineData("wal.next")]
    [InlineData("wal.lock")]
    [InlineData("other-20231114-221320-0000000042.wal")]
    [InlineData("WAL-20231114-221320-0000000042.wal")]
    [InlineData("wal-2-20231114-221320-0000000042.wal")]
    [InlineData("wal-20231114-221320-0000000042.wal.torn-3")]
    [InlineData("wal-20231114-221320-0000000042.wax")]
    [InlineData("wal-20231314-221320-0000000042.wal")]
    [InlineData("wal-20231114-221320-0000000000.wal")]
    [InlineData("wal-20231114-221320-+000000042.wal")]
    [InlineData("wal-20231114_221320-0000000042.wal")]
    [InlineData("wal_20231114-221320-0000000042.wal")]
    [InlineData("wal-20231114-221320_0000000042.wal")]
    public void Anything_else_is_not_a_segment_of_this_prefix(string text) =>
        Assert.False(SegmentName.TryParse(text, "wal", out _));

    [Theory]
    [InlineData("wal", true)]
    [InlineData("a-b_c.d1", true)]
    [InlineData("", false)]
    [InlineData(".hidden", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    public void A_prefix_is_a_plain_file_name_part(string prefix, bool valid) =>
        Assert.Equal(valid, SegmentName.IsValidPrefix(prefix));

    [Fact]
    public void A_store_has_one_writer_at_a_time()
    {
        using var first = StoreLock.TryAcquire(_storage, _directory.Path, "wal");

        Assert.NotNull(first);
        Assert.Null(StoreLock.TryAcquire(_storage, _directory.Path, "wal"));
        using var otherPrefix = StoreLock.TryAcquire(_storage, _directory.Path, "other");
        Assert.NotNull(otherPrefix);
    }

    [Fact]
    public void The_lock_file_keeps_the_store_id_and_stays()
    {
        var id = new Id16(0x0123456789ABCDEF, 0xFEDCBA9876543210);
        using (var storeLock = StoreLock.TryAcquire(_storage, _directory.Path, "wal")!)
        {
            Assert.True(storeLock.ReadStoreId().IsNone);
            storeLock.WriteStoreId(id);
            storeLock.WriteStoreId(id);
            Assert.Throws<InvalidOperationException>(() => storeLock.WriteStoreId(new Id16(1, 2)));
            Assert.Equal(id, storeLock.ReadStoreId());
        }

        Assert.Equal("0123456789abcdeffedcba9876543210\n", File.ReadAllText(_directory["wal.lock"]));
        Assert.Equal(id, StoreLock.ReadStoreId(_storage, _directory.Path, "wal"));
    }

    [Fact]
    public void No_lock_file_or_an_unfinished_one_holds_no_store_id()
    {
        Assert.True(StoreLock.ReadStoreId(_storage, _directory.Path, "wal").IsNone);
        File.WriteAllText(_directory["wal.lock"], "0123456789abcdef");

        Assert.True(StoreLock.ReadStoreId(_storage, _directory.Path, "wal").IsNone);
    }
}
