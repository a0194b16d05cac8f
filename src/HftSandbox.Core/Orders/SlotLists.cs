using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>Doubly linked lists over the numbers of slots: every slot is in exactly one list, at first all in list 0.
/// A list goes from its oldest member to its newest.</summary>
internal sealed class SlotLists
{
    /// <summary>No slot.</summary>
    public const int None = -1;

    private readonly int[] _older;
    private readonly int[] _newer;
    private readonly int[] _listOf;
    private readonly Ends[] _lists;

    /// <summary>That many slots in that many lists.</summary>
    public SlotLists(int slots, int lists)
    {
        _older = new int[slots];
        _newer = new int[slots];
        _listOf = new int[slots];
        _lists = new Ends[lists];
        Clear();
    }

    [HotPath]
    public int Count(int list) => _lists[list].Count;

    [HotPath]
    public int Oldest(int list) => _lists[list].Oldest;

    [HotPath]
    public int Newest(int list) => _lists[list].Newest;

    /// <summary>The slot's newer neighbor in its list, or None.</summary>
    [HotPath]
    public int NewerThan(int slot) => _newer[slot];

    /// <summary>The list that a slot is in.</summary>
    [HotPath]
    public int ListOf(int slot) => _listOf[slot];

    /// <summary>Makes a slot the newest member of a list.</summary>
    [HotPath]
    public void Move(int slot, int list)
    {
        Unlink(slot);
        Append(slot, list);
    }

    /// <summary>Puts every slot into list 0; slot 0 becomes its newest.</summary>
    public void Clear()
    {
        Array.Fill(_lists, new Ends { Oldest = None, Newest = None });
        for (int slot = _listOf.Length - 1; slot >= 0; slot--)
            Append(slot, list: 0);
    }

    [HotPath]
    private void Append(int slot, int list)
    {
        ref Ends ends = ref _lists[list];
        _listOf[slot] = list;
        _older[slot] = ends.Newest;
        _newer[slot] = None;
        if (ends.Newest == None)
            ends.Oldest = slot;
        else
            _newer[ends.Newest] = slot;
        ends.Newest = slot;
        ends.Count++;
    }

    [HotPath]
    private void Unlink(int slot)
    {
        ref Ends ends = ref _lists[_listOf[slot]];
        if (_older[slot] == None)
            ends.Oldest = _newer[slot];
        else
            _newer[_older[slot]] = _newer[slot];
        if (_newer[slot] == None)
            ends.Newest = _older[slot];
        else
            _older[_newer[slot]] = _older[slot];
        ends.Count--;
    }

    private struct Ends
    {
        public int Oldest;
        public int Newest;
        public int Count;
    }
}
