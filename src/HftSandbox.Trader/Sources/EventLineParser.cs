using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Trader.Config;
using HftSandbox.Trader.Inspect;

namespace HftSandbox.Trader.Sources;

/// <summary>What a line of a file of events holds.</summary>
internal enum EventLineStatus : byte { Input, Derived, Run, Control, Blank, Bad }

/// <summary>Makes an input of one line as <see cref="RecordJson"/> writes it. Everything but <c>kind</c> may be left
/// out; what is there must be a field of the declared layout with a value of its type, once. Allocates nothing for a
/// line that becomes an input.</summary>
/// <param name="instruments">The registry.</param>
/// <param name="configurations">Reads the configuration of a Config.</param>
internal sealed class EventLineParser(ImmutableArray<InstrumentConfig> instruments, ConfigLane configurations)
{
    private static readonly ulong KindBit = BitOf("kind");
    private static readonly ulong FlagsBit = BitOf("flags");

    private readonly RecordFieldReader _reader = new(instruments);

    /// <summary>What is wrong with the last line that was bad: the field, and why.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>What the last line says, if it is a Config: no slot is large enough for it.</summary>
    public RunConfiguration? Configuration { get; private set; }

    /// <summary>Parses a line.</summary>
    /// <param name="line">The line, without its line feed.</param>
    /// <param name="number">Its number, from 1: the feed position of its input.</param>
    /// <param name="lastReceiveTimeNs">Receive time of the input before it; it may not be earlier.</param>
    /// <param name="slot">The input, if it is one.</param>
    [HotPath]
    public EventLineStatus Parse(ReadOnlySpan<byte> line, uint number, long lastReceiveTimeNs, ref InputEvent slot)
    {
        if (line.Trim(" \t\r"u8).IsEmpty)
            return EventLineStatus.Blank;
        try
        {
            return ParseObject(line, number, lastReceiveTimeNs, ref slot);
        }
        catch (JsonException problem)
        {
            return Bad($"is not JSON from byte {problem.BytePositionInLine} on");
        }
        catch (InvalidOperationException)
        {
            return Bad("a text in it is not UTF-8");
        }
    }

    [HotPath]
    private EventLineStatus ParseObject(
        ReadOnlySpan<byte> line, uint number, long lastReceiveTimeNs, ref InputEvent slot)
    {
        var json = new Utf8JsonReader(line);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            return Bad("is not a JSON object");

        RecordHeader header = default;
        header.Version = RecordSchema.BodyVersion;
        if (!TryReadHeader(ref json, ref header, out var body, out var seen))
            return EventLineStatus.Bad;

        json.Read(); // refuses what follows the object
        if ((seen & KindBit) == 0)
            return Bad("kind: is missing");
        var status = StatusOf(in header, hasFlags: (seen & FlagsBit) != 0);
        if (status != EventLineStatus.Input)
            return status;
        if ((seen & FlagsBit) == 0)
            header.Flags = RecordFlags.LastOfMessage;
        return TryComplete(ref header, number, lastReceiveTimeNs) && TryReadBody(line, ref body, in header, ref slot)
            ? status
            : EventLineStatus.Bad;
    }

