using System.Numerics;
using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>Finds the slot of an id: open addressing with linear probing over arrays of fixed size, at most half full.
/// Ids are positive, slots not negative. Nothing depends on its inner order.</summary>
internal sealed class SlotIndex
{
    /// <summary>What <see cref="Find"/> says when the id is not there.</summary>
    public const int NotFound = -1;

    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;
    private const int GroupBits = 3;

    private readonly ulong[] _ids;
    private readonly int[] _slots;
    private readonly int _mask;
    private readonly int _shift;

    /// <summary>Room for that many ids.</summary>
    public SlotIndex(int capacity)
    {
        int cells = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 1 << GroupBits) * 2);
        _ids = new ulong[cells];
        _slots = new int[cells];
        _mask = cells - 1;
        _shift = 64 - (BitOperations.Log2((uint)cells) - GroupBits);
    }

    [HotPath]
    public int Find(ulong id)
    {
        int cell = CellOf(id);
        return _ids[cell] == id ? _slots[cell] : NotFound;
    }

    /// <summary>Adds an id that is not there.</summary>
    [HotPath]
    public void Add(ulong id, int slot)
    {
        int cell = CellOf(id);
        _ids[cell] = id;
        _slots[cell] = slot;
    }

    /// <summary>Removes an id that is there, and moves later ones of its run back so that no gap hides them.</summary>
    [HotPath]
    public void Remove(ulong id)
    {
        int gap = CellOf(id);
        for (int cell = (gap + 1) & _mask; _ids[cell] != 0; cell = (cell + 1) & _mask)
        {
            int distanceFromHome = (cell - Home(_ids[cell])) & _mask;
            if (distanceFromHome < ((cell - gap) & _mask))
                continue;
            _ids[gap] = _ids[cell];
            _slots[gap] = _slots[cell];
            gap = cell;
        }

        _ids[gap] = 0;
    }

    public void Clear() => Array.Clear(_ids);

    /// <summary>Ids are given ascending: eight neighbors share a cache line, the lines are scattered.</summary>
    [HotPath]
    private int Home(ulong id) =>
        ((int)(((id >> GroupBits) * GoldenRatio) >> _shift) << GroupBits) | ((int)id & ((1 << GroupBits) - 1));

    /// <summary>The cell of the id, or the empty one where it would go.</summary>
    [HotPath]
    private int CellOf(ulong id)
    {
        int cell = Home(id);
        while (_ids[cell] != 0 && _ids[cell] != id)
            cell = (cell + 1) & _mask;
        return cell;
    }
}
