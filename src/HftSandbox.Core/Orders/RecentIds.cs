using System.Numerics;
using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>The ids that outside parties gave last, with the place each has in a ring; the oldest is forgotten when
/// there is no room. What belongs to an id stands in an array of its owner, at the same place. Nothing depends on the
/// inner order of the index.</summary>
internal sealed class RecentIds
{
    /// <summary>What <see cref="Find"/> says when the id is not there.</summary>
    public const int NotFound = -1;

    private const ulong Mix = 0x9E3779B97F4A7C15;

    private readonly Id16[] _ids;
    private readonly int[] _cells;
    private readonly int _mask;

    /// <summary>Room for that many ids, a power of two.</summary>
    public RecentIds(int capacity)
    {
        _ids = new Id16[capacity];
        _cells = new int[capacity * 2];
        _mask = _cells.Length - 1;
    }

    /// <summary>How many are known.</summary>
    public int Count { get; private set; }

    /// <summary>Place of the oldest.</summary>
    public int Oldest { get; private set; }

    /// <summary>The id at a place.</summary>
    public Id16 this[int place] => _ids[place];

    /// <summary>The place of the one that is so many newer than the oldest.</summary>
    [HotPath]
    public int PlaceOf(int index) => (Oldest + index) & (_ids.Length - 1);

    /// <summary>The place of an id.</summary>
    [HotPath]
    public int Find(Id16 id) => _cells[CellOf(id)] - 1;

    /// <summary>Adds an id that is not there.</summary>
    /// <returns>Its place.</returns>
    [HotPath]
    public int Add(Id16 id)
    {
        if (Count == _ids.Length)
        {
            Remove(_ids[Oldest]);
            Oldest = PlaceOf(1);
            Count--;
        }

        int place = PlaceOf(Count++);
        _ids[place] = id;
        _cells[CellOf(id)] = place + 1;
        return place;
    }

    public void Clear()
    {
        Array.Clear(_cells);
        Oldest = Count = 0;
    }

    /// <summary>Removes an id that is there, and moves later ones of its run back so that no gap hides them.</summary>
    [HotPath]
    private void Remove(Id16 id)
    {
        int gap = CellOf(id);
        for (int cell = (gap + 1) & _mask; _cells[cell] != 0; cell = (cell + 1) & _mask)
        {
            int distanceFromHome = (cell - Home(_ids[_cells[cell] - 1])) & _mask;
            if (distanceFromHome < ((cell - gap) & _mask))
                continue;
            _cells[gap] = _cells[cell];
            gap = cell;
        }

        _cells[gap] = 0;
    }

    [HotPath]
    private int Home(Id16 id)
    {
        ulong mixed = (id.Low ^ BitOperations.RotateLeft(id.High, 32)) * Mix;
        return (int)(mixed >> 32) & _mask;
    }

    /// <summary>The cell of the id, or the empty one where it would go.</summary>
    [HotPath]
    private int CellOf(Id16 id)
    {
        int cell = Home(id);
        while (_cells[cell] != 0 && !IsSame(_ids[_cells[cell] - 1], id))
            cell = (cell + 1) & _mask;
        return cell;
    }

    // The generated equality of a record makes a comparer when it is called first.
    [HotPath]
    private static bool IsSame(Id16 one, Id16 other) => one.High == other.High && one.Low == other.Low;
}
