using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using HftSandbox.Events;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Inspect;

/// <summary>One field of a record's header or body as a reader of dumps sees it: its name and its value, read from the
/// bytes where the layout says they are.</summary>
public sealed class RecordField
{
    private readonly Dictionary<ulong, JsonEncodedText> _names = [];

    /// <summary>Makes the field that a layout declares.</summary>
    /// <param name="field">The declaration.</param>
    public RecordField(LayoutField field)
    {
        Name = JsonNamingPolicy.CamelCase.ConvertName(field.Name);
        Form = FormOf(field.Type);
        if (field.Name == nameof(RecordHeader.InstrumentId))
            (Name, Form) = ("instrument", FieldForm.Instrument);
        JsonName = JsonEncodedText.Encode(Name);
        Offset = field.Offset;
        Size = field.Size;
        IsReserved = field.Name.StartsWith("Reserved", StringComparison.Ordinal);
        IsOpenSet = field.Type == typeof(SourceId);
        if (field.Type.IsEnum)
            CollectNames(field.Type);
    }

    /// <summary>Its name in dumps: the declared one in camel case.</summary>
    public string Name { get; }

    /// <summary>The same, ready to be written.</summary>
    public JsonEncodedText JsonName { get; }

    /// <summary>Bytes from the start of the layout.</summary>
    public int Offset { get; }

    /// <summary>Bytes.</summary>
    public int Size { get; }

    /// <summary>How it is shown.</summary>
    public FieldForm Form { get; }

    /// <summary>Whether it is zero by definition and left out of dumps.</summary>
    public bool IsReserved { get; }

    /// <summary>Whether values without a name are as good as those with one: strategies and venues.</summary>
    public bool IsOpenSet { get; }

    /// <summary>The names of its values, in the order of their declaration; empty if it is no enum.</summary>
    public IEnumerable<string> ValueNames => _names.Values.Select(name => name.Value);

    /// <summary>Finds the value of a name.</summary>
    /// <param name="json">At a string.</param>
    /// <param name="value">The value; 0 if the name is none of them.</param>
    public bool TryValueOf(ref Utf8JsonReader json, out ulong value)
    {
        foreach (var (candidate, name) in _names)
        {
            if (json.ValueTextEquals(name.EncodedUtf8Bytes))
            {
                value = candidate;
                return true;
            }
        }

        value = 0;
        return false;
    }

    /// <summary>Its bytes.</summary>
    /// <param name="layout">The header or body that holds it.</param>
    public ReadOnlySpan<byte> BytesIn(ReadOnlySpan<byte> layout) => layout.Slice(Offset, Size);

    /// <summary>Writes name and value.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="layout">The header or body that holds it.</param>
    /// <param name="instrumentName">Name of an instrument id; null = unknown.</param>
    public void WriteJson(Utf8JsonWriter json, ReadOnlySpan<byte> layout, Func<uint, string?> instrumentName)
    {
        var bytes = BytesIn(layout);
        json.WritePropertyName(JsonName);
        switch (Form)
        {
            case FieldForm.Unsigned:
                json.WriteNumberValue(IntegerOf(bytes));
                break;
            case FieldForm.Signed:
                json.WriteNumberValue((long)IntegerOf(bytes));
                break;
            case FieldForm.Wide:
                WriteDigits(json, MemoryMarshal.Read<Int128>(bytes));
                break;
            case FieldForm.Name:
                WriteName(json, IntegerOf(bytes));
                break;
            case FieldForm.Id:
                WriteId(json, MemoryMarshal.Read<Id16>(bytes));
                break;
            case FieldForm.Flags:
                WriteFlags(json, IntegerOf(bytes));
                break;
            case FieldForm.Instrument:
                WriteInstrument(json, (uint)IntegerOf(bytes), instrumentName);
                break;
            default:
                json.WriteStringValue(TextIn(layout, instrumentName));
                break;
        }
    }

