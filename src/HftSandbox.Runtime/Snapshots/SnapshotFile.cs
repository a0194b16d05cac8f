using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HftSandbox.Events;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Runtime.Snapshots;

/// <summary>The bytes of a snapshot file: one canonical JSON object, keys sorted, integers, no white space. It starts
/// with <c>{"crc32c":N,</c>; N is the CRC-32C of every byte behind that comma. The state is the engine's own canonical
/// JSON and is carried byte for byte.</summary>
public static class SnapshotFile
{
    /// <summary>The only format that this code reads and writes.</summary>
    public const int Format = 1;

    /// <summary>Longest file in bytes: the state and a small envelope.</summary>
    public const int BytesMax = Limits.StateBytesMax + 4096;

    private static ReadOnlySpan<byte> Start => "{\"crc32c\":"u8;

    /// <summary>The SHA-256 of a state as a snapshot shows it.</summary>
    /// <param name="state">Canonical state.</param>
    public static string Sha256Of(ReadOnlySpan<byte> state) => Convert.ToHexStringLower(SHA256.HashData(state));

    /// <summary>Encodes a snapshot.</summary>
    /// <param name="info">What it is of.</param>
    /// <param name="state">Canonical JSON.</param>
    public static ReadOnlyMemory<byte> Encode(SnapshotInfo info, ReadOnlySpan<byte> state)
    {
        var covered = new ArrayBufferWriter<byte>(state.Length + 1024);
        using (var json = new Utf8JsonWriter(covered, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("createdNs", info.CreatedNs);
            json.WriteString("engineVersion", info.EngineVersion);
            json.WriteNumber("epoch", info.Epoch);
            json.WriteNumber("format", Format);
            json.WriteNumber("offset", info.Offset);
            json.WriteNumber("recordCrc", info.RecordCrc);
            json.WriteNumber("segment", info.Segment);
            json.WriteNumber("sequence", info.Sequence);
            json.WritePropertyName("state");
            json.WriteRawValue(state, skipInputValidation: true);
            json.WriteString("stateSha256", info.StateSha256);
            json.WriteString("storeId", info.StoreId.ToString());
            json.WriteEndObject();
        }

        var behindComma = covered.WrittenSpan[1..];
        var crc = Crc32C.Of(behindComma).ToString(CultureInfo.InvariantCulture);
        byte[] file = [.. Start, .. Encoding.ASCII.GetBytes(crc), (byte)',', .. behindComma];
        return file;
    }

    /// <summary>Decodes a file.</summary>
    /// <param name="file">All its bytes.</param>
    /// <param name="info">What it is of; null unless its CRC is valid.</param>
    /// <param name="state">Where the state lies in <paramref name="file"/>.</param>
    /// <returns>Null, or why it cannot be used. With <paramref name="info"/> it still is what the store once
    /// wrote.</returns>
    public static string? Decode(ReadOnlySpan<byte> file, out SnapshotInfo? info, out Range state)
    {
        info = null;
        state = default;
        if (!file.StartsWith(Start)
            || !Utf8Parser.TryParse(file[Start.Length..], out uint crc, out var digits)
            || Start.Length + digits >= file.Length
            || file[Start.Length + digits] != (byte)',')
            return "it does not start with a checksum";
        if (Crc32C.Of(file[(Start.Length + digits + 1)..]) != crc)
            return "its checksum does not match";
        try
        {
            info = ReadEnvelope(file, out state);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            return "its envelope is not of this format";
        }

        return Sha256Of(file[state]) == info.StateSha256 ? null : "its state does not match stateSha256";
    }

    // The keys come in one order only, so the reader needs no dictionary and accepts nothing else.
    private static SnapshotInfo ReadEnvelope(ReadOnlySpan<byte> file, out Range state)
    {
        var json = new Utf8JsonReader(file);
        json.Read();
        Key(ref json, "crc32c"u8);
        Key(ref json, "createdNs"u8);
        var createdNs = json.GetInt64();
        Key(ref json, "engineVersion"u8);
        var engineVersion = Text(ref json);
        Key(ref json, "epoch"u8);
        var epoch = json.GetUInt32();
        Key(ref json, "format"u8);
        if (json.GetInt32() != Format)
            throw new FormatException();
        Key(ref json, "offset"u8);
        var offset = json.GetInt64();
        Key(ref json, "recordCrc"u8);
        var recordCrc = json.GetUInt32();
        Key(ref json, "segment"u8);
        var segment = json.GetUInt64();
        Key(ref json, "sequence"u8);
        var sequence = json.GetUInt64();
        Key(ref json, "state"u8);
        var stateStart = (int)json.TokenStartIndex;
        json.Skip();
        state = stateStart..(int)json.BytesConsumed;
        Key(ref json, "stateSha256"u8);
        var sha256 = Text(ref json);
        Key(ref json, "storeId"u8);
        var storeId = ParseId(Text(ref json));
        return new SnapshotInfo
        {
            StoreId = storeId,
            Epoch = epoch,
            Sequence = sequence,
            Segment = segment,
            Offset = offset,
            RecordCrc = recordCrc,
            EngineVersion = engineVersion,
            CreatedNs = createdNs,
            StateSha256 = sha256,
        };
    }

    private static void Key(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals(name) || !json.Read())
            throw new FormatException();
    }

    private static string Text(ref Utf8JsonReader json) => json.GetString() ?? throw new FormatException();

    private static Id16 ParseId(string hex) => hex.Length == 32
        ? new Id16(
            ulong.Parse(hex.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            ulong.Parse(hex.AsSpan(16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
        : throw new FormatException();
}
