using HftSandbox.Events;

namespace HftSandbox.Core.MarketData;

/// <summary>The levels of one side, sorted, the best at the end: what changes often is near it, and little
/// moves.</summary>
internal sealed class BookSide(Side side, int capacity)
{
    private readonly BookLevel[] _levels = GC.AllocateUninitializedArray<BookLevel>(capacity);
    private readonly bool _higherIsBetter = side == Side.Buy;

    public Side Side { get; } = side;

    public int Capacity => _levels.Length;

    public int Count { get; private set; }

    public ref BookLevel this[int index]
    {
        [HotPath]
        get => ref _levels[index];
    }

    public ref BookLevel Best
    {
        [HotPath]
        get => ref _levels[Count - 1];
    }

    /// <summary>The index of a price, or the complement of the one where it would go.</summary>
    [HotPath]
    public int Find(Px px)
    {
        int low = 0;
        int high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            long at = _levels[middle].Px.Mantissa;
            if (at == px.Mantissa)
                return middle;
            if (at < px.Mantissa == _higherIsBetter)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }

    /// <summary>Makes an empty level; there is room.</summary>
    [HotPath]
    public ref BookLevel Insert(int index, Px px)
    {
        _levels.AsSpan(index, Count - index).CopyTo(_levels.AsSpan(index + 1));
        Count++;
        ref BookLevel level = ref _levels[index];
        level = default;
        level.Px = px;
        level.FirstOrder = level.LastOrder = BookOrders.None;
        return ref level;
    }

    [HotPath]
    public void RemoveAt(int index)
    {
        _levels.AsSpan(index + 1, Count - index - 1).CopyTo(_levels.AsSpan(index));
        Count--;
    }

    public void Clear() => Count = 0;
}
