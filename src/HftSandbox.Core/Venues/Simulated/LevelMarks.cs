using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Core.Venues.Simulated;

/// <summary>What happened at a displayed price since the feed last said how much is there.</summary>
internal struct LevelMark
{
    /// <summary>The price.</summary>
    public Px Px;

    /// <summary>What our own orders took there.</summary>
    public long TakenQty;

    /// <summary>What was printed there.</summary>
    public long PrintedQty;
}

/// <summary>The marks per instrument and side, ascending by price. There are few: each goes with the next update of its
/// level.</summary>
internal sealed class LevelMarks
{
    private const int Capacity = Limits.VenueLevelsMax;

    private LevelMark[] _marks = [];
    private int[] _counts = [];

    /// <summary>Makes room for the instruments; once, since the registry of a store never changes.</summary>
    public void Load(int instruments)
    {
        if (_counts.Length == 2 * instruments)
            return;
        _counts = new int[2 * instruments];
        _marks = GC.AllocateUninitializedArray<LevelMark>(2 * instruments * Capacity);
    }

    /// <summary>How many further prices of a side can be marked.</summary>
    [HotPath]
    public int Free(uint instrumentId, Side side) => Capacity - _counts[ListOf(instrumentId, side)];

    /// <summary>The mark of a price; all zero = none.</summary>
    [HotPath]
    public LevelMark At(uint instrumentId, Side side, Px px)
    {
        Span<LevelMark> marks = Of(ListOf(instrumentId, side));
        int index = PlaceOf(marks, px);
        return index < marks.Length && marks[index].Px == px ? marks[index] : default;
    }

    /// <summary>Adds to the mark of a price. Without room for a new one nothing is remembered.</summary>
    [HotPath]
    public void Add(uint instrumentId, Side side, Px px, long takenQty, long printedQty)
    {
        int list = ListOf(instrumentId, side);
        Span<LevelMark> marks = Of(list);
        int index = PlaceOf(marks, px);
        if (index == marks.Length || marks[index].Px != px)
        {
            if (marks.Length == Capacity)
                return;
            _counts[list]++;
            Span<LevelMark> more = Of(list);
            marks[index..].CopyTo(more[(index + 1)..]);
            more[index] = new LevelMark { Px = px };
            marks = more;
        }

        marks[index].TakenQty = Sum(marks[index].TakenQty, takenQty);
        marks[index].PrintedQty = Sum(marks[index].PrintedQty, printedQty);
    }

    /// <summary>The feed has said how much is at a price.</summary>
    [HotPath]
    public void Forget(uint instrumentId, Side side, Px px)
    {
        int list = ListOf(instrumentId, side);
        Span<LevelMark> marks = Of(list);
        int index = PlaceOf(marks, px);
        if (index == marks.Length || marks[index].Px != px)
            return;
        marks[(index + 1)..].CopyTo(marks[index..]);
        _counts[list]--;
    }

    /// <summary>The feed has said how much is at every price of a side.</summary>
    [HotPath]
    public void Forget(uint instrumentId, Side side) => _counts[ListOf(instrumentId, side)] = 0;

    public void Clear() => Array.Clear(_counts);

    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("levels"u8);
        for (int list = 0; list < _counts.Length; list++)
        {
            foreach (ref readonly LevelMark mark in Of(list))
            {
                json.WriteStartArray();
                json.WriteNumberValue(list);
                json.WritePacked(mark);
                json.WriteEndArray();
            }
        }

        json.WriteEndArray();
    }

    public void ReadState(JsonElement state)
    {
        foreach (JsonElement row in state.GetProperty("levels"u8).EnumerateArray())
        {
            int list = row[0].GetInt32();
            _marks[(list * Capacity) + _counts[list]++] = row[1].GetPacked<LevelMark>();
        }
    }

    [HotPath]
    private Span<LevelMark> Of(int list) => _marks.AsSpan(list * Capacity, _counts[list]);

    [HotPath]
    private static int PlaceOf(ReadOnlySpan<LevelMark> marks, Px px)
    {
        int index = 0;
        while (index < marks.Length && marks[index].Px.Mantissa < px.Mantissa)
            index++;
        return index;
    }

    [HotPath]
    private static long Sum(long qty, long more) => qty > long.MaxValue - more ? long.MaxValue : qty + more;

    [HotPath]
    private static int ListOf(uint instrumentId, Side side) =>
        (2 * ((int)instrumentId - 1)) + (side == Side.Buy ? 0 : 1);
}
