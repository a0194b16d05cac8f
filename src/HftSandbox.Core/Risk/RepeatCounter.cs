using System.Runtime.InteropServices;
using System.Text.Json;
using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Core.Risk;

/// <summary>How often each strategy has sent the same order in a row: same instrument, side, type, price and quantity.
/// Only what was forwarded counts.</summary>
internal sealed class RepeatCounter(StrategyRows strategies)
{
    private readonly LastOrder[] _last = new LastOrder[StrategyRows.Count];

    /// <summary>How many in a row it would be with this one.</summary>
    [HotPath]
    public long CountWith(in OrderIntentBody order, uint instrumentId)
    {
        ref readonly LastOrder last = ref _last[strategies.Of(order.StrategyId)];
        return last.IsSame(order, instrumentId) ? last.Count + 1 : 1;
    }

    [HotPath]
    public void Add(in OrderIntentBody order, uint instrumentId)
    {
        long count = CountWith(order, instrumentId);
        _last[strategies.Of(order.StrategyId)] = new LastOrder
        {
            Px = order.Px,
            Qty = order.Qty,
            Count = count,
            InstrumentId = instrumentId,
            Side = order.Side,
            OrdType = order.OrdType,
        };
    }

    public void Clear() => Array.Clear(_last);

    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("repeats"u8);
        for (int row = 0; row < _last.Length; row++)
        {
            if (_last[row].Count == 0)
                continue;
            json.WriteStartArray();
            json.WriteNumberValue(row);
            json.WritePacked(_last[row]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    public void ReadState(JsonElement state)
    {
        foreach (JsonElement json in state.GetProperty("repeats"u8).EnumerateArray())
            _last[json[0].GetInt32()] = json[1].GetPacked<LastOrder>();
    }

    [StructLayout(LayoutKind.Explicit, Size = 32)]
    private struct LastOrder
    {
        [FieldOffset(0)] public Px Px;
        [FieldOffset(8)] public Qty Qty;
        [FieldOffset(16)] public long Count;
        [FieldOffset(24)] public uint InstrumentId;
        [FieldOffset(28)] public Side Side;
        [FieldOffset(29)] public OrdType OrdType;
        [FieldOffset(30)] public ushort Reserved;

        [HotPath]
        public readonly bool IsSame(in OrderIntentBody order, uint instrumentId) =>
            Count > 0 && InstrumentId == instrumentId && Side == order.Side && OrdType == order.OrdType
            && Px.Mantissa == order.Px.Mantissa && Qty.Mantissa == order.Qty.Mantissa;
    }
}
