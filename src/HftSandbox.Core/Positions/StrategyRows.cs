using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Core.Positions;

/// <summary>Gives every strategy that was ever configured a row in the tables per strategy, in the order in which they
/// came; whatever is booked to another id shares the last row.</summary>
internal sealed class StrategyRows
{
    /// <summary>How many rows a table needs.</summary>
    public const int Count = Limits.StrategiesMax + 1;

    private const int Others = Limits.StrategiesMax;

    private readonly ushort[] _ids = new ushort[Limits.StrategiesMax];
    private int _known;

    /// <summary>The row of an id.</summary>
    [HotPath]
    public int Of(ushort strategyId)
    {
        int row = _ids.AsSpan(0, _known).IndexOf(strategyId);
        return row < 0 ? Others : row;
    }

    /// <summary>Gives a strategy a row of its own if it has none and there is room.</summary>
    public void Know(ushort strategyId)
    {
        if (Of(strategyId) == Others && _known < Limits.StrategiesMax)
            _ids[_known++] = strategyId;
    }

    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("strategyIds"u8);
        for (int row = 0; row < _known; row++)
            json.WriteNumberValue(_ids[row]);
        json.WriteEndArray();
    }

    public void ReadState(JsonElement state)
    {
        _known = 0;
        foreach (JsonElement strategyId in state.GetProperty("strategyIds"u8).EnumerateArray())
            _ids[_known++] = strategyId.GetUInt16();
    }
}
