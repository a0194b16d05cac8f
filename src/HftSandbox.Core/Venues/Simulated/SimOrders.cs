using System.Text.Json;
using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Core.Venues.Simulated;

/// <summary>Our resting orders at the venue, in slots allocated at start, per instrument and side by price, then by
/// arrival.</summary>
internal sealed class SimOrders
{
    public const int None = -1;

    private readonly SimOrder[] _slots = new SimOrder[Limits.OpenOrdersMax];
    private readonly int[] _better = new int[Limits.OpenOrdersMax];
    private readonly int[] _worse = new int[Limits.OpenOrdersMax];
    private readonly SlotIndex _index = new(Limits.OpenOrdersMax);
    private int[] _best = [];
    private int[] _worst = [];
    private int _used;
    private int _firstFree = None;

    public ref SimOrder this[int slot]
    {
        [HotPath]
        get => ref _slots[slot];
    }

    /// <summary>Makes room for the instruments; once, since the registry of a store never changes.</summary>
    public void Load(int instruments)
    {
        if (_best.Length == 2 * instruments)
            return;
        _best = new int[2 * instruments];
        _worst = new int[2 * instruments];
        Clear();
    }

    /// <summary>The slot of an order by its first id, or None.</summary>
    [HotPath]
    public int Find(ulong rootClOrdId) => _index.Find(rootClOrdId);

    /// <summary>The order that trades first, or None.</summary>
    [HotPath]
    public int Best(uint instrumentId, Side side) => _best[ListOf(instrumentId, side)];

    /// <summary>The next one of the same instrument and side, or None.</summary>
    [HotPath]
    public int WorseThan(int slot) => _worse[slot];

    /// <summary>Adds an order behind those of its price.</summary>
    [HotPath]
    public void Add(in SimOrder order)
    {
        int slot = _firstFree == None ? _used++ : _firstFree;
        if (slot == _firstFree)
            _firstFree = _worse[slot];
        _slots[slot] = order;
        _index.Add(order.RootClOrdId, slot);
        int list = ListOf(order.InstrumentId, order.Side);
        int better = _worst[list];
        while (better != None && order.Side.IsBetter(order.Px, _slots[better].Px))
            better = _better[better];
        int worse = better == None ? _best[list] : _worse[better];
        Link(list, better, slot);
        Link(list, slot, worse);
    }

    [HotPath]
    public void Remove(int slot)
    {
        ref readonly SimOrder order = ref _slots[slot];
        Link(ListOf(order.InstrumentId, order.Side), _better[slot], _worse[slot]);
        _index.Remove(order.RootClOrdId);
        _worse[slot] = _firstFree;
        _firstFree = slot;
    }

    /// <summary>The first of all orders, or None.</summary>
    [HotPath]
    public int First() => FirstFrom(0);

    /// <summary>The next of all orders, or None.</summary>
    [HotPath]
    public int After(int slot) => _worse[slot] != None
        ? _worse[slot]
        : FirstFrom(ListOf(_slots[slot].InstrumentId, _slots[slot].Side) + 1);

    public void Clear()
    {
        Array.Fill(_best, None);
        Array.Fill(_worst, None);
        _index.Clear();
        _used = 0;
        _firstFree = None;
    }

    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("orders"u8);
        for (int slot = First(); slot != None; slot = After(slot))
            json.WritePacked(_slots[slot]);
        json.WriteEndArray();
    }

    public void ReadState(JsonElement state)
    {
        foreach (JsonElement packed in state.GetProperty("orders"u8).EnumerateArray())
            Add(packed.GetPacked<SimOrder>());
    }

    [HotPath]
    private int FirstFrom(int list)
    {
        while (list < _best.Length && _best[list] == None)
            list++;
        return list == _best.Length ? None : _best[list];
    }

    /// <summary>Makes two slots neighbors; None = the end of the list.</summary>
    [HotPath]
    private void Link(int list, int better, int worse)
    {
        if (better == None)
            _best[list] = worse;
        else
            _worse[better] = worse;
        if (worse == None)
            _worst[list] = better;
        else
            _better[worse] = better;
    }

    [HotPath]
    private static int ListOf(uint instrumentId, Side side) =>
        (2 * ((int)instrumentId - 1)) + (side == Side.Buy ? 0 : 1);
}
