using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HftSandbox.Events;

/// <summary>One slot of an inbound ring: a header and a body of at most <see cref="BodyBytesMax"/> bytes. The feed
/// fills
/// kind, version, flags, source, times, instrument, feed position and payload length; sequence, cause, total length
/// and CRCs are the engine's and the log's.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct InputEvent
{
    /// <summary>Size of a slot in bytes: four cache lines.</summary>
    public const int SizeBytes = 256;

    /// <summary>Room for the body in bytes.</summary>
    public const int BodyBytesMax = SizeBytes - RecordHeader.SizeBytes;

    /// <summary>What the feed knows about the event.</summary>
    [FieldOffset(0)] public RecordHeader Header;

    [FieldOffset(RecordHeader.SizeBytes)] private byte _bodyStart;

    /// <summary>The payload: the first <see cref="RecordHeader.PayloadLength"/> bytes of the body.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Payload => MemoryMarshal.CreateReadOnlySpan(ref _bodyStart, (int)Header.PayloadLength);

    /// <summary>Starts the slot anew as an event of a kind: clears header and body, fills kind, version, flags, source
    /// and
    /// length, and returns the body to be filled in place.</summary>
    /// <typeparam name="TBody">The body of <paramref name="kind"/>.</typeparam>
    /// <param name="kind">An input kind.</param>
    /// <param name="source">The feed.</param>
    [HotPath]
    [UnscopedRef]
    public ref TBody Start<TBody>(EventKind kind, SourceId source)
        where TBody : unmanaged
    {
        this = default;
        Header.Kind = kind;
        Header.Version = 1;
        Header.Flags = RecordFlags.Input | RecordFlags.LastOfMessage;
        Header.Source = source;
        Header.PayloadLength = (uint)Unsafe.SizeOf<TBody>();
        return ref Unsafe.As<byte, TBody>(ref _bodyStart);
    }

    /// <summary>Starts the slot anew with a header, for a kind that is known only at run time, and returns the body,
    /// all zero, to be filled in place.</summary>
    /// <param name="header">What the feed knows; its payload fits a slot.</param>
    [HotPath]
    [UnscopedRef]
    public Span<byte> Start(in RecordHeader header)
    {
        this = default;
        Header = header;
        return MemoryMarshal.CreateSpan(ref _bodyStart, BodyBytesMax)[..(int)header.PayloadLength];
    }

    /// <summary>The body, in place, as the layout of the event's kind.</summary>
    /// <typeparam name="TBody">The body of the header's kind.</typeparam>
    [HotPath]
    [UnscopedRef]
    public ref TBody Body<TBody>()
        where TBody : unmanaged => ref Unsafe.As<byte, TBody>(ref _bodyStart);
}
