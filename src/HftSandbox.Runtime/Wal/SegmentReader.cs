using System.Buffers;
using HftSandbox.Events;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>Reads records at offsets of one segment after another through one buffer of the longest record's size:
/// whatever a length field says, no more memory is used. One thread.</summary>
/// <param name="storage">The file system.</param>
internal sealed class SegmentReader(IStorage storage) : IDisposable
{
    private byte[] _buffer = [];
    private IStorageFile? _file;
    private uint _crcStart;
    private uint _recordBytesMax;
    private long _bufferOffset;
    private int _bufferLength;

    /// <summary>Bytes of the open segment when it was opened.</summary>
    public long FileLength { get; private set; }

    /// <summary>Opens a segment, closing the one before.</summary>
    /// <param name="segment">The segment.</param>
    public void Open(SegmentFile segment)
    {
        if (_buffer.Length == 0)
            _buffer = ArrayPool<byte>.Shared.Rent(Limits.RecordBytesMax);
        _file?.Dispose();
        _file = storage.Open(segment.Path);
        FileLength = _file.Length;
        _crcStart = Crc32C.Start(Crc32C.SaltOf(segment.Header.SegmentId));
        _recordBytesMax = Math.Min(segment.Header.MaxRecordLength, Limits.RecordBytesMax);
        _bufferLength = 0;
    }

    /// <summary>Reads the record at an offset.</summary>
    /// <param name="offset">Bytes from the start of the segment.</param>
    /// <param name="record">The record, if valid; the announced header, if only that is valid; else empty.</param>
    [HotPath]
    public RecordCheck Read(long offset, out RecordView record)
    {
        var bytes = Buffered(offset);
        var check = RecordDecoder.Check(bytes, _crcStart, _recordBytesMax, out var length);
        if (check == RecordCheck.Incomplete && Refill(offset))
        {
            bytes = Buffered(offset);
            check = RecordDecoder.Check(bytes, _crcStart, _recordBytesMax, out length);
        }

        record = new RecordView(bytes[..Math.Min(length, bytes.Length)]);
        return check;
    }

    /// <summary>The bytes at an offset, at most as many as the buffer holds; fewer at the end of the segment.</summary>
    /// <param name="offset">Bytes from the start of the segment.</param>
    /// <param name="length">Bytes wanted.</param>
    public ReadOnlySpan<byte> Bytes(long offset, int length)
    {
        if (Buffered(offset).Length < length)
            Refill(offset);
        var bytes = Buffered(offset);
        return bytes[..Math.Min(length, bytes.Length)];
    }

    /// <summary>The first byte that is not zero at or behind an offset; the length of the segment if there is
    /// none.</summary>
    /// <param name="offset">Bytes from the start of the segment.</param>
    public long SkipZeros(long offset)
    {
        while (offset < FileLength)
        {
            var bytes = Bytes(offset, _buffer.Length);
            var at = bytes.IndexOfAnyExcept((byte)0);
            if (at >= 0)
                return offset + at;
            if (bytes.IsEmpty)
                break;
            offset += bytes.Length;
        }

        return FileLength;
    }

    /// <summary>Closes the open segment.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        (_file, _buffer, _bufferLength) = (null, [], 0);
    }

    [HotPath]
    private ReadOnlySpan<byte> Buffered(long offset)
    {
        var skip = offset - _bufferOffset;
        return (ulong)skip < (ulong)_bufferLength ? _buffer.AsSpan((int)skip, _bufferLength - (int)skip) : default;
    }

    // False when a refill cannot bring more: the buffer already starts there, or holds the end of the segment.
    private bool Refill(long offset)
    {
        var skip = offset - _bufferOffset;
        var holdsOffset = _bufferLength > 0 && skip >= 0 && skip <= _bufferLength;
        if (offset >= FileLength || (holdsOffset && (skip == 0 || _bufferOffset + _bufferLength >= FileLength)))
            return false;
        var wanted = (int)Math.Min(_buffer.Length, FileLength - offset);
        _bufferLength = 0;
        _bufferLength = _file!.Read(offset, _buffer.AsSpan(0, wanted));
        _bufferOffset = offset;
        return true;
    }
}
