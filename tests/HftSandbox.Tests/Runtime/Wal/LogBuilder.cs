using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using HftSandbox.Events;

namespace HftSandbox.Tests.Runtime.Wal;

/// <summary>One record that a <see cref="LogBuilder"/> laid down.</summary>
internal sealed record BuiltRecord(int Segment, int Offset, int Length, EventKind Kind, ulong Sequence, ulong Durable)
{
    public int End => Offset + Length;

    public bool IsControl => (ushort)Kind >= 0x7F00;
}

/// <summary>One segment that a <see cref="LogBuilder"/> laid down.</summary>
internal sealed class BuiltSegment(string name)
{
    public string Name { get; } = name;

    public byte[] Bytes { get; set; } = [];

    /// <summary>End of the last record; behind it lie index and trailer.</summary>
    public int DataEnd { get; set; }

    public bool IsSealed { get; set; }
}

/// <summary>Lays down a log byte by byte as FORMAT.md says, slowly and with none of the product's writing or reading
/// code: the oracle that both are compared with.</summary>
internal sealed class LogBuilder
{
    public const int HeaderBytes = 4096;
    public const int FirstRecord = 8192;
    public const long StartNs = 1_704_164_645_000_000_000;

    private readonly List<uint> _crcs = [];
    private readonly List<(ulong Sequence, int Offset, long TimeNs)> _index = [];
    private byte[] _sealDigest = new byte[32];
    private byte[] _segmentId = [];
    private ulong _first;
    private ulong _last;
    private long _minTime;
    private long _maxTime;

    public byte[] StoreIdBytes { get; init; } = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    public Id16 StoreId => new(
        BinaryPrimitives.ReadUInt64LittleEndian(StoreIdBytes),
        BinaryPrimitives.ReadUInt64LittleEndian(StoreIdBytes.AsSpan(8)));

    public string Prefix { get; init; } = "wal";

    public byte SegmentIdSeed { get; init; }

    public List<BuiltSegment> Segments { get; } = [];

    public List<BuiltRecord> Records { get; } = [];

    public ulong Sequence { get; private set; }

    public uint LastCrc { get; private set; }

    public long TimeNs { get; private set; } = StartNs;

    public uint Epoch { get; private set; }

    public BuiltSegment Current => Segments[^1];

    public int Position => Current.Bytes.Length;

    private uint Salt => Crc(_segmentId);

    /// <summary>CRC-32C bit by bit.</summary>
    public static uint Crc(params ReadOnlySpan<byte> bytes)
    {
        var state = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            state ^= value;
            for (var bit = 0; bit < 8; bit++)
                state = (state & 1) != 0 ? (state >> 1) ^ 0x82F63B78 : state >> 1;
        }

