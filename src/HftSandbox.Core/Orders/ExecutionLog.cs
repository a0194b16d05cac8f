using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>The last 1,048,576 reports of the outside venue. Allocated when such a venue is configured: our own venues
/// count their ExecIds upward and never repeat, bust or correct one.</summary>
internal sealed class ExecutionLog
{
    private readonly RecentIds _ids = new(Limits.ExecutionsMax);
    private readonly Execution[] _executions = new Execution[Limits.ExecutionsMax];

    /// <summary>Whether a report with this id is known.</summary>
    [HotPath]
    public bool Contains(Id16 execId) => _ids.Find(execId) != RecentIds.NotFound;

    /// <summary>A live fill of an order.</summary>
    /// <param name="execId">The venue's id of it.</param>
    /// <param name="rootClOrdId">First id of the order.</param>
    /// <param name="place">Where it is kept.</param>
    /// <returns>False = there is none: not known any more, no fill, of another order, busted or corrected.</returns>
    [HotPath]
    public bool TryFindFill(Id16 execId, ulong rootClOrdId, out int place)
    {
        place = _ids.Find(execId);
        return place != RecentIds.NotFound
            && _executions[place].RootClOrdId == rootClOrdId
            && _executions[place].Qty.Mantissa != 0;
    }

    /// <summary>The execution at a place.</summary>
    public ref Execution this[int place]
    {
        [HotPath]
        get => ref _executions[place];
    }

    /// <summary>Adds one that is not known.</summary>
    [HotPath]
    public void Add(in Execution execution) => _executions[_ids.Add(execution.ExecId)] = execution;

    public void WriteState(Utf8JsonWriter json)
    {
        for (int index = 0; index < _ids.Count; index++)
            json.WritePacked(_executions[_ids.PlaceOf(index)]);
    }

    public void ReadState(JsonElement state)
    {
        foreach (JsonElement packed in state.GetProperty("executions"u8).EnumerateArray())
            Add(packed.GetPacked<Execution>());
    }
}
