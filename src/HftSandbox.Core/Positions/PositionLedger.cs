using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Core.Positions;

/// <summary>The position in every instrument.</summary>
public sealed class PositionLedger
{
    private readonly Position[] _positions = new Position[Limits.InstrumentsMax + 1];

    internal PositionLedger()
    {
    }

    /// <summary>The position in an instrument.</summary>
    /// <param name="instrumentId">An instrument of the registry.</param>
    public ref readonly Position this[uint instrumentId]
    {
        [HotPath]
        get => ref _positions[instrumentId];
    }

    [HotPath]
    internal void Set(uint instrumentId, in Position position) => _positions[instrumentId] = position;

    internal void Clear() => Array.Clear(_positions);

    internal void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("positions"u8);
        for (int id = 1; id < _positions.Length; id++)
        {
            if (_positions[id] != default)
                Write(json, id, _positions[id]);
        }

        json.WriteEndArray();
    }

    internal void ReadState(JsonElement state)
    {
        foreach (JsonElement json in state.GetProperty("positions"u8).EnumerateArray())
        {
            _positions[json.GetProperty("instrumentId"u8).GetInt32()] = new Position(
                new Qty(json.GetProperty("netQty"u8).GetInt64()),
                new Cost(json.GetProperty("openCost"u8).GetInt128()),
                new Cost(json.GetProperty("realizedPnl"u8).GetInt128()),
                new Cost(json.GetProperty("fees"u8).GetInt128()));
        }
    }

    private static void Write(Utf8JsonWriter json, int instrumentId, in Position position)
    {
        json.WriteStartObject();
        json.WriteInt128("fees"u8, position.Fees.Mantissa);
        json.WriteNumber("instrumentId"u8, instrumentId);
        json.WriteNumber("netQty"u8, position.NetQty.Mantissa);
        json.WriteInt128("openCost"u8, position.OpenCost.Mantissa);
        json.WriteInt128("realizedPnl"u8, position.RealizedPnl.Mantissa);
        json.WriteEndObject();
    }
}
