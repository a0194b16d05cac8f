using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Runtime.Wal;

/// <summary>Collects the sparse index of a segment and writes it with the trailer. Reused from segment to
/// segment.</summary>
internal sealed class IndexBuilder
{
    /// <summary>Least distance of two entries. The rule "or 1,024 records" never comes first: the shortest record has
    /// 72 bytes, so 64 KiB hold at most 911.</summary>
    private const int EntryDistanceBytes = 64 << 10;

    private const int TailBytes = 8;

    private readonly List<IndexEntry> _entries;
    private long _nextOffset;

    /// <summary>An empty index.</summary>
    /// <param name="segmentBytes">About how long segments become.</param>
    public IndexBuilder(long segmentBytes) =>
        _entries = new List<IndexEntry>((int)Math.Min(segmentBytes / EntryDistanceBytes, 1 << 20) + 2);

    /// <summary>Starts a segment.</summary>
    public void Start()
    {
        _entries.Clear();
        _nextOffset = 0;
    }

    /// <summary>Takes in an event.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="offset">Where its record starts.</param>
    [HotPath]
    public void Add(in RecordHeader header, long offset)
    {
        if (offset >= _nextOffset)
            AddEntry(header, offset);
    }

    /// <summary>The bytes behind the Seal: index and trailer.</summary>
    /// <param name="header">The segment's header.</param>
    /// <param name="sealOffset">Where the Seal starts.</param>
    /// <param name="indexOffset">Where the index starts: behind the Seal.</param>
    public byte[] Finish(in SegmentHeader header, long sealOffset, long indexOffset)
    {
        var start = Crc32C.Start(Crc32C.SaltOf(header.SegmentId));
        var entriesEnd = IndexHeader.SizeBytes + _entries.Count * IndexEntry.SizeBytes;
        var indexLength = entriesEnd + TailBytes;
        var bytes = new byte[indexLength + SegmentTrailer.SizeBytes];
        var index = new IndexHeader
        {
            Magic = IndexHeader.MagicValue,
            EntryCount = (uint)_entries.Count,
            EntrySize = IndexEntry.SizeBytes,
        };
        MemoryMarshal.Write(bytes, in index);
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_entries)).CopyTo(bytes.AsSpan(IndexHeader.SizeBytes));
        var indexCrc = Crc32C.Finish(Crc32C.Append(start, bytes.AsSpan(0, entriesEnd)));
        MemoryMarshal.Write(bytes.AsSpan(entriesEnd), in indexCrc);
        WriteTrailer(bytes.AsSpan(indexLength), start, new SegmentTrailer
        {
            Magic = SegmentTrailer.MagicValue,
            SegmentNumber = header.SegmentNumber,
            SealOffset = sealOffset,
            IndexOffset = indexOffset,
            IndexLength = indexLength,
            SegmentId = header.SegmentId,
        });
        return bytes;
    }

    private static void WriteTrailer(Span<byte> bytes, uint start, SegmentTrailer trailer)
    {
        MemoryMarshal.Write(bytes, in trailer);
        trailer.TrailerCrc = Crc32C.Finish(Crc32C.Append(start, bytes[..(SegmentTrailer.SizeBytes - sizeof(uint))]));
        MemoryMarshal.Write(bytes, in trailer);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddEntry(in RecordHeader header, long offset)
    {
        _entries.Add(new IndexEntry
        {
            Sequence = header.Sequence,
            Offset = offset,
            ReceiveTimeNs = header.ReceiveTimeNs,
        });
        _nextOffset = offset + EntryDistanceBytes;
    }
}
