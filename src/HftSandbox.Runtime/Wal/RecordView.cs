using System.Buffers.Binary;
using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Runtime.Wal;

/// <summary>One valid record in a reader's buffer; gone with the reader's next step.</summary>
/// <param name="bytes">The whole record.</param>
public readonly ref struct RecordView(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The header, in place.</summary>
    public ref readonly RecordHeader Header => ref MemoryMarshal.AsRef<RecordHeader>(_bytes);

    /// <summary>The payload, without padding.</summary>
    public ReadOnlySpan<byte> Payload => _bytes.Slice(RecordHeader.SizeBytes, (int)Header.PayloadLength);

    /// <summary>The record CRC.</summary>
    public uint Crc => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[^RecordHeader.RecordCrcBytes..]);

    /// <summary>Bytes of the record.</summary>
    public int Length => _bytes.Length;

    /// <summary>Reads the payload as a body; false when it is shorter than that.</summary>
    /// <typeparam name="TBody">Layout of the record's kind.</typeparam>
    /// <param name="body">The body.</param>
    public bool TryBody<TBody>(out TBody body)
        where TBody : unmanaged => MemoryMarshal.TryRead(Payload, out body);
}
