using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Core.MarketData;

/// <content>The whole book as canonical JSON. A level is <c>[px,qty,orderCount,[venueOrderId,qty],…]</c>, levels stand
/// from the worst to the best and orders from the oldest.</content>
public sealed partial class OrderBook
{
    /// <summary>Whether it is as it was allocated: nothing of it needs to be written.</summary>
    internal bool IsUntouched => State == BookState.Unseeded && LastUpdateNs == 0;

    internal void WriteState(Utf8JsonWriter json, uint instrumentId)
    {
        json.WriteStartObject();
        WriteSide(json, "asks"u8, _asks);
        json.WriteStartArray("backlog"u8);
        for (int index = 0; index < _backlog.Count; index++)
            WriteUpdate(json, _backlog[index]);
        json.WriteEndArray();
        WriteSide(json, "bids"u8, _bids);
        json.WriteBoolean("dropsMessage"u8, _dropsMessage);
        json.WriteBoolean("inMessage"u8, _inMessage);
        json.WriteNumber("instrumentId"u8, instrumentId);
        json.WriteBoolean("isStale"u8, _isStale);
        json.WriteNumber("lastUpdateId"u8, LastUpdateId);
        json.WriteNumber("lastUpdateNs"u8, LastUpdateNs);
        json.WriteNumber("state"u8, (uint)State);
        json.WriteEndObject();
    }

    internal void ReadState(JsonElement json)
    {
        ReadSide(json.GetProperty("asks"u8), _asks);
        foreach (JsonElement update in json.GetProperty("backlog"u8).EnumerateArray())
            _backlog.Add(ReadUpdate(update));
        ReadSide(json.GetProperty("bids"u8), _bids);
        _dropsMessage = json.GetProperty("dropsMessage"u8).GetBoolean();
        _inMessage = json.GetProperty("inMessage"u8).GetBoolean();
        _isStale = json.GetProperty("isStale"u8).GetBoolean();
        LastUpdateId = json.GetProperty("lastUpdateId"u8).GetUInt64();
        LastUpdateNs = json.GetProperty("lastUpdateNs"u8).GetInt64();
        State = (BookState)json.GetProperty("state"u8).GetByte();
    }

    private void WriteSide(Utf8JsonWriter json, ReadOnlySpan<byte> name, BookSide side)
    {
        json.WriteStartArray(name);
        for (int index = 0; index < side.Count; index++)
        {
            ref readonly BookLevel level = ref side[index];
            json.WriteStartArray();
            json.WriteNumberValue(level.Px.Mantissa);
            json.WriteNumberValue(level.Qty.Mantissa);
            json.WriteNumberValue(level.OrderCount);
            for (int slot = level.FirstOrder; slot != BookOrders.None; slot = _orders[slot].Newer)
            {
                json.WriteStartArray();
                json.WriteNumberValue(_orders[slot].VenueOrderId);
                json.WriteNumberValue(_orders[slot].Qty.Mantissa);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private void ReadSide(JsonElement json, BookSide side)
    {
        foreach (JsonElement row in json.EnumerateArray())
        {
            var px = new Px(row[0].GetInt64());
            if (side.Count == side.Capacity || side.Find(px) != ~side.Count)
                throw new InvalidDataException($"level {px.Mantissa} of a book does not fit behind the one before");
            ref BookLevel level = ref side.Insert(side.Count, px);
            level.Qty = new Qty(row[1].GetInt64());
            level.OrderCount = row[2].GetUInt32();
            foreach (JsonElement order in row.EnumerateArray().Skip(3))
                ReadOrder(order, side.Side, ref level);
        }
    }

    private void ReadOrder(JsonElement json, Side side, ref BookLevel level)
    {
        ulong id = json[0].GetUInt64();
        var qty = new Qty(json[1].GetInt64());
        bool fits = qty.Mantissa > 0 && qty.Mantissa <= level.Qty.Mantissa - level.KnownQty;
        if (!fits || id == 0 || _orders.Count == _orders.Capacity || _orders.Find(id) != BookOrders.None)
            throw new InvalidDataException($"order {id} of a book does not fit its level {level.Px.Mantissa}");
        _orders.Open(ref level, id, side, qty);
    }

    private static void WriteUpdate(Utf8JsonWriter json, in BookLevelBody update)
    {
        json.WriteStartArray();
        json.WriteNumberValue(update.Px.Mantissa);
        json.WriteNumberValue(update.Qty.Mantissa);
        json.WriteNumberValue(update.FirstUpdateId);
        json.WriteNumberValue(update.LastUpdateId);
        json.WriteNumberValue(update.VenueOrderId);
        json.WriteNumberValue(update.OrderCount);
        json.WriteNumberValue((uint)update.Side);
        json.WriteNumberValue((uint)update.Action);
        json.WriteEndArray();
    }

    private static BookLevelBody ReadUpdate(JsonElement row) => new()
    {
        Px = new Px(row[0].GetInt64()),
        Qty = new Qty(row[1].GetInt64()),
        FirstUpdateId = row[2].GetUInt64(),
        LastUpdateId = row[3].GetUInt64(),
        VenueOrderId = row[4].GetUInt64(),
        OrderCount = row[5].GetUInt32(),
        Side = (Side)row[6].GetByte(),
        Action = (BookAction)row[7].GetByte(),
    };
}
