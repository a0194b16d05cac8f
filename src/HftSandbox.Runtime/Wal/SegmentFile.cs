using System.Buffers.Binary;
using System.Runtime.InteropServices;
using HftSandbox.Events;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>Which of the two header copies are valid.</summary>
public enum HeaderCopies : byte
{
    /// <summary>Neither.</summary>
    None,

    /// <summary>Both.</summary>
    Both,

    /// <summary>The one at 0.</summary>
    First,

    /// <summary>The one at 4,096.</summary>
    Second,
}

/// <summary>A segment file and its header. A header that is valid in one copy is as good as one that is valid in
/// both.</summary>
public sealed class SegmentFile
{
    private const int CrcOffset = SegmentHeader.SizeBytes - sizeof(uint);

    private readonly byte[] _header;

    private SegmentFile(string path, long length, ulong number, HeaderCopies copies, byte[] header)
    {
        Path = path;
        Length = length;
        Number = number;
        Copies = copies;
        _header = header;
    }

    /// <summary>The path.</summary>
    public string Path { get; }

    /// <summary>The file name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Bytes of the file when it was opened.</summary>
    public long Length { get; }

    /// <summary>The number that its name gives; of a file opened alone, the header's.</summary>
    public ulong Number { get; }

    /// <summary>Which header copies are valid.</summary>
    public HeaderCopies Copies { get; }

    /// <summary>Whether there is a valid header.</summary>
    public bool HasHeader => Copies != HeaderCopies.None;

    /// <summary>The header; all zero when <see cref="HasHeader"/> is false.</summary>
    public ref readonly SegmentHeader Header => ref MemoryMarshal.AsRef<SegmentHeader>(_header);

    /// <summary>Reads the header of a file.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="path">The file.</param>
    /// <param name="number">The number that its name gives; null = the header's.</param>
    /// <exception cref="StorageException">It could not be read.</exception>
    public static SegmentFile Open(IStorage storage, string path, ulong? number = null)
    {
        var copies = new byte[SegmentHeader.FirstRecordOffset];
        Span<byte> record = stackalloc byte[RecordHeader.SizeBytes];
        using var file = storage.Open(path);
        file.Read(0, copies);
        record = record[..file.Read(SegmentHeader.FirstRecordOffset, record)];
        var first = copies.AsSpan(0, SegmentHeader.SizeBytes);
        var second = copies.AsSpan(SegmentHeader.SizeBytes);
        var valid = (IsValid(first), IsValid(second)) switch
        {
            (true, true) => first.SequenceEqual(second) ? HeaderCopies.Both : Belonging(first, second, record, number),
            (true, false) => HeaderCopies.First,
            (false, true) => HeaderCopies.Second,
            _ => HeaderCopies.None,
        };
        var header = valid switch
        {
            HeaderCopies.None => new byte[SegmentHeader.SizeBytes],
            HeaderCopies.Second => second.ToArray(),
            _ => first.ToArray(),
        };
        number ??= MemoryMarshal.AsRef<SegmentHeader>(header).SegmentNumber;
        return new SegmentFile(path, file.Length, number.Value, valid, header);
    }

    /// <summary>Refuses a header that this code cannot read.</summary>
    /// <exception cref="UnsupportedFormatException">Another major version, checksum or header length.</exception>
    internal void RequireSupportedFormat()
    {
        ref readonly var header = ref Header;
        if (!HasHeader)
            return;
        if (header.FormatMajor != SegmentHeader.MajorVersion)
            throw new UnsupportedFormatException(Path, $"format version {header.FormatMajor}.{header.FormatMinor}");
        if (header.ChecksumKind != SegmentHeader.ChecksumCrc32C)
            throw new UnsupportedFormatException(Path, $"checksum kind {header.ChecksumKind}");
        if (header.HeaderLength != SegmentHeader.SizeBytes)
            throw new UnsupportedFormatException(Path, $"header length {header.HeaderLength}");
    }

    // Both are valid and they differ: one went astray or is what a recycled block held. The records are salted with the
    // right one's id; where there is none, the name says which it is.
    private static HeaderCopies Belonging(
        ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> record, ulong? number)
    {
        if (IsSaltedBy(second, record))
            return HeaderCopies.Second;
        var secondIsNamed = MemoryMarshal.AsRef<SegmentHeader>(second).SegmentNumber == number
            && MemoryMarshal.AsRef<SegmentHeader>(first).SegmentNumber != number;
        return secondIsNamed && !IsSaltedBy(first, record) ? HeaderCopies.Second : HeaderCopies.First;
    }

    private static bool IsSaltedBy(ReadOnlySpan<byte> header, ReadOnlySpan<byte> record)
    {
        if (record.Length < RecordHeader.SizeBytes)
            return false;
        var start = Crc32C.Start(Crc32C.SaltOf(MemoryMarshal.AsRef<SegmentHeader>(header).SegmentId));
        var crc = Crc32C.Finish(Crc32C.Append(start, record[..^sizeof(uint)]));
        return crc == BinaryPrimitives.ReadUInt32LittleEndian(record[^sizeof(uint)..]);
    }

    private static bool IsValid(ReadOnlySpan<byte> copy) =>
        BinaryPrimitives.ReadUInt64LittleEndian(copy) == SegmentHeader.MagicValue
        && BinaryPrimitives.ReadUInt32LittleEndian(copy[CrcOffset..]) == Crc32C.Of(copy[..CrcOffset]);
}