    /// <summary>The value as text, not yet escaped for a terminal.</summary>
    /// <param name="layout">The header or body that holds it.</param>
    /// <param name="instrumentName">Name of an instrument id; null = unknown.</param>
    public string TextIn(ReadOnlySpan<byte> layout, Func<uint, string?> instrumentName)
    {
        var bytes = BytesIn(layout);
        return Form switch
        {
            FieldForm.Unsigned => Digits(IntegerOf(bytes)),
            FieldForm.Signed => ((long)IntegerOf(bytes)).ToString(CultureInfo.InvariantCulture),
            FieldForm.Wide => MemoryMarshal.Read<Int128>(bytes).ToString(CultureInfo.InvariantCulture),
            FieldForm.Name => NameOrDigits(IntegerOf(bytes)),
            FieldForm.Flags => string.Join('|', BitsOf(IntegerOf(bytes)).Select(NameOrDigits)),
            FieldForm.Instrument => InstrumentText((uint)IntegerOf(bytes), instrumentName),
            FieldForm.Id => MemoryMarshal.Read<Id16>(bytes).ToString(),
            FieldForm.Text => Encoding.UTF8.GetString(bytes[..LengthOfText(bytes)]),
            _ => Convert.ToHexStringLower(bytes),
        };
    }

    private static FieldForm FormOf(Type type)
    {
        if (type == typeof(RecordFlags))
            return FieldForm.Flags;
        if (type.IsEnum)
            return FieldForm.Name;
        if (type == typeof(byte) || type == typeof(ushort) || type == typeof(uint) || type == typeof(ulong))
            return FieldForm.Unsigned;
        if (type == typeof(long) || type == typeof(Px) || type == typeof(Qty) || type == typeof(Notional)
            || type == typeof(Fee))
            return FieldForm.Signed;
        if (type == typeof(Cost))
            return FieldForm.Wide;
        if (type == typeof(Id16))
            return FieldForm.Id;
        return type == typeof(Text64) ? FieldForm.Text : FieldForm.Hex;
    }

    private static ulong IntegerOf(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        1 => bytes[0],
        2 => MemoryMarshal.Read<ushort>(bytes),
        4 => MemoryMarshal.Read<uint>(bytes),
        _ => MemoryMarshal.Read<ulong>(bytes),
    };

    private static string Digits(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private static int LengthOfText(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return end < 0 ? bytes.Length : end;
    }

    private static IEnumerable<ulong> BitsOf(ulong value) =>
        Enumerable.Range(0, 64).Select(bit => 1UL << bit).Where(bit => (value & bit) != 0);

    private static void WriteDigits(Utf8JsonWriter json, Int128 value)
    {
        Span<byte> digits = stackalloc byte[40];
        value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        json.WriteStringValue(digits[..length]);
    }

    private static void WriteId(Utf8JsonWriter json, Id16 id)
    {
        Span<byte> digits = stackalloc byte[32];
        id.High.TryFormat(digits, out _, "x16", CultureInfo.InvariantCulture);
        id.Low.TryFormat(digits[16..], out _, "x16", CultureInfo.InvariantCulture);
        json.WriteStringValue(digits);
    }

    private static void WriteInstrument(Utf8JsonWriter json, uint id, Func<uint, string?> instrumentName)
    {
        if (id == 0)
            json.WriteNullValue();
        else if (instrumentName(id) is { } name)
            json.WriteStringValue(name);
        else
            json.WriteNumberValue(id);
    }

    private static string InstrumentText(uint id, Func<uint, string?> instrumentName) =>
        id == 0 ? "" : instrumentName(id) ?? Digits(id);

    private string NameOrDigits(ulong value) => _names.TryGetValue(value, out var name) ? name.Value : Digits(value);

    private void WriteName(Utf8JsonWriter json, ulong value)
    {
        if (_names.TryGetValue(value, out var name))
            json.WriteStringValue(name);
        else
            json.WriteNumberValue(value);
    }

    private void WriteFlags(Utf8JsonWriter json, ulong value)
    {
        json.WriteStartArray();
        for (var left = value; left != 0; left &= left - 1)
            WriteName(json, left & (~left + 1));
        json.WriteEndArray();
    }

    private void CollectNames(Type type)
    {
        foreach (var value in Enum.GetValues(type))
        {
            var name = value.ToString()!;
            if (Form == FieldForm.Flags)
                name = JsonNamingPolicy.CamelCase.ConvertName(name);
            _names.Add(Convert.ToUInt64(value, CultureInfo.InvariantCulture), JsonEncodedText.Encode(name));
        }
    }
}
