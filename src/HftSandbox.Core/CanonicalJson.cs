using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace HftSandbox.Core;

/// <summary>What canonical JSON needs beyond the framework: integers too long for a JSON number are decimal
/// strings.</summary>
internal static class CanonicalJson
{
    private const int Int128DigitsMax = 40;

    extension(Utf8JsonWriter json)
    {
        public void WriteInt128(ReadOnlySpan<byte> name, Int128 value)
        {
            Span<byte> digits = stackalloc byte[Int128DigitsMax];
            value.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
            json.WriteString(name, digits[..length]);
        }

        /// <summary>Writes the bytes of a structure without holes, as base64.</summary>
        public void WritePacked<TStruct>(in TStruct value)
            where TStruct : unmanaged =>
            json.WriteBase64StringValue(MemoryMarshal.AsBytes(new ReadOnlySpan<TStruct>(in value)));
    }

    extension(JsonElement json)
    {
        public TStruct GetPacked<TStruct>()
            where TStruct : unmanaged
        {
            byte[] bytes = json.GetBytesFromBase64();
            return bytes.Length == Unsafe.SizeOf<TStruct>()
                ? MemoryMarshal.Read<TStruct>(bytes)
                : throw new FormatException($"{bytes.Length} bytes are no {typeof(TStruct).Name}");
        }

        public Int128 GetInt128() => Int128.Parse(json.GetText(), CultureInfo.InvariantCulture);

        /// <summary>The string; unlike <see cref="JsonElement.GetString"/> it takes null for none.</summary>
        /// <exception cref="FormatException">It is null.</exception>
        public string GetText() => json.GetString() ?? throw new FormatException("null where a text is expected");
    }
}
