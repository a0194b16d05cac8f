using System.Text;
using HftSandbox.Events;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Snapshots;

public sealed class SnapshotFileTests
{
    [Theory]
    [InlineData("\"engineVersion\":\"9\"", "\"engineVersion\":null")]
    [InlineData("\"storeId\":\"00000000000000010000000000000002\"", "\"storeId\":null")]
    [InlineData("\"stateSha256\":\"x\"", "\"stateSha256\":null")]
    public void A_text_that_is_null_under_a_genuine_checksum_is_no_envelope(string text, string changed)
    {
        var info = new SnapshotInfo
        {
            StoreId = new Id16(1, 2),
            Epoch = 1,
            Sequence = 3,
            Segment = 1,
            Offset = 8192,
            RecordCrc = 0,
            EngineVersion = "9",
            CreatedNs = 0,
            StateSha256 = "x",
        };
        var file = Encoding.UTF8.GetString(SnapshotFile.Encode(info, "{}"u8).Span);
        var covered = file[(file.IndexOf(',') + 1)..].Replace(text, changed);
        Assert.DoesNotContain(text, covered);
        var repaired = $"{{\"crc32c\":{Crc32C.Of(Encoding.UTF8.GetBytes(covered))},{covered}";

        var problem = SnapshotFile.Decode(Encoding.UTF8.GetBytes(repaired), out var decoded, out _);

        Assert.Equal("its envelope is not of this format", problem);
        Assert.Null(decoded);
    }
}
