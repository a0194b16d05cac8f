using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <content>The orders in the canonical state: every order packed, its unanswered requests packed behind
/// it.</content>
public sealed partial class OrderStore
{
    internal void WriteClosedOrders(Utf8JsonWriter json) => WriteOrders(json, "closedOrders"u8, ClosedList);

    internal void WriteOpenOrders(Utf8JsonWriter json) => WriteOrders(json, "openOrders"u8, OpenList);

    /// <summary>Pairs of an id and its order's first one, ascending; only those whose order still has a
    /// slot.</summary>
    internal void WriteFormerIds(Utf8JsonWriter json)
    {
        json.WriteStartArray("formerIds"u8);
        ulong first = NextClOrdId - Math.Min(NextClOrdId, Limits.FormerIdsMax);
        for (ulong clOrdId = first; clOrdId < NextClOrdId; clOrdId++)
        {
            if (_ids.FormerRoot(clOrdId) is not 0 and var root)
            {
                json.WriteNumberValue(clOrdId);
                json.WriteNumberValue(root);
            }
        }

        json.WriteEndArray();
    }

    internal void ReadState(JsonElement state)
    {
        NextClOrdId = state.GetProperty("nextClOrdId"u8).GetUInt64();
        ReadOrders(state.GetProperty("closedOrders"u8));
        ReadOrders(state.GetProperty("openOrders"u8));
        JsonElement formerIds = state.GetProperty("formerIds"u8);
        for (int index = 0; index < formerIds.GetArrayLength(); index += 2)
            _ids.Remember(formerIds[index].GetUInt64(), formerIds[index + 1].GetUInt64());
    }

    private void WriteOrders(Utf8JsonWriter json, ReadOnlySpan<byte> name, int list)
    {
        json.WriteStartArray(name);
        for (int slot = _lists.Oldest(list); slot != SlotLists.None; slot = _lists.NewerThan(slot))
        {
            json.WriteStartArray();
            json.WritePacked(_slots[slot]);
            int request = Requests.OldestOf(slot);
            for (; request != SlotLists.None; request = Requests.NewerThan(request))
                json.WritePacked(Requests[request]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private void ReadOrders(JsonElement orders)
    {
        foreach (JsonElement packed in orders.EnumerateArray())
        {
            int slot = _lists.Newest(FreeList);
            ref Order order = ref _slots[slot];
            order = packed[0].GetPacked<Order>();
            order.ExposedQty = default;
            _ids.Use(order.RootClOrdId, slot);
            if (order.ClOrdId != order.RootClOrdId)
                _ids.Use(order.ClOrdId, slot);
            for (int index = 1; index < packed.GetArrayLength(); index++)
                ReadRequest(slot, packed[index].GetPacked<PendingRequest>());
            Settle(slot);
        }
    }

    private void ReadRequest(int slot, in PendingRequest pending)
    {
        if (pending.ClOrdId != 0)
            _ids.Use(pending.ClOrdId, slot);
        Requests.Add(slot, pending);
    }
}
