using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Runtime.Wal;

/// <summary>Builds control records. They consume no sequence: they repeat that of the last event, and its receive
/// time.</summary>
internal sealed class ControlRecordWriter
{
    private readonly byte[] _buffer = new byte[RecordHeader.TotalLengthOf(RetireBody.SizeBytes)];

    /// <summary>A control record, complete except for its CRCs; valid until the next call.</summary>
    /// <typeparam name="TBody">The body of <paramref name="kind"/>.</typeparam>
    /// <param name="kind">A control kind.</param>
    /// <param name="body">Its body.</param>
    /// <param name="chain">The last event.</param>
    public Span<byte> Build<TBody>(EventKind kind, in TBody body, in ChainState chain)
        where TBody : unmanaged
    {
        var payloadLength = (uint)Unsafe.SizeOf<TBody>();
        var record = _buffer.AsSpan(0, (int)RecordHeader.TotalLengthOf(payloadLength));
        record.Clear();
        RecordHeader.At(record) = new RecordHeader
        {
            TotalLength = (uint)record.Length,
            PayloadLength = payloadLength,
            Kind = kind,
            Version = 1,
            Sequence = chain.LastSequence,
            ReceiveTimeNs = chain.LastReceiveTimeNs,
        };
        MemoryMarshal.Write(record[RecordHeader.SizeBytes..], in body);
        return record;
    }
}
