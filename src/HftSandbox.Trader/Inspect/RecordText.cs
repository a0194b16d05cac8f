using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using HftSandbox.Events;

namespace HftSandbox.Trader.Inspect;

/// <summary>Writes records for human eyes, one aligned line each: sequence, receive time, input or derived, kind,
/// source, instrument, then <c>name=value</c> of the body's fields. A field that is zero means "none" nearly
/// everywhere and is left out; a JSON tail is only counted.</summary>
/// <param name="output">Where the lines go.</param>
/// <param name="instrumentName">Name of an instrument id; null = unknown, the id is written.</param>
public sealed class RecordText(TextWriter output, Func<uint, string?> instrumentName)
{
    private static readonly Dictionary<string, RecordField> Header =
        RecordSchema.Header.ToDictionary(field => field.Name);

    private readonly StringBuilder _line = new();

    /// <summary>Writes one record as one line.</summary>
    /// <param name="record">Header and payload; what follows them is ignored.</param>
    public void Write(ReadOnlySpan<byte> record)
    {
        var header = MemoryMarshal.Read<RecordHeader>(record);
        _line.Clear();
        AppendColumns(header, record);
        if (header.IsDerived)
            AppendField(Header["causeSequence"], record);
        if (header.EventTimeNs != header.ReceiveTimeNs)
            AppendField(Header["eventTimeNs"], record);
        AppendField(Header["feedPosition"], record);
        AppendBody(header, record.Slice(RecordHeader.SizeBytes, (int)header.PayloadLength));
        output.WriteLine(_line.ToString().TrimEnd());
    }

    /// <summary>A time as ISO 8601 in UTC with nine decimals; <c>-</c> for 0.</summary>
    /// <param name="timeNs">Nanoseconds since 1970-01-01 UTC.</param>
    public static string Time(long timeNs)
    {
        if (timeNs == 0)
            return "-";
        var (second, nanosecond) = Math.DivRem(timeNs, 1_000_000_000);
        if (nanosecond < 0)
            (second, nanosecond) = (second - 1, nanosecond + 1_000_000_000);
        return DateTime.UnixEpoch.AddTicks(second * TimeSpan.TicksPerSecond)
            .ToString($"yyyy-MM-ddTHH:mm:ss.{nanosecond:D9}Z", CultureInfo.InvariantCulture);
    }

    private void AppendColumns(in RecordHeader header, ReadOnlySpan<byte> record)
    {
        var origin = header.IsInput ? "input" : header.IsDerived ? "derived" : "control";
        _line.Append(CultureInfo.InvariantCulture, $"{header.Sequence,12}  {Time(header.ReceiveTimeNs),-30}  ")
            .Append(CultureInfo.InvariantCulture, $"{origin,-7}  {Value(Header["kind"], record),-18}  ")
            .Append(CultureInfo.InvariantCulture, $"{Value(Header["source"], record),-13}  ")
            .Append(CultureInfo.InvariantCulture, $"{Value(Header["instrument"], record),-10}");
    }

    private void AppendBody(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (RecordSchema.BodyOf(header) is not { } body)
        {
            _line.Append(CultureInfo.InvariantCulture, $" body={Convert.ToHexStringLower(payload)}");
            return;
        }

        foreach (var field in body.Fields)
            AppendField(field, payload);
    }

    private void AppendField(RecordField field, ReadOnlySpan<byte> layout)
    {
        if (field.BytesIn(layout).ContainsAnyExcept((byte)0))
            _line.Append(' ').Append(field.Name).Append('=').Append(Value(field, layout));
    }

    private string Value(RecordField field, ReadOnlySpan<byte> layout) =>
        TerminalText.Escape(field.TextIn(layout, instrumentName));
}
