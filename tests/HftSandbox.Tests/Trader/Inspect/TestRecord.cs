using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Tests.Trader.Inspect;

/// <summary>Records as they lie in the log, CRCs blank.</summary>
internal static class TestRecord
{
    public const long TimeNs = 1_700_000_000_123_456_789;

    /// <summary>Instrument 1 has a name, others have none.</summary>
    public static string? InstrumentName(uint id) => id == 1 ? "TEST-USD" : null;

    /// <summary>A JSON line that is broken over several lines where a test expects it.</summary>
    public static string OneLine(string text) => text.ReplaceLineEndings("");

    public static byte[] Input<TBody>(EventKind kind, TBody body, ReadOnlySpan<byte> tail = default)
        where TBody : unmanaged => Of(kind, RecordFlags.Input | RecordFlags.LastOfMessage, body, tail);

    public static byte[] Derived<TBody>(EventKind kind, TBody body)
        where TBody : unmanaged => Of(kind, RecordFlags.Derived, body, default);

    public static byte[] Control<TBody>(EventKind kind, TBody body)
        where TBody : unmanaged => Of(kind, RecordFlags.None, body, default);

    public static byte[] Unknown(ushort kind, ReadOnlySpan<byte> payload)
    {
        var record = new byte[RecordHeader.TotalLengthOf((uint)payload.Length)];
        payload.CopyTo(record.AsSpan(RecordHeader.SizeBytes));
        Fill(ref RecordHeader.At(record), (EventKind)kind, RecordFlags.Derived, payload.Length);
        return record;
    }

    private static byte[] Of<TBody>(EventKind kind, RecordFlags flags, TBody body, ReadOnlySpan<byte> tail)
        where TBody : unmanaged
    {
        var length = Unsafe.SizeOf<TBody>() + tail.Length;
        var record = new byte[RecordHeader.TotalLengthOf((uint)length)];
        Fill(ref RecordHeader.At(record), kind, flags, length);
        MemoryMarshal.Write(record.AsSpan(RecordHeader.SizeBytes), body);
        tail.CopyTo(record.AsSpan(RecordHeader.SizeBytes + Unsafe.SizeOf<TBody>()));
        return record;
    }

    private static void Fill(ref RecordHeader header, EventKind kind, RecordFlags flags, int payloadLength)
    {
        var isInput = (flags & RecordFlags.Input) != 0;
        header.TotalLength = RecordHeader.TotalLengthOf((uint)payloadLength);
        header.PayloadLength = (uint)payloadLength;
        header.Kind = kind;
        header.Version = 1;
        header.Flags = flags;
        header.Source = isInput ? SourceId.Sim : SourceId.Engine;
        header.Sequence = 42;
        header.CauseSequence = isInput ? 42UL : 41UL;
        header.EventTimeNs = TimeNs;
        header.ReceiveTimeNs = TimeNs;
        header.InstrumentId = 1;
    }
}
