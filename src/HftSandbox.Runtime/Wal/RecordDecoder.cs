using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Runtime.Wal;

/// <summary>What bytes at an offset are.</summary>
public enum RecordCheck : byte
{
    /// <summary>A record.</summary>
    Valid,

    /// <summary>The bytes end before a header or before the record that a valid header announces.</summary>
    Incomplete,

    /// <summary>No record header of this segment.</summary>
    BadHeader,

    /// <summary>A valid header, but payload, padding or record CRC do not belong to it.</summary>
    BadBody,
}

/// <summary>Decides whether bytes are a record of a segment.</summary>
public static class RecordDecoder
{
    private const int HeaderCrcOffset = 60;

    /// <summary>Checks the bytes at an offset. Reads no further than <paramref name="bytes"/>, trusts a length only
    /// behind a valid header CRC, allocates nothing. Whether the record continues its predecessor is the caller's
    /// question.</summary>
    /// <param name="bytes">From the offset to as far as there are bytes.</param>
    /// <param name="crcStart"><see cref="Crc32C.Start"/> of the segment's salt.</param>
    /// <param name="recordBytesMax">Longest record of the segment.</param>
    /// <param name="totalLength">Bytes of the record; 0 when the header is not valid.</param>
    [HotPath]
    public static RecordCheck Check(ReadOnlySpan<byte> bytes, uint crcStart, uint recordBytesMax, out int totalLength)
    {
        totalLength = 0;
        if (bytes.Length < RecordHeader.SizeBytes)
            return RecordCheck.Incomplete;
        ref var start = ref MemoryMarshal.GetReference(bytes);
        ref var header = ref Unsafe.As<byte, RecordHeader>(ref start);
        if (!IsPlausible(in header, recordBytesMax))
            return RecordCheck.BadHeader;
        var state = AppendWords(crcStart, ref start, HeaderCrcOffset);
        if (Crc32C.Finish(state) != header.HeaderCrc)
            return RecordCheck.BadHeader;
        totalLength = (int)header.TotalLength;
        if (totalLength > bytes.Length)
            return RecordCheck.Incomplete;
        var bodyBytes = totalLength - RecordHeader.SizeBytes - RecordHeader.RecordCrcBytes;
        state = AppendWords(state, ref Unsafe.Add(ref start, RecordHeader.SizeBytes), bodyBytes);
        var crcOffset = totalLength - RecordHeader.RecordCrcBytes;
        return Crc32C.Finish(state) == Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, crcOffset))
            ? RecordCheck.Valid
            : RecordCheck.BadBody;
    }

    // Cheap, so it comes first: most offsets that a search tries end here. The order of the
    // first two conditions keeps align8(payloadLength + 68) from wrapping.
    [HotPath]
    private static bool IsPlausible(in RecordHeader header, uint recordBytesMax) =>
        header.TotalLength <= recordBytesMax
        && header.PayloadLength <= header.TotalLength
        && header.TotalLength == RecordHeader.TotalLengthOf(header.PayloadLength)
        && header.Kind != EventKind.None;

    // Both stretches that a record's CRC covers are a multiple of 8 and 4 more.
    [HotPath]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint AppendWords(uint state, ref byte at, int length)
    {
        var offset = 0;
        for (; offset < length - sizeof(uint); offset += sizeof(ulong))
            state = BitOperations.Crc32C(state, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, offset)));
        return BitOperations.Crc32C(state, Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref at, offset)));
    }
}
