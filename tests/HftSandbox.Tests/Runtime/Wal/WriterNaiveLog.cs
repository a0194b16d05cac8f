using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace HftSandbox.Tests.Runtime.Wal;

/// <summary>A record as it lies on disk.</summary>
public sealed record NaiveRecord(
    long Offset, ushort Kind, byte Flags, ulong Sequence, long ReceiveTimeNs, uint Crc, byte[] Bytes)
{
    public const ushort Sync = 0x7F01;
    public const ushort Snapshot = 0x7F02;
    public const ushort Seal = 0x7F03;

    public bool IsControl => Kind is >= 0x7F00 and <= 0x7FFF;

    public long End => Offset + Bytes.Length;

    public ulong U64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(Bytes.AsSpan(64 + offset));

    public byte[] Body(int offset, int length) => Bytes[(64 + offset)..(64 + offset + length)];
}

/// <summary>A segment as it lies on disk.</summary>
public sealed record NaiveSegment(string Name, byte[] Bytes, byte[] Header, List<NaiveRecord> Records)
{
    public bool IsSealed => Records.Count > 0 && Records[^1].Kind == NaiveRecord.Seal;

    public IEnumerable<NaiveRecord> Events => Records.Where(record => !record.IsControl);

    public ulong U64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(Header.AsSpan(offset));

    public uint U32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(Header.AsSpan(offset));

    public string Text(int offset) => Encoding.UTF8.GetString(Header, offset, 64).TrimEnd('\0');
}

/// <summary>Reads a log from the words of the format alone: literal offsets, a bitwise CRC, no struct of the program.
/// Every rule that does not hold fails the test.</summary>
public static class NaiveLog
{
    private const int FirstRecord = 8192;

    public static List<NaiveSegment> Read(string directory, string prefix = "wal")
    {
        var segments = Directory.GetFiles(directory, prefix + "-*.wal")
            .OrderBy(path => path[^14..], StringComparer.Ordinal)
            .Select(path => ReadSegment(Path.GetFileName(path), File.ReadAllBytes(path)))
            .ToList();
        foreach (var (before, after) in segments.Zip(segments.Skip(1)))
            CheckLink(before, after);
        foreach (var segment in segments)
            CheckRecords(segment);
        var sequences = segments.SelectMany(segment => segment.Events).Select(record => record.Sequence).ToList();
        for (var i = 1; i < sequences.Count; i++)
            Assert.Equal(sequences[i - 1] + 1, sequences[i]);
        return segments;
    }

