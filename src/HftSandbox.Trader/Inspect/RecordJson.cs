using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Trader.Inspect;

/// <summary>Writes records as JSON, one object a line: the header's fields, then <c>body</c> with the body's. A payload
/// of unknown layout is a string of hex digits. One thread.</summary>
public sealed class RecordJson : IDisposable
{
    private const int FlushBytes = 64 << 10;

    private readonly ArrayBufferWriter<byte> _lines = new(2 * FlushBytes);
    private readonly Utf8JsonWriter _json;
    private readonly Stream _output;
    private readonly Func<uint, string?> _instrumentName;

    /// <summary>Makes a writer.</summary>
    /// <param name="output">Where the lines go; stays open.</param>
    /// <param name="instrumentName">Name of an instrument id; null = unknown, the id is written.</param>
    public RecordJson(Stream output, Func<uint, string?> instrumentName)
    {
        _output = output;
        _instrumentName = instrumentName;
        _json = new Utf8JsonWriter(_lines, new JsonWriterOptions { SkipValidation = true });
    }

    /// <summary>Writes one record as one line. Lines are handed on in batches and by <see cref="Flush"/>.</summary>
    /// <param name="record">Header and payload; what follows them is ignored.</param>
    public void Write(ReadOnlySpan<byte> record)
    {
        var header = MemoryMarshal.Read<RecordHeader>(record);
        _json.WriteStartObject();
        _json.WriteNumber("schemaVersion"u8, 1);
        foreach (var field in RecordSchema.Header)
            field.WriteJson(_json, record, _instrumentName);
        _json.WritePropertyName("body"u8);
        WriteBody(header, record.Slice(RecordHeader.SizeBytes, (int)header.PayloadLength));
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _lines.Write("\n"u8);
        if (_lines.WrittenCount >= FlushBytes)
            Flush();
    }

    /// <summary>Hands all written lines on.</summary>
    public void Flush()
    {
        _output.Write(_lines.WrittenSpan);
        _output.Flush();
        _lines.ResetWrittenCount();
    }

    /// <summary>Hands all written lines on and leaves the output open.</summary>
    public void Dispose()
    {
        Flush();
        _json.Dispose();
    }

    private void WriteBody(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (RecordSchema.BodyOf(header) is not { } body)
        {
            _json.WriteStringValue(Convert.ToHexStringLower(payload));
            return;
        }

        _json.WriteStartObject();
        foreach (var field in body.Fields)
        {
            if (!field.IsReserved)
                field.WriteJson(_json, payload, _instrumentName);
        }

        if (body.HasJsonTail)
            WriteTail(payload[body.Size..]);
        _json.WriteEndObject();
    }

    /// <summary>The tail as the object it is; if it is no JSON, as hex digits: seen rather than missed.</summary>
    private void WriteTail(ReadOnlySpan<byte> tail)
    {
        _json.WritePropertyName(RecordSchema.JsonTailName);
        using var document = Parse(tail);
        if (document is null)
            _json.WriteStringValue(Convert.ToHexStringLower(tail));
        else
            document.WriteTo(_json);
    }

    private static JsonDocument? Parse(ReadOnlySpan<byte> tail)
    {
        try
        {
            return JsonDocument.Parse(tail.ToArray());
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
