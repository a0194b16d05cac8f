using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace HftSandbox.Runtime.Wal;

/// <summary>The sparse index of a sealed segment. A damaged one is no loss: the records say the same.</summary>
internal static class SegmentIndex
{
    private const int EntryBytesStep = 64 << 10;
    private const int CrcAndPadBytes = 8;

    /// <summary>Reads the index behind a Seal.</summary>
    /// <param name="reader">A reader with the segment open.</param>
    /// <param name="file">The segment.</param>
    /// <param name="offset">End of the Seal.</param>
    /// <returns>The entries, ascending; null if index or trailer are damaged or missing.</returns>
    public static IndexEntry[]? Read(SegmentReader reader, SegmentFile file, long offset)
    {
        var crcState = Crc32C.Start(Crc32C.SaltOf(file.Header.SegmentId));
        if (!MemoryMarshal.TryRead(reader.Bytes(offset, IndexHeader.SizeBytes), out IndexHeader header)
            || header.Magic != IndexHeader.MagicValue
            || header.EntrySize != IndexEntry.SizeBytes
            || header.EntryCount > (ulong)(offset / EntryBytesStep) + 1)
            return null;
        var length = IndexHeader.SizeBytes + (header.EntryCount * IndexEntry.SizeBytes) + CrcAndPadBytes;
        if (!IsTrailerOf(reader, file, offset, length))
            return null;
        crcState = Crc32C.Append(crcState, reader.Bytes(offset, IndexHeader.SizeBytes));
        offset += IndexHeader.SizeBytes;
        var entries = new IndexEntry[header.EntryCount];
        for (var i = 0; i < entries.Length; i++, offset += IndexEntry.SizeBytes)
        {
            var bytes = reader.Bytes(offset, IndexEntry.SizeBytes);
            if (!MemoryMarshal.TryRead(bytes, out entries[i]))
                return null;
            crcState = Crc32C.Append(crcState, bytes);
        }

        // The CRC and the four zero bytes behind it, as one number.
        return BinaryPrimitives.TryReadUInt64LittleEndian(reader.Bytes(offset, CrcAndPadBytes), out var crc)
            && crc == Crc32C.Finish(crcState)
            ? entries
            : null;
    }

    /// <summary>The trailer that ends a segment; null if there is none or it is damaged.</summary>
    /// <param name="reader">A reader with the segment open.</param>
    /// <param name="file">The segment.</param>
    public static SegmentTrailer? FindTrailer(SegmentReader reader, SegmentFile file)
    {
        var crcState = Crc32C.Start(Crc32C.SaltOf(file.Header.SegmentId));
        var bytes = reader.Bytes(reader.FileLength - SegmentTrailer.SizeBytes, SegmentTrailer.SizeBytes);
        return MemoryMarshal.TryRead(bytes, out SegmentTrailer trailer)
            && trailer.Magic == SegmentTrailer.MagicValue
            && trailer.TrailerCrc == Crc32C.Finish(Crc32C.Append(crcState, bytes[..^sizeof(uint)]))
            && trailer.IndexOffset > SegmentHeader.FirstRecordOffset
            && trailer.IndexOffset < reader.FileLength
            ? trailer
            : null;
    }

    /// <summary>Where to start reading: at the last entry that lies before what is looked for.</summary>
    /// <param name="reader">A reader with the segment open.</param>
    /// <param name="file">The segment; it may be unsealed.</param>
    /// <param name="isBefore">Whether an entry lies before, or is, what is looked for.</param>
    /// <returns>An offset; that of the first record where no index helps.</returns>
    public static long Seek(SegmentReader reader, SegmentFile file, Predicate<IndexEntry> isBefore)
    {
        if (FindTrailer(reader, file) is not { } trailer || Read(reader, file, trailer.IndexOffset) is not { } entries)
            return SegmentHeader.FirstRecordOffset;
        var index = Array.FindLastIndex(entries, isBefore);
        if (index < 0)
            return SegmentHeader.FirstRecordOffset;
        var entry = entries[index];
        return entry.Offset >= SegmentHeader.FirstRecordOffset
            && entry.Offset < trailer.SealOffset
            && reader.Read(entry.Offset, out var record) == RecordCheck.Valid
            && record.Header.Sequence == entry.Sequence
            ? entry.Offset
            : SegmentHeader.FirstRecordOffset;
    }

    private static bool IsTrailerOf(SegmentReader reader, SegmentFile file, long offset, long length) =>
        reader.FileLength == offset + length + SegmentTrailer.SizeBytes
        && FindTrailer(reader, file) is { } trailer
        && trailer.SegmentNumber == file.Header.SegmentNumber
        && trailer.SegmentId == file.Header.SegmentId
        && trailer.IndexOffset == offset
        && trailer.IndexLength == length;
}
