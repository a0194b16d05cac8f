using System.Buffers.Binary;
using HftSandbox.Events;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>What a mutation changed.</summary>
/// <param name="Segment">Index of the segment.</param>
/// <param name="Record">Index of the record; -1 = another part of the segment.</param>
/// <param name="Bytes">The whole segment, mutated.</param>
internal readonly record struct LogMutation(int Segment, int Record, byte[] Bytes);

/// <summary>Changes fields of a log and repairs every CRC over them, so that what reads them has nothing but its own
/// checks. One thread.</summary>
/// <param name="sample">The log.</param>
internal sealed class LogMutator(SampleStore sample)
{
    private const int HeaderCrcOffset = 60;
    private const int PreviousCrcOffset = 44;

    private static readonly (int Offset, int Length)[] SegmentFields =
    [
        (8, 2), (10, 2), (12, 4), (16, 16), (32, 16), (48, 8), (56, 8), (64, 8), (72, 4), (80, 4), (84, 4), (88, 8),
        (96, 8), (104, 8), (112, 4), (116, 4), (120, 8), (128, 8), (136, 8), (144, 32), (176, 64), (240, 64),
    ];

    private static readonly (int Offset, int Length)[] RecordFields =
    [
        (0, 4), (4, 4), (8, 2), (10, 1), (11, 1), (12, 2), (14, 2), (16, 8), (24, 8), (32, 8), (40, 4), (44, 4),
        (48, 8), (56, 4),
    ];

    /// <summary>Changes a segment header, in one copy or both.</summary>
    /// <param name="random">Decides what.</param>
    public LogMutation Header(Random random)
    {
        var segment = random.Next(sample.Segments.Length);
        var bytes = sample.Segments[segment].Bytes.ToArray();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var (offset, length) = SegmentFields[random.Next(SegmentFields.Length)];
            FieldMutation.Change(random, bytes.AsSpan(offset, length));
        }

        const int CrcOffset = SegmentHeader.SizeBytes - sizeof(uint);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(CrcOffset), Crc32C.Of(bytes.AsSpan(0, CrcOffset)));
        if (random.Next(4) > 0)
            bytes.AsSpan(0, SegmentHeader.SizeBytes).CopyTo(bytes.AsSpan(SegmentHeader.SizeBytes));
        return new LogMutation(segment, -1, bytes);
    }

    /// <summary>Changes header fields of a record.</summary>
    /// <param name="random">Decides what.</param>
    public LogMutation RecordHeaderFields(Random random) => Record(random, AnyRecord(random), record =>
    {
        var (offset, length) = RecordFields[random.Next(RecordFields.Length)];
        FieldMutation.Change(random, record.Slice(offset, length));
    });

    /// <summary>Changes the body of an event.</summary>
    /// <param name="random">Decides what.</param>
    public LogMutation Body(Random random) => Record(random, AnyRecord(random), BodyField(random));

    /// <summary>Changes the body of a control record.</summary>
    /// <param name="random">Decides what.</param>
    public LogMutation Control(Random random)
    {
        var index = AnyRecord(random);
        for (var i = 0; i < sample.Records.Length && !IsControl(index); i++)
            index = (index + 1) % sample.Records.Length;
        return Record(random, index, BodyField(random));
    }

    /// <summary>Changes the index or the trailer of a segment; of an unsealed one its last bytes.</summary>
    /// <param name="random">Decides what.</param>
    public LogMutation Ending(Random random)
    {
        var segment = random.Next(sample.Segments.Length);
        var bytes = sample.Segments[segment].Bytes.ToArray();
        var start = sample.Segments[segment].DataEnd;
        var trailer = bytes.Length - SegmentTrailer.SizeBytes;
        if (trailer <= start)
            return new LogMutation(segment, -1, [.. bytes, .. new byte[random.Next(100)], (byte)random.Next(256)]);
        var inTrailer = random.Next(2) == 0;
        var (from, to) = inTrailer ? (trailer, bytes.Length - sizeof(uint)) : (start, trailer - sizeof(ulong));
        var at = from + (random.Next((to - from) / sizeof(uint)) * sizeof(uint));
        FieldMutation.Change(random, bytes.AsSpan(at, sizeof(uint)));
        var crc = Crc32C.Finish(Crc32C.Append(CrcStart(bytes), bytes.AsSpan(from, to - from)));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(to), crc);
        return new LogMutation(segment, -1, bytes);
    }

    private static Change BodyField(Random random) => record =>
    {
        var payload = (int)RecordHeader.At(record).PayloadLength;
        var length = Math.Min(1 << random.Next(4), payload);
        var at = payload == 0 ? 0 : random.Next(payload / Math.Max(1, length)) * length;
        FieldMutation.Change(random, record.Slice(RecordHeader.SizeBytes + at, Math.Max(1, length)));
    };

    private delegate void Change(Span<byte> record);

    // Half of the time in the last segment: no seal covers it.
    private int AnyRecord(Random random) => random.Next(2) == 0
        ? random.Next(sample.Records.Length)
        : random.Next(Math.Min(sample.Segments[^1].FirstRecord, sample.Records.Length - 1), sample.Records.Length);

    private bool IsControl(int index) => ((ushort)sample.Records[index].Kind & 0x7F00) == 0x7F00;

    private LogMutation Record(Random random, int index, Change change)
    {
        var record = sample.Records[index];
        var bytes = sample.Segments[record.Segment].Bytes.ToArray();
        for (var changes = random.Next(1, 3); changes > 0; changes--)
            change(bytes.AsSpan(record.Offset, record.Length));
        var start = CrcStart(bytes);
        var crc = Complete(bytes, record.Offset, start);
        // Half of them so that the records behind still follow: then the change is all that can be noticed.
        if (random.Next(2) == 0)
            Chain(bytes, index, start, crc);
        return new LogMutation(record.Segment, index, bytes);
    }

    private void Chain(byte[] bytes, int index, uint start, uint crc)
    {
        for (var i = index + 1; i < sample.EndOfRecords(sample.Records[index].Segment); i++)
        {
            var offset = sample.Records[i].Offset;
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset + PreviousCrcOffset), crc);
            crc = Complete(bytes, offset, start);
        }
    }

    private static uint CrcStart(byte[] bytes) => Crc32C.Start(Crc32C.Of(bytes.AsSpan(32, 16)));

    // A record whose length leads out of the file gets its header CRC only.
    private static uint Complete(byte[] bytes, int offset, uint start)
    {
        var record = bytes.AsSpan(offset);
        var state = Crc32C.Append(start, record[..HeaderCrcOffset]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[HeaderCrcOffset..], Crc32C.Finish(state));
        var total = RecordHeader.At(record).TotalLength;
        const int Least = RecordHeader.SizeBytes + RecordHeader.RecordCrcBytes;
        if (total < Least || total > record.Length)
            return 0;
        var body = record[RecordHeader.SizeBytes..((int)total - RecordHeader.RecordCrcBytes)];
        var crc = Crc32C.Finish(Crc32C.Append(state, body));
        BinaryPrimitives.WriteUInt32LittleEndian(record[((int)total - RecordHeader.RecordCrcBytes)..], crc);
        return crc;
    }
}
