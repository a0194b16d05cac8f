using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Core;

/// <summary>The only way an event leaves the engine: gives it its sequence and cause, writes it as it will lie on disk
/// (CRC fields blank) and adds it to the running digest.</summary>
/// <param name="output">Where records go.</param>
internal sealed class EventJournal(IRecordOutput output)
{
    private RunningDigest _digest;
    private long _eventTimeNs;
    private long _receiveTimeNs;

    public IRecordOutput Output { get; set; } = output;

    /// <summary>Sequence of the last event, which is also how many there are in the store.</summary>
    public ulong LastSequence { get; private set; }

    /// <summary>Inputs of the store.</summary>
    public ulong Inputs { get; private set; }

    /// <summary>Sequence of the input that is being processed, or was last.</summary>
    public ulong CauseSequence { get; private set; }

    /// <summary>The running digest.</summary>
    public RunningDigest Digest => _digest;

    /// <summary>Goes on after the given events.</summary>
    public void Restore(ulong lastSequence, ulong inputs, RunningDigest digest)
    {
        LastSequence = lastSequence;
        Inputs = inputs;
        _digest = digest;
    }

    /// <summary>Writes the input; what is appended until <see cref="EndInput"/> is caused by it.</summary>
    [HotPath]
    public void BeginInput(in RecordHeader input, ReadOnlySpan<byte> payload)
    {
        Inputs++;
        CauseSequence = LastSequence + 1;
        _eventTimeNs = input.EventTimeNs;
        _receiveTimeNs = input.ReceiveTimeNs;

        Span<byte> record = Claim((uint)payload.Length);
        ref RecordHeader header = ref RecordHeader.At(record);
        header.Kind = input.Kind;
        header.Version = input.Version;
        header.Flags = input.Flags;
        header.Source = input.Source;
        header.InstrumentId = input.InstrumentId;
        header.FeedPosition = input.FeedPosition;
        payload.CopyTo(record[RecordHeader.SizeBytes..]);
        record[(RecordHeader.SizeBytes + payload.Length)..].Clear();
        _digest.Add(header, payload);
    }

    /// <summary>Writes an event that follows from the input.</summary>
    [HotPath]
    public void Append<TBody>(EventKind kind, SourceId source, uint instrumentId, in TBody body)
        where TBody : unmanaged
    {
        Span<byte> record = Claim((uint)Unsafe.SizeOf<TBody>());
        ref RecordHeader header = ref RecordHeader.At(record);
        header.Kind = kind;
        header.Version = 1;
        header.Flags = RecordFlags.Derived;
        header.Source = source;
        header.InstrumentId = instrumentId;
        MemoryMarshal.Write(record[RecordHeader.SizeBytes..], body);
        record[(RecordHeader.SizeBytes + Unsafe.SizeOf<TBody>())..].Clear();
        _digest.Add(header, MemoryMarshal.AsBytes(new ReadOnlySpan<TBody>(in body)));
    }

    /// <summary>Ends the input's group, with a Digest when one is due. None follows RunStopped, which is the last
    /// event of a clean stop.</summary>
    [HotPath]
    public void EndInput(EventKind inputKind)
    {
        if (Inputs % Limits.DigestIntervalInputs == 0 && inputKind != EventKind.RunStopped)
            AppendDigest();
        Output.Commit();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AppendDigest()
    {
        DigestBody body = new() { Inputs = Inputs, Events = LastSequence, Hash = _digest.Finish() };
        Append(EventKind.Digest, SourceId.Engine, instrumentId: 0, body);
    }

    /// <summary>Room for the next event, with the part of the header that is the same for a whole group.</summary>
    [HotPath]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Claim(uint payloadLength)
    {
        uint totalLength = RecordHeader.TotalLengthOf(payloadLength);
        Span<byte> record = Output.Claim((int)totalLength);
        ref RecordHeader header = ref RecordHeader.At(record);
        header.TotalLength = totalLength;
        header.PayloadLength = payloadLength;
        header.Reserved = 0;
        header.Sequence = ++LastSequence;
        header.EventTimeNs = _eventTimeNs;
        header.ReceiveTimeNs = _receiveTimeNs;
        header.PreviousCrc = 0;
        header.CauseSequence = CauseSequence;
        header.FeedPosition = 0;
        header.HeaderCrc = 0;
        return record;
    }
}
