using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Trader.Inspect;

/// <summary>The first field in which a derived record differs from the log.</summary>
/// <param name="Field">Its name in a dump; the body's field names do not repeat the header's.</param>
/// <param name="Expected">What the log says.</param>
/// <param name="Actual">What was derived.</param>
public sealed record FieldDifference(string Field, string Expected, string Actual)
{
    /// <summary>Compares what the digest covers: kind, version, flags, source, sequences, times, instrument and the
    /// whole payload; not the CRCs, not the feed position.</summary>
    /// <param name="expected">Header and payload of the record in the log.</param>
    /// <param name="actual">Header and payload of the derived record.</param>
    /// <param name="instrumentName">Name of an instrument id; null = unknown, the id is written.</param>
    /// <returns>Null if they are the same event.</returns>
    public static FieldDifference? Between(
        ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, Func<uint, string?> instrumentName)
    {
        foreach (var field in RecordSchema.Header)
        {
            if (field.Name != "feedPosition" && !Same(field, expected, actual))
                return Of(field, expected, actual, instrumentName);
        }

        var log = MemoryMarshal.Read<RecordHeader>(expected);
        var derived = MemoryMarshal.Read<RecordHeader>(actual);
        var logPayload = PayloadOf(log, expected);
        var derivedPayload = PayloadOf(derived, actual);
        if (logPayload.SequenceEqual(derivedPayload))
            return null;
        if (RecordSchema.BodyOf(log) is not { } body || RecordSchema.BodyOf(derived) is null)
            return new FieldDifference("body", Hex(logPayload), Hex(derivedPayload));
        foreach (var field in body.Fields)
        {
            if (!Same(field, logPayload, derivedPayload))
                return Of(field, logPayload, derivedPayload, instrumentName);
        }

        return new FieldDifference(
            RecordSchema.JsonTailName, Hex(logPayload[body.Size..]), Hex(derivedPayload[body.Size..]));
    }

    private static bool Same(RecordField field, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual) =>
        field.BytesIn(expected).SequenceEqual(field.BytesIn(actual));

    private static FieldDifference Of(
        RecordField field, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, Func<uint, string?> name) =>
        new(field.Name, field.TextIn(expected, name), field.TextIn(actual, name));

    private static ReadOnlySpan<byte> PayloadOf(in RecordHeader header, ReadOnlySpan<byte> record) =>
        record.Slice(RecordHeader.SizeBytes, (int)header.PayloadLength);

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
