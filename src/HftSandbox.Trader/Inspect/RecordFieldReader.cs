using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using HftSandbox.Core.Configuration;

namespace HftSandbox.Trader.Inspect;

/// <summary>Reads back what <see cref="RecordField.WriteJson"/> writes. An id may have fewer than 32 hex digits: it is
/// then a number, with zeros before it. Nothing else is converted. Allocates nothing unless a value is
/// refused.</summary>
/// <param name="instruments">The registry; an instrument's id is its position, from 1.</param>
internal sealed class RecordFieldReader(ImmutableArray<InstrumentConfig> instruments)
{
    private const int IdDigitsMax = 32;
    private const int ShownBytesMax = 40;

    private readonly byte[][] _instruments =
        [.. instruments.Select(instrument => Encoding.UTF8.GetBytes(instrument.Name))];

    /// <summary>Reads a value into its place; false if it is none of the field's.</summary>
    /// <param name="field">The field.</param>
    /// <param name="json">At the value; an array of flags is passed.</param>
    /// <param name="layout">The header or body that holds the field.</param>
    public bool TryRead(RecordField field, ref Utf8JsonReader json, scoped Span<byte> layout)
    {
        ulong value;
        switch (field.Form)
        {
            case FieldForm.Id:
                return TryReadId(ref json, layout.Slice(field.Offset, field.Size));
            case FieldForm.Unsigned when TryUnsigned(ref json, field.Size, out value):
            case FieldForm.Name when TryName(field, ref json, out value):
            case FieldForm.Flags when TryFlags(field, ref json, out value):
            case FieldForm.Instrument when TryInstrument(ref json, out value):
                break;
            case FieldForm.Signed when json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var signed):
                value = (ulong)signed;
                break;
            default:
                return false;
        }

        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        bytes[..field.Size].CopyTo(layout[field.Offset..]);
        return true;
    }

    /// <summary>Why a value was refused.</summary>
    /// <param name="field">The field.</param>
    /// <param name="json">Where <see cref="TryRead"/> left it.</param>
    public string Refusal(RecordField field, ref Utf8JsonReader json) =>
        $"{Shown(ref json)} is not {ValuesOf(field)}";

    /// <summary>What stands in the text, short enough for a message and safe for a terminal.</summary>
    /// <param name="json">At a name or value.</param>
    public static string Shown(ref Utf8JsonReader json)
    {
        var text = json.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "a list",
            JsonTokenType.EndArray => "an empty list",
            _ => Encoding.UTF8.GetString(json.ValueSpan[..Math.Min(json.ValueSpan.Length, ShownBytesMax)]),
        };
        var quote = json.TokenType == JsonTokenType.String ? "'" : "";
        return $"{quote}{TerminalText.Escape(text)}{(json.ValueSpan.Length > ShownBytesMax ? "…" : "")}{quote}";
    }

    private string ValuesOf(RecordField field) => field.Form switch
    {
        FieldForm.Unsigned => $"an integer from 0 to {Max(field.Size)}",
        FieldForm.Signed => $"an integer from {long.MinValue} to {long.MaxValue}",
        FieldForm.Name => $"one of {string.Join(", ", field.ValueNames)}{(field.IsOpenSet ? ", or a number" : "")}",
        FieldForm.Flags => $"a list of {string.Join(", ", field.ValueNames)}",
        FieldForm.Instrument => $"a configured symbol ({string.Join(", ", instruments.Select(one => one.Name))})",
        FieldForm.Id => $"a string of 1 to {IdDigitsMax} hex digits",
        _ => "readable",
    };

    private static ulong Max(int size) => ulong.MaxValue >> (64 - (8 * size));

    private static bool TryUnsigned(ref Utf8JsonReader json, int size, out ulong value)
    {
        value = 0;
        return json.TokenType == JsonTokenType.Number && json.TryGetUInt64(out value) && value <= Max(size);
    }

    private static bool TryName(RecordField field, ref Utf8JsonReader json, out ulong value) =>
        json.TokenType == JsonTokenType.String
            ? field.TryValueOf(ref json, out value)
            : TryUnsigned(ref json, field.Size, out value) && field.IsOpenSet;

    private static bool TryFlags(RecordField field, ref Utf8JsonReader json, out ulong value)
    {
        value = 0;
        if (json.TokenType != JsonTokenType.StartArray)
            return false;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.String || !field.TryValueOf(ref json, out var bit))
                return false;
            value |= bit;
        }

        return true;
    }

    private static bool TryReadId(ref Utf8JsonReader json, scoped Span<byte> bytes)
    {
        const NumberStyles Hex = NumberStyles.AllowHexSpecifier;
        if (json.TokenType != JsonTokenType.String
            || json.ValueSpan.Length is 0 or > IdDigitsMax
            || !UInt128.TryParse(json.ValueSpan, Hex, CultureInfo.InvariantCulture, out var id))
            return false;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)(id >> 64));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[sizeof(ulong)..], (ulong)id);
        return true;
    }

    private bool TryInstrument(ref Utf8JsonReader json, out ulong value)
    {
        value = 0;
        if (json.TokenType == JsonTokenType.Null)
            return true;
        if (json.TokenType != JsonTokenType.String)
            return false;
        for (var i = 0; i < _instruments.Length && value == 0; i++)
        {
            if (json.ValueTextEquals(_instruments[i]))
                value = (ulong)i + 1;
        }

        return value != 0;
    }
}
