using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Core;

/// <summary>The only way an event leaves the engine: gives it its sequence and cause, writes it as it will lie on disk
/// (CRC fields blank) and adds it to the running digest.</summary>
/// <param name="output">Where records go.</param>
internal sealed class EventJournal(IRecordOutput output)
{
    private RecordHeader _derived;
    private RunningDigest _digest;

    public IRecordOutput Output { get; set; } = output;

    /// <summary>Sequence of the last event, which is also how many there are in the store.</summary>
    public ulong LastSequence { get; private set; }

    /// <summary>Inputs of the store.</summary>
    public ulong Inputs { get; private set; }

    /// <summary>Sequence of the input that is being processed, or was last.</summary>
    public ulong CauseSequence => _derived.CauseSequence;

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
        ulong sequence = ++LastSequence;
        Inputs++;
        RecordHeader header = new()
        {
            TotalLength = RecordHeader.TotalLengthOf((uint)payload.Length),
            PayloadLength = (uint)payload.Length,
            Kind = input.Kind,
            Version = input.Version,
            Flags = input.Flags,
            Source = input.Source,
            Sequence = sequence,
            EventTimeNs = input.EventTimeNs,
            ReceiveTimeNs = input.ReceiveTimeNs,
            InstrumentId = input.InstrumentId,
            CauseSequence = sequence,
            FeedPosition = input.FeedPosition,
        };
        Write(header, payload);

        _derived.Version = 1;
        _derived.Flags = RecordFlags.Derived;
        _derived.EventTimeNs = input.EventTimeNs;
        _derived.ReceiveTimeNs = input.ReceiveTimeNs;
        _derived.CauseSequence = sequence;
    }

    /// <summary>Writes an event that follows from the input.</summary>
    [HotPath]
    public void Append<TBody>(EventKind kind, SourceId source, uint instrumentId, in TBody body)
        where TBody : unmanaged
    {
        _derived.PayloadLength = (uint)Unsafe.SizeOf<TBody>();
        _derived.TotalLength = RecordHeader.TotalLengthOf(_derived.PayloadLength);
        _derived.Kind = kind;
        _derived.Source = source;
        _derived.InstrumentId = instrumentId;
        _derived.Sequence = ++LastSequence;
        Write(_derived, MemoryMarshal.AsBytes(new ReadOnlySpan<TBody>(in body)));
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

    [HotPath]
    private void Write(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        Span<byte> record = Output.Claim((int)header.TotalLength);
        RecordHeader.At(record) = header;
        payload.CopyTo(record[RecordHeader.SizeBytes..]);
        record[(RecordHeader.SizeBytes + payload.Length)..].Clear();
        _digest.Add(header, payload);
    }
}
