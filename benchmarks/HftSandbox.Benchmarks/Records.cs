using HftSandbox.Events;
using HftSandbox.Runtime.Bus;

namespace HftSandbox.Benchmarks;

/// <summary>What an engine puts out: a quote's record, filled in place.</summary>
internal static class Records
{
    public const int PayloadBytes = 40;

    public static readonly int TotalBytes = (int)RecordHeader.TotalLengthOf(PayloadBytes);

    public static void Put(RecordRingWriter writer, ulong sequence)
    {
        var record = writer.Claim(TotalBytes);
        RecordHeader.At(record) = new RecordHeader
        {
            TotalLength = (uint)TotalBytes,
            PayloadLength = PayloadBytes,
            Kind = EventKind.Quote,
            Version = 1,
            Flags = RecordFlags.Input | RecordFlags.LastOfMessage,
            Source = SourceId.Sim,
            Sequence = sequence,
            ReceiveTimeNs = (long)sequence,
            InstrumentId = 1,
            CauseSequence = sequence,
        };
        record.Slice(RecordHeader.SizeBytes, PayloadBytes).Fill((byte)sequence);
    }
}
