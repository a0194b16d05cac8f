using HftSandbox.Events;

namespace HftSandbox.Core.MarketData;

/// <summary>The last updates that came while the book waits for a snapshot: those that go beyond it are applied on top
/// of it. When there is no more room the oldest goes, which shows as a gap if the snapshot needed it.</summary>
internal sealed class BookBacklog(int capacity)
{
    private readonly BookLevelBody[] _updates = GC.AllocateUninitializedArray<BookLevelBody>(capacity);
    private int _first;

    public int Count { get; private set; }

    /// <summary>An update, from the oldest.</summary>
    public ref readonly BookLevelBody this[int index]
    {
        [HotPath]
        get => ref _updates[(_first + index) % _updates.Length];
    }

    [HotPath]
    public void Add(in BookLevelBody update)
    {
        if (Count == _updates.Length)
            _first = (_first + 1) % _updates.Length;
        else
            Count++;
        _updates[(_first + Count - 1) % _updates.Length] = update;
    }

    public void Clear() => _first = Count = 0;
}
