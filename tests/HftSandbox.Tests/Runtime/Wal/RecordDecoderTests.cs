using System.Buffers.Binary;
using HftSandbox.Events;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

public sealed class RecordDecoderTests
{
    private const uint MaxBytes = 1 << 20;

    private readonly byte[] _segment;
    private readonly BuiltRecord _first;
    private readonly BuiltRecord _second;
    private readonly uint _crcStart;

    public RecordDecoderTests()
    {
        var log = new LogBuilder().Open().Events(1).Event(EventKind.Trade, [.. Enumerable.Repeat((byte)9, 33)]);
        _segment = log.Current.Bytes;
        (_first, _second) = (log.Records[0], log.Records[1]);
        _crcStart = Crc32C.Start(LogBuilder.Crc(_segment.AsSpan(32, 16)));
    }

    [Fact]
    public void A_record_is_valid_and_tells_its_length()
    {
        Assert.Equal(RecordCheck.Valid, Check(Bytes(_first), out var first));
        Assert.Equal(RecordCheck.Valid, Check(Bytes(_second), out var second));

        Assert.Equal((_first.Length, _second.Length), (first, second));
    }

    [Fact]
    public void No_byte_can_be_flipped()
    {
        for (var at = 0; at < _second.Length; at++)
        {
            var bytes = Bytes(_second);
            bytes[at] ^= 0x10;

            var expected = at < RecordHeader.SizeBytes ? RecordCheck.BadHeader : RecordCheck.BadBody;
            Assert.Equal(expected, Check(bytes, out _));
        }
    }

    [Fact]
    public void A_record_cut_anywhere_is_incomplete()
    {
        for (var length = 0; length < _second.Length; length++)
        {
            Assert.Equal(RecordCheck.Incomplete, Check(Bytes(_second).AsSpan(0, length), out var announced));
            Assert.Equal(length < RecordHeader.SizeBytes ? 0 : _second.Length, announced);
        }
    }

    [Fact]
    public void The_header_of_one_record_with_the_payload_of_another_is_damage()
    {
        var log = new LogBuilder().Open().Events(2);
        byte[] mixed =
        [
            .. log.Current.Bytes.AsSpan(log.Records[0].Offset, RecordHeader.SizeBytes),
            .. log.Current.Bytes.AsSpan(log.Records[1].Offset + RecordHeader.SizeBytes, log.Records[1].Length - 64),
        ];

        Assert.Equal(RecordCheck.BadBody, Check(mixed, out _));
    }

    [Fact]
    public void A_record_of_another_segment_is_no_record()
    {
        var other = Crc32C.Start(Crc32C.SaltOf(new Id16(1, 2)));

        Assert.Equal(RecordCheck.BadHeader, RecordDecoder.Check(Bytes(_first), other, MaxBytes, out _));
    }

    [Theory]
    [InlineData(0, 0xFFFFFFF0)]
    [InlineData(4, 0xFFFFFFF0)]
    [InlineData(4, 0xFFFFFFFF)]
    [InlineData(0, 0)]
    [InlineData(0, 104)]
    [InlineData(0, (1 << 20) + 8)]
    [InlineData(8, 0)]
    public void A_length_or_kind_that_cannot_be_is_refused_even_under_a_valid_header_crc(int offset, uint value)
    {
        var bytes = Bytes(_first);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
        var salt = BitConverter.GetBytes(LogBuilder.Crc(_segment.AsSpan(32, 16)));
        var crc = LogBuilder.Crc([.. salt, .. bytes.AsSpan(0, 60)]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(60), crc);

        Assert.Equal(RecordCheck.BadHeader, Check(bytes, out var length));
        Assert.Equal(0, length);
    }

    [Fact]
    public void A_record_longer_than_the_segment_allows_is_refused() =>
        Assert.Equal(RecordCheck.BadHeader, RecordDecoder.Check(Bytes(_first), _crcStart, 104, out _));

    [Fact]
    public void Zeros_are_no_record() => Assert.Equal(RecordCheck.BadHeader, Check(new byte[4096], out _));

    private RecordCheck Check(ReadOnlySpan<byte> bytes, out int length) =>
        RecordDecoder.Check(bytes, _crcStart, MaxBytes, out length);

    private byte[] Bytes(BuiltRecord record) => _segment.AsSpan(record.Offset, record.Length).ToArray();
}
