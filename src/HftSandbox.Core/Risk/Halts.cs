using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Core.Risk;

/// <summary>What is halted: instruments with an execution that belongs to no known order. Its quantity counts in the
/// worst-case position until an operator's adjustment says what the position is.</summary>
internal sealed class Halts
{
    private readonly Orphans[] _orphans = new Orphans[Limits.InstrumentsMax + 1];

    /// <summary>Whether orders in an instrument are refused.</summary>
    [HotPath]
    public bool IsHalted(uint instrumentId) => _orphans[instrumentId].Count > 0;

    /// <summary>Orphaned quantity of an instrument on a side.</summary>
    [HotPath]
    public long OrphanQty(uint instrumentId, Side side) =>
        side == Side.Buy ? _orphans[instrumentId].BuyQty : _orphans[instrumentId].SellQty;

    /// <summary>An execution that belongs to no known order. One whose side is not known counts on both.</summary>
    /// <returns>Whether the instrument was not halted before.</returns>
    public bool OnOrphan(uint instrumentId, Side side, Qty qty)
    {
        ref Orphans orphans = ref _orphans[instrumentId];
        if (side != Side.Sell)
            orphans.BuyQty = AddSaturating(orphans.BuyQty, qty.Mantissa);
        if (side != Side.Buy)
            orphans.SellQty = AddSaturating(orphans.SellQty, qty.Mantissa);
        return orphans.Count++ == 0;
    }

    /// <summary>An operator has said what the position is.</summary>
    /// <returns>Whether the instrument was halted.</returns>
    public bool Resume(uint instrumentId)
    {
        bool wasHalted = IsHalted(instrumentId);
        _orphans[instrumentId] = default;
        return wasHalted;
    }

    public void Clear() => Array.Clear(_orphans);

    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("orphans"u8);
        for (int id = 1; id < _orphans.Length; id++)
        {
            ref readonly Orphans orphans = ref _orphans[id];
            if (orphans.Count == 0)
                continue;
            json.WriteStartObject();
            json.WriteNumber("buyQty"u8, orphans.BuyQty);
            json.WriteNumber("count"u8, orphans.Count);
            json.WriteNumber("instrumentId"u8, id);
            json.WriteNumber("sellQty"u8, orphans.SellQty);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public void ReadState(JsonElement state)
    {
        foreach (JsonElement json in state.GetProperty("orphans"u8).EnumerateArray())
        {
            _orphans[json.GetProperty("instrumentId"u8).GetInt32()] = new Orphans
            {
                BuyQty = json.GetProperty("buyQty"u8).GetInt64(),
                SellQty = json.GetProperty("sellQty"u8).GetInt64(),
                Count = json.GetProperty("count"u8).GetUInt32(),
            };
        }
    }

    /// <summary>A worst case that outgrows 64 bits stays the worst case.</summary>
    private static long AddSaturating(long left, long right) =>
        long.CreateSaturating((Int128)left + Math.Max(0, right));

    private struct Orphans
    {
        public long BuyQty;
        public long SellQty;
        public uint Count;
    }
}