    /// <summary>Reads every member of the line but the body, which may stand before the kind.</summary>
    private bool TryReadHeader(
        ref Utf8JsonReader json, ref RecordHeader header, out Utf8JsonReader body, out ulong seen)
    {
        var bytes = MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref header, 1));
        body = default;
        seen = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("body"u8))
            {
                if (body.TokenType != JsonTokenType.None)
                    return Fail("body: stands twice");
                json.Read();
                body = json;
                json.Skip();
            }
            else if (json.ValueTextEquals("schemaVersion"u8))
            {
                if (!json.Read() || json.TokenType != JsonTokenType.Number || !json.ValueSpan.SequenceEqual("1"u8))
                    return Fail($"schemaVersion: {RecordFieldReader.Shown(ref json)} is not 1");
            }
            else if (!TryReadMember(RecordSchema.Header, "", ref json, bytes, ref seen))
            {
                return false;
            }
        }

        return true;
    }

    [HotPath]
    private bool TryReadMember(
        ImmutableArray<RecordField> fields,
        string path,
        ref Utf8JsonReader json,
        scoped Span<byte> layout,
        ref ulong seen)
    {
        var index = 0;
        while (index < fields.Length && (fields[index].IsReserved || !IsNamed(fields[index], ref json)))
            index++;
        if (index == fields.Length)
            return FailUnknown(fields, path, ref json);
        if ((seen & (1UL << index)) != 0)
            return Fail($"{path}{fields[index].Name}: stands twice");

        seen |= 1UL << index;
        json.Read();
        return _reader.TryRead(fields[index], ref json, layout)
            || Fail($"{path}{fields[index].Name}: {_reader.Refusal(fields[index], ref json)}");
    }

    private EventLineStatus StatusOf(in RecordHeader header, bool hasFlags)
    {
        if (header.IsControl)
            return EventLineStatus.Control;
        if (header is { IsDerived: true, IsInput: true })
            return Bad("flags: nothing is both input and derived");
        if (header.IsDerived)
            return EventLineStatus.Derived;
        if (header.Kind is EventKind.RunStarted or EventKind.RunStopped)
            return EventLineStatus.Run;
        if (OutsideInput.Takes(header.Kind))
            return EventLineStatus.Input;
        if (header.Kind == EventKind.None)
            return Bad("kind: None is no kind of event");
        return hasFlags
            ? Bad($"flags: {header.Kind} is derived by the engine and cannot be an input")
            : EventLineStatus.Derived;
    }

    /// <summary>Fills what the line leaves out.</summary>
    private bool TryComplete(ref RecordHeader header, uint number, long lastReceiveTimeNs)
    {
        if (header.Version != RecordSchema.BodyVersion)
            return Fail($"version: {header.Version} is not {RecordSchema.BodyVersion}, the only one");
        if (header.InstrumentId == 0 && OutsideInput.NeedsInstrument(header.Kind))
            return Fail($"instrument: is missing, and a {header.Kind} has one");
        var earliestNs = Math.Max(1, lastReceiveTimeNs);
        var field = header.ReceiveTimeNs != 0 ? "receiveTimeNs" : "eventTimeNs";
        if (header.ReceiveTimeNs == 0)
            header.ReceiveTimeNs = header.EventTimeNs != 0 ? header.EventTimeNs : earliestNs;
        if (header.ReceiveTimeNs < earliestNs)
            return Fail($"{field}: {header.ReceiveTimeNs} lies before {earliestNs}: time does not go back");

        header.Flags |= RecordFlags.Input;
        header.Source = OutsideInput.SourceOf(header.Source, header.Kind);
        header.FeedPosition = number;
        header.PayloadLength = (uint)EventSchema.Bodies[header.Kind].Size;
        (header.Sequence, header.CauseSequence) = (0, 0);
        return true;
    }

    private bool TryReadBody(
        ReadOnlySpan<byte> line, ref Utf8JsonReader json, in RecordHeader header, ref InputEvent slot)
    {
        Configuration = null;
        var layout = slot.Start(in header);
        var body = RecordSchema.BodyOf(in header)!;
        ulong seen = 0;
        if (json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.None))
            return Fail($"body: {RecordFieldReader.Shown(ref json)} is not an object");
        while (json.TokenType != JsonTokenType.None && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isRead = body.HasJsonTail && json.ValueTextEquals(RecordSchema.JsonTailName)
                ? TryReadConfiguration(line, ref json)
                : TryReadMember(body.Fields, "body.", ref json, layout, ref seen);
            if (!isRead)
                return false;
        }

        return !body.HasJsonTail || Configuration is not null
            || Fail($"body.{RecordSchema.JsonTailName}: is missing, and a {header.Kind} has one");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReadConfiguration(ReadOnlySpan<byte> line, ref Utf8JsonReader json)
    {
        if (Configuration is not null)
            return Fail($"body.{RecordSchema.JsonTailName}: stands twice");
        json.Read();
        var start = (int)json.TokenStartIndex;
        json.Skip();
        Configuration = configurations.Read(line[start..(int)json.BytesConsumed]);
        return Configuration is not null || Fail($"body.{configurations.Fault}");
    }

    private static bool IsNamed(RecordField field, ref Utf8JsonReader json) =>
        json.ValueTextEquals(field.JsonName.EncodedUtf8Bytes);

    private static ulong BitOf(string name) =>
        1UL << RecordSchema.Header.ToList().FindIndex(field => field.Name == name);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool FailUnknown(ImmutableArray<RecordField> fields, string path, ref Utf8JsonReader json)
    {
        var name = RecordFieldReader.Shown(ref json);
        var meant = Spelling.Closest(name, fields.Where(field => !field.IsReserved).Select(field => field.Name));
        return Fail($"{path}{name}: unknown field{(meant is null ? "" : $"; did you mean {meant}?")}");
    }

    private bool Fail(string fault)
    {
        Fault = fault;
        return false;
    }

    private EventLineStatus Bad(string fault)
    {
        Fault = fault;
        return EventLineStatus.Bad;
    }
}
