using HftSandbox.Runtime.Storage.Simulated;

namespace HftSandbox.Tests.Runtime.Storage;

public sealed class MemoryStorageTests
{
    [Fact]
    public void A_file_that_was_laid_down_can_be_cut_and_its_bytes_stay_as_they_were()
    {
        var disk = new MemoryStorage();
        byte[] bytes = [1, 2, 3, 4];
        disk.Put("/d/f", bytes);

        using (var file = disk.Open("/d/f", writable: true))
        {
            file.Truncate(2);
            file.Truncate(3);
        }

        Assert.Equal([1, 2, 0], disk.BytesOf("/d/f").ToArray());
        Assert.Equal([1, 2, 3, 4], bytes);
    }
}
