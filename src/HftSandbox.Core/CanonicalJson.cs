using System.Globalization;
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
    }

    extension(JsonElement json)
    {
        public Int128 GetInt128() => Int128.Parse(json.GetString()!, CultureInfo.InvariantCulture);
    }
}
