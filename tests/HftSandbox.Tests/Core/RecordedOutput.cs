using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core;

/// <summary>Keeps every record the engine writes.</summary>
internal sealed class RecordedOutput : IRecordOutput
{
    private byte[] _bytes = new byte[1 << 16];
    private int _length;

    public int Commits { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public List<Recorded> Records => Recorded.Parse(Bytes);

    public Span<byte> Claim(int totalLength)
    {
        if (_length + totalLength > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + totalLength));
        Span<byte> record = _bytes.AsSpan(_length, totalLength);
        record.Fill(0xCC);
        _length += totalLength;
        return record;
    }

    public void Commit() => Commits++;

    /// <summary>Forgets what was written, for tests that look at one group at a time.</summary>
    public void Forget() => _length = 0;
}

/// <summary>Takes records and forgets them.</summary>
internal sealed class ForgettingOutput : IRecordOutput
{
    private readonly byte[] _bytes = new byte[Limits.RecordBytesMax];

    public Span<byte> Claim(int totalLength) => _bytes.AsSpan(0, totalLength);

    public void Commit()
    {
    }
}

/// <summary>One record read back.</summary>
internal sealed record Recorded(RecordHeader Header, byte[] Payload)
{
    public EventKind Kind => Header.Kind;

    public static List<Recorded> Parse(ReadOnlySpan<byte> bytes)
    {
        var records = new List<Recorded>();
        while (!bytes.IsEmpty)
        {
            RecordHeader header = MemoryMarshal.Read<RecordHeader>(bytes);
            int end = RecordHeader.SizeBytes + (int)header.PayloadLength;
            Assert.Equal(RecordHeader.TotalLengthOf(header.PayloadLength), header.TotalLength);
            Assert.Equal(-1, bytes[end..(int)header.TotalLength].IndexOfAnyExcept((byte)0));
            records.Add(new Recorded(header, bytes[RecordHeader.SizeBytes..end].ToArray()));
            bytes = bytes[(int)header.TotalLength..];
        }

        return records;
    }

    public TBody Body<TBody>()
        where TBody : unmanaged => MemoryMarshal.Read<TBody>(Payload);
}
