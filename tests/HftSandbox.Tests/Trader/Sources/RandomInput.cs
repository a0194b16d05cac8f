using HftSandbox.Events;
using HftSandbox.Trader.Sources;

namespace HftSandbox.Tests.Trader.Sources;

/// <summary>Input records of every kind with random values in every field that is not reserved.</summary>
internal sealed class RandomInput(int seed)
{
    private static readonly SourceId[] Sources =
        [SourceId.Sim, SourceId.BinanceWs, SourceId.Events, (SourceId)77, SourceId.OutsideVenue, (SourceId)511];

    private readonly Random _random = new(seed);

    /// <summary>Those that are fields alone.</summary>
    public static EventKind[] Kinds { get; } =
        [.. EventSchema.Bodies.Keys.Where(kind => OutsideInput.Takes(kind) && !EventSchema.HasJsonTail(kind))];

    public byte[] Next(EventKind kind, long timeNs, int instruments)
    {
        var layout = EventSchema.Bodies[kind];
        var record = new byte[RecordHeader.TotalLengthOf((uint)layout.Size)];
        ref var header = ref RecordHeader.At(record);
        header.TotalLength = (uint)record.Length;
        header.PayloadLength = (uint)layout.Size;
        header.Kind = kind;
        header.Version = 1;
        header.Flags = RecordFlags.Input | (_random.Next(2) == 0 ? RecordFlags.LastOfMessage : RecordFlags.None);
        header.Source = Sources[_random.Next(Sources.Length)];
        header.Sequence = header.CauseSequence = (ulong)_random.NextInt64(1, long.MaxValue);
        header.EventTimeNs = _random.NextInt64(long.MinValue, long.MaxValue);
        header.ReceiveTimeNs = timeNs;
        header.InstrumentId = (uint)_random.Next(OutsideInput.NeedsInstrument(kind) ? 1 : 0, instruments + 1);
        foreach (var field in layout.Fields.Where(IsNotReserved))
            Fill(field, record.AsSpan(RecordHeader.SizeBytes + field.Offset, field.Size));
        return record;
    }

    private static bool IsNotReserved(LayoutField field) =>
        !field.Name.StartsWith("Reserved", StringComparison.Ordinal);

    private void Fill(LayoutField field, Span<byte> bytes)
    {
        if (field.Type.IsEnum)
        {
            var values = Enum.GetValues(field.Type);
            bytes[0] = Convert.ToByte(values.GetValue(_random.Next(values.Length)));
        }
        else if (_random.Next(4) == 0)
        {
            bytes.Fill(_random.Next(2) == 0 ? byte.MaxValue : byte.MinValue);
        }
        else
        {
            _random.NextBytes(bytes);
            bytes[_random.Next(bytes.Length)..].Clear();
        }
    }
}
