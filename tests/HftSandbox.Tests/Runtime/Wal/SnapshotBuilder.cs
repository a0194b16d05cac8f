using System.Security.Cryptography;
using System.Text;

namespace HftSandbox.Tests.Runtime.Wal;

/// <summary>Writes snapshot files as FORMAT.md says, with none of the product's code.</summary>
internal static class SnapshotBuilder
{
    public const string State = """{"orders":[],"positions":[{"qty":-5,"symbol":"X"}]}""";

    /// <summary>A snapshot file; the place in the log is that of a sequence of the built log, or unknown.</summary>
    public static byte[] Bytes(LogBuilder log, ulong sequence, uint epoch = 1, string state = State)
    {
        var index = log.Records.FindLastIndex(r => r.Sequence == sequence && !r.IsControl);
        var record = index < 0 ? null : log.Records[index];
        var crc = record is null
            ? 0
            : BitConverter.ToUInt32(log.Segments[record.Segment].Bytes, record.End - 4);
        var sha = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state)));
        var covered = $"\"createdNs\":{LogBuilder.StartNs},\"engineVersion\":\"0.1.0\",\"epoch\":{epoch},\"format\":1,"
            + $"\"offset\":{record?.End ?? 0},\"recordCrc\":{crc},\"segment\":{(record?.Segment ?? -1) + 1},"
            + $"\"sequence\":{sequence},\"state\":{state},\"stateSha256\":\"{sha}\",\"storeId\":\"{log.StoreId}\"}}";
        var bytes = Encoding.UTF8.GetBytes(covered);
        return [.. Encoding.UTF8.GetBytes($"{{\"crc32c\":{LogBuilder.Crc(bytes)},"), .. bytes];
    }

    public static void Save(string path, LogBuilder log, ulong sequence) =>
        File.WriteAllBytes(path, Bytes(log, sequence));
}