    public static uint Crc(params byte[][] parts)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var value in parts.SelectMany(part => part))
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        return ~crc;
    }

    public static byte[] SaltOf(byte[] header) => BitConverter.GetBytes(Crc(header[32..48]));

    /// <summary>The record at an offset, or null if nothing whole and valid lies there.</summary>
    public static NaiveRecord? TryReadRecord(byte[] bytes, long offset, byte[] salt)
    {
        if (offset + 72 > bytes.Length)
            return null;
        var header = bytes[(int)offset..((int)offset + 64)];
        if (BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(60)) != Crc(salt, header[..60]))
            return null;
        var total = (int)BinaryPrimitives.ReadUInt32LittleEndian(header);
        var payload = (int)BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4));
        Assert.Equal((payload + 68 + 7) / 8 * 8, total);
        if (offset + total > bytes.Length)
            return null;
        var record = bytes[(int)offset..((int)offset + total)];
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(total - 4));
        if (crc != Crc(salt, record[..60], record[64..^4]))
            return null;
        Assert.Equal(-1, record.AsSpan(64 + payload, total - 68 - payload).IndexOfAnyExcept((byte)0));
        return new NaiveRecord(
            offset,
            BinaryPrimitives.ReadUInt16LittleEndian(record.AsSpan(8)),
            record[11],
            BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(16)),
            BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32)),
            crc,
            record);
    }

    private static NaiveSegment ReadSegment(string name, byte[] bytes)
    {
        var header = bytes[..4096];
        Assert.Equal(header, bytes[4096..8192]);
        Assert.Equal("\x89WAL\r\n\x1a\n", Encoding.Latin1.GetString(header, 0, 8));
        Assert.Equal(Crc(header[..4092]), BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4092)));
        var salt = SaltOf(header);
        var records = new List<NaiveRecord>();
        long offset = FirstRecord;
        while (TryReadRecord(bytes, offset, salt) is { } record)
        {
            records.Add(record);
            offset = record.End;
            if (record.Kind == NaiveRecord.Seal)
                break;
        }

        var segment = new NaiveSegment(name, bytes, header, records);
        Assert.Equal($"{segment.U64(48):D10}.wal", name[^14..]);
        if (segment.IsSealed)
            CheckSeal(segment, salt);
        return segment;
    }

    private static void CheckLink(NaiveSegment before, NaiveSegment after)
    {
        Assert.Equal(before.U64(48) + 1, after.U64(48));
        Assert.Equal(before.U64(16), after.U64(16));
        Assert.Equal(before.U64(48), after.U64(96));
        Assert.Equal(before.Events.Last().Sequence, after.U64(104));
        Assert.Equal(before.Events.Last().Sequence + 1, after.U64(56));
        Assert.Equal(before.Records[^1].Crc, after.U32(112));
        if (after.U32(116) != 1)
            return;
        Assert.True(before.IsSealed);
        Assert.Equal(before.Records[^1].End, (long)after.U64(120));
        Assert.Equal(before.Records[^1].Body(56, 32), after.Header[144..176]);
    }

    private static void CheckRecords(NaiveSegment segment)
    {
        var previousCrc = segment.U32(112);
        var last = segment.U64(104);
        foreach (var record in segment.Records)
        {
            Assert.Equal(previousCrc, BinaryPrimitives.ReadUInt32LittleEndian(record.Bytes.AsSpan(44)));
            previousCrc = record.Crc;
            if (record.IsControl)
                Assert.Equal((last, (byte)0), (record.Sequence, record.Flags));
            last = record.Sequence;
            if (record.Kind == NaiveRecord.Sync)
                CheckSync(segment, record);
        }
    }

    // The offset is where a record ended when the sync began; the event it names is the last one before it.
    private static void CheckSync(NaiveSegment segment, NaiveRecord sync)
    {
        var synced = segment.Records.Where(record => record.End <= (long)sync.U64(8)).ToList();
        Assert.True(synced[^1].End == (long)sync.U64(8) && synced[^1].End <= sync.Offset);
        Assert.Equal(synced[^1].Sequence, sync.U64(0));
    }

    private static void CheckSeal(NaiveSegment segment, byte[] salt)
    {
        var seal = segment.Records[^1];
        var before = segment.Records[..^1];
        var events = segment.Events.ToList();
        var crcs = before.SelectMany(record => BitConverter.GetBytes(record.Crc)).ToArray();
        Assert.Equal((ulong)before.Count, seal.U64(0));
        Assert.Equal(events.FirstOrDefault()?.Sequence ?? 0, seal.U64(8));
        Assert.Equal(events.LastOrDefault()?.Sequence ?? 0, seal.U64(16));
        Assert.Equal(events.Count == 0 ? 0 : events.Min(record => record.ReceiveTimeNs), (long)seal.U64(24));
        Assert.Equal(events.Count == 0 ? 0 : events.Max(record => record.ReceiveTimeNs), (long)seal.U64(32));
        Assert.Equal(seal.Offset, (long)seal.U64(40));
        Assert.Equal(
            SHA256.HashData([.. segment.Header[144..176], .. segment.Header, .. crcs]),
            seal.Body(56, 32));
        CheckTrailer(segment, seal, salt);
    }

    private static void CheckTrailer(NaiveSegment segment, NaiveRecord seal, byte[] salt)
    {
        var trailer = segment.Bytes[^64..];
        ulong Field(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(trailer.AsSpan(offset));
        Assert.Equal("WALTRAIL", Encoding.ASCII.GetString(trailer, 0, 8));
        Assert.Equal(Crc(salt, trailer[..60]), BinaryPrimitives.ReadUInt32LittleEndian(trailer.AsSpan(60)));
        Assert.Equal(
            (segment.U64(48), (ulong)seal.Offset, (ulong)seal.End, (ulong)(segment.Bytes.Length - 64 - seal.End)),
            (Field(8), Field(16), Field(24), Field(32)));
        Assert.Equal(segment.Header[32..48], trailer[40..56]);
        CheckIndex(segment, segment.Bytes[(int)seal.End..^64], salt);
    }

    private static void CheckIndex(NaiveSegment segment, byte[] index, byte[] salt)
    {
        Assert.Equal("WALINDEX", Encoding.ASCII.GetString(index, 0, 8));
        Assert.Equal(Crc(salt, index[..^8]), BinaryPrimitives.ReadUInt32LittleEndian(index.AsSpan(index.Length - 8)));
        var expected = new List<(ulong Sequence, long Offset, long ReceiveTimeNs)>();
        foreach (var record in segment.Events)
        {
            if (expected.Count == 0 || record.Offset - expected[^1].Offset >= 65_536)
                expected.Add((record.Sequence, record.Offset, record.ReceiveTimeNs));
        }

        Assert.Equal(expected.Count, BinaryPrimitives.ReadInt32LittleEndian(index.AsSpan(8)));
        Assert.Equal(24, BinaryPrimitives.ReadInt32LittleEndian(index.AsSpan(12)));
        Assert.Equal(16 + 24 * expected.Count + 8, index.Length);
        var entries = index[16..^8].Chunk(24).Select(entry => (
            BinaryPrimitives.ReadUInt64LittleEndian(entry),
            BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(8)),
            BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(16))));
        Assert.Equal(expected, entries);
    }
}