        return state ^ 0xFFFFFFFF;
    }

    /// <summary>Opens the next segment; the one before ends sealed or, without a Seal, where it is.</summary>
    public LogBuilder Open(uint epoch = 1, ulong durable = 0, int cutOffset = 0, long discarded = 0)
    {
        var number = (ulong)Segments.Count + 1;
        var before = Segments.LastOrDefault();
        Epoch = epoch;
        _segmentId = [.. Enumerable.Range(0, 16).Select(i => (byte)(SegmentIdSeed + ((int)number * 16) + i))];
        _crcs.Clear();
        _index.Clear();
        (_first, _last, _minTime, _maxTime) = (0, 0, 0, 0);
        var header = new byte[HeaderBytes];
        new byte[] { 0x89, (byte)'W', (byte)'A', (byte)'L', 0x0D, 0x0A, 0x1A, 0x0A }.CopyTo(header, 0);
        U16(header, 8, 1);
        U32(header, 12, 4096);
        StoreIdBytes.CopyTo(header, 16);
        _segmentId.CopyTo(header, 32);
        U64(header, 48, number);
        U64(header, 56, Sequence + 1);
        U64(header, 64, (ulong)TimeNs);
        U32(header, 72, epoch);
        U32(header, 76, 4711);
        U32(header, 80, 1 << 20);
        U32(header, 84, 1);
        U64(header, 88, durable);
        U64(header, 96, number - 1);
        U64(header, 104, before is null ? 0 : Sequence);
        U32(header, 112, LastCrc);
        U32(header, 116, before is null ? 0u : before.IsSealed ? 1u : 2u);
        U64(header, 120, (ulong)(before?.DataEnd ?? 0));
        U64(header, 128, (ulong)cutOffset);
        U64(header, 136, (ulong)discarded);
        _sealDigest.CopyTo(header, 144);
        Encoding.UTF8.GetBytes("host").CopyTo(header, 176);
        Encoding.UTF8.GetBytes("0.1.0").CopyTo(header, 240);
        U32(header, 4092, Crc(header.AsSpan(0, 4092)));
        var seconds = 5 + number;
        Segments.Add(new BuiltSegment($"{Prefix}-20240102-0304{seconds:D2}-{number:D10}.wal")
        {
            Bytes = [.. header, .. header],
            DataEnd = FirstRecord,
        });
        return this;
    }

    /// <summary>Appends events with a payload of their number.</summary>
    public LogBuilder Events(int count, EventKind kind = EventKind.Quote, int payloadBytes = 40)
    {
        for (var i = 0; i < count; i++)
        {
            var payload = new byte[payloadBytes];
            payload.AsSpan().Fill((byte)(Sequence + 1));
            Event(kind, payload);
        }

        return this;
    }

    /// <summary>Appends an event.</summary>
    public LogBuilder Event(
        EventKind kind,
        byte[] payload,
        byte flags = 1,
        ushort source = 2,
        uint instrument = 1,
        long eventTimeNs = 0,
        ulong cause = 0,
        uint feedPosition = 0)
    {
        Sequence++;
        TimeNs += 1000;
        if (_first == 0)
            (_first, _minTime, _maxTime) = (Sequence, TimeNs, TimeNs);
        (_last, _maxTime) = (Sequence, TimeNs);
        if (_index.Count == 0 || Position - _index[^1].Offset >= 64 << 10)
            _index.Add((Sequence, Position, TimeNs));
        Append(kind, payload, 0, flags, source, instrument, eventTimeNs, cause == 0 ? Sequence : cause, feedPosition);
        return this;
    }

    /// <summary>Appends a Sync record.</summary>
    public LogBuilder Sync(ulong? durable = null)
    {
        var body = new byte[24];
        U64(body, 0, durable ?? Sequence);
        U64(body, 8, (ulong)Position);
        U64(body, 16, 77_000);
        Append(EventKind.Sync, body, durable ?? Sequence);
        return this;
    }

    /// <summary>Appends a control record.</summary>
    public LogBuilder Control(EventKind kind, byte[] body)
    {
        Append(kind, body, 0);
        return this;
    }

    /// <summary>Ends the segment with a Seal, and with index and trailer unless they are not wanted.</summary>
    public LogBuilder Seal(ulong? durable = null, bool withIndex = true)
    {
        var sealOffset = Position;
        var body = new byte[88];
        U64(body, 0, (ulong)_crcs.Count);
        U64(body, 8, _first);
        U64(body, 16, _last);
        U64(body, 24, (ulong)_minTime);
        U64(body, 32, (ulong)_maxTime);
        U64(body, 40, (ulong)sealOffset);
        U64(body, 48, durable ?? Sequence);
        var crcs = _crcs.SelectMany(BitConverter.GetBytes);
        _sealDigest = SHA256.HashData([.. _sealDigest, .. Current.Bytes.AsSpan(0, HeaderBytes), .. crcs]);
        _sealDigest.CopyTo(body, 56);
        Append(EventKind.Seal, body, durable ?? Sequence);
        Current.IsSealed = true;
        if (withIndex)
            AppendIndexAndTrailer(sealOffset);
        return this;
    }

    /// <summary>Writes the segments, and the lock file with the store id.</summary>
    public LogBuilder Save(string directory)
    {
        foreach (var segment in Segments)
            File.WriteAllBytes(Path.Join(directory, segment.Name), segment.Bytes);
        File.WriteAllText(Path.Join(directory, $"{Prefix}.lock"), $"{StoreId}\n");
        return this;
    }

    private void Append(
        EventKind kind,
        byte[] payload,
        ulong durable,
        byte flags = 0,
        ushort source = 0,
        uint instrument = 0,
        long eventTimeNs = 0,
        ulong cause = 0,
        uint feedPosition = 0)
    {
        var total = (payload.Length + 68 + 7) / 8 * 8;
        var record = new byte[total];
        U32(record, 0, (uint)total);
        U32(record, 4, (uint)payload.Length);
        U16(record, 8, (ushort)kind);
        record[10] = 1;
        record[11] = flags;
        U16(record, 12, source);
        U64(record, 16, Sequence);
        U64(record, 24, (ulong)eventTimeNs);
        U64(record, 32, _last == 0 && TimeNs == StartNs ? 0 : (ulong)TimeNs);
        U32(record, 40, instrument);
        U32(record, 44, LastCrc);
        U64(record, 48, cause);
        U32(record, 56, feedPosition);
        var salt = BitConverter.GetBytes(Salt);
        U32(record, 60, Crc([.. salt, .. record.AsSpan(0, 60)]));
        payload.CopyTo(record, 64);
        LastCrc = Crc([.. salt, .. record.AsSpan(0, 60), .. record.AsSpan(64, total - 68)]);
        U32(record, total - 4, LastCrc);
        Records.Add(new BuiltRecord(Segments.Count - 1, Position, total, kind, Sequence, durable));
        _crcs.Add(LastCrc);
        Current.Bytes = [.. Current.Bytes, .. record];
        Current.DataEnd = Position;
    }

    private void AppendIndexAndTrailer(int sealOffset)
    {
        var indexOffset = Position;
        var index = new byte[16 + (_index.Count * 24) + 8];
        Encoding.ASCII.GetBytes("WALINDEX").CopyTo(index, 0);
        U32(index, 8, (uint)_index.Count);
        U32(index, 12, 24);
        for (var i = 0; i < _index.Count; i++)
        {
            U64(index, 16 + (i * 24), _index[i].Sequence);
            U64(index, 24 + (i * 24), (ulong)_index[i].Offset);
            U64(index, 32 + (i * 24), (ulong)_index[i].TimeNs);
        }

        var salt = BitConverter.GetBytes(Salt);
        U32(index, index.Length - 8, Crc([.. salt, .. index.AsSpan(0, index.Length - 8)]));
        var trailer = new byte[64];
        Encoding.ASCII.GetBytes("WALTRAIL").CopyTo(trailer, 0);
        U64(trailer, 8, (ulong)Segments.Count);
        U64(trailer, 16, (ulong)sealOffset);
        U64(trailer, 24, (ulong)indexOffset);
        U64(trailer, 32, (ulong)index.Length);
        _segmentId.CopyTo(trailer, 40);
        U32(trailer, 60, Crc([.. salt, .. trailer.AsSpan(0, 60)]));
        Current.Bytes = [.. Current.Bytes, .. index, .. trailer];
    }

    private static void U16(byte[] bytes, int offset, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(offset), value);

    private static void U32(byte[] bytes, int offset, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);

    private static void U64(byte[] bytes, int offset, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(offset), value);
}
