using System.Text.Json;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Core.Positions;

/// <summary>The net position in every instrument, and the part of it that each strategy's fills made.</summary>
public sealed class PositionLedger
{
    private const int Columns = Limits.InstrumentsMax + 1;

    private readonly Position[] _net = new Position[Columns];
    private readonly Position[] _own = new Position[StrategyRows.Count * Columns];
    private readonly StrategyRows _strategies;

    internal PositionLedger(StrategyRows strategies) => _strategies = strategies;

    /// <summary>The position in an instrument.</summary>
    /// <param name="instrumentId">An instrument of the registry.</param>
    public ref readonly Position this[uint instrumentId]
    {
        [HotPath]
        get => ref _net[instrumentId];
    }

    /// <summary>What a strategy's own fills in an instrument add up to. The fills of strategies that were never
    /// configured, and of the 65th and further ones, count together.</summary>
    /// <param name="strategyId">Any id; 0 = booked to none.</param>
    /// <param name="instrumentId">An instrument of the registry.</param>
    [HotPath]
    public ref readonly Position OfStrategy(ushort strategyId, uint instrumentId) =>
        ref _own[(_strategies.Of(strategyId) * Columns) + instrumentId];

    /// <summary>Takes a fill back, books one, or both.</summary>
    /// <param name="instrument">Its instrument.</param>
    /// <param name="strategyId">Strategy it is booked to.</param>
    /// <param name="side">Side of the order.</param>
    /// <param name="reversed">The fill that is taken back, with its fee given back; of quantity 0 = none.</param>
    /// <param name="filled">The fill; of quantity 0 = none.</param>
    /// <returns>False = something does not fit its integer; nothing was booked.</returns>
    [HotPath]
    internal bool TryBook(Instrument instrument, ushort strategyId, Side side, in Fill reversed, in Fill filled)
    {
        ref Position net = ref _net[instrument.Id];
        ref Position own = ref _own[(_strategies.Of(strategyId) * Columns) + instrument.Id];
        if (!TryApply(net, instrument, side, reversed, filled, out Position netAfter)
            || !TryApply(own, instrument, side, reversed, filled, out Position ownAfter))
            return false;
        net = netAfter;
        own = ownAfter;
        return true;
    }

    [HotPath]
    private static bool TryApply(
        in Position before, Instrument instrument, Side side, in Fill reversed, in Fill filled, out Position after)
    {
        Side opposite = side == Side.Buy ? Side.Sell : Side.Buy;
        after = before;
        if (reversed.Exists
            && !before.TryFill(instrument, opposite, reversed.Px, reversed.Qty, reversed.Fee, out after))
            return false;
        Position between = after;
        return !filled.Exists || between.TryFill(instrument, side, filled.Px, filled.Qty, filled.Fee, out after);
    }

    internal void Clear()
    {
        Array.Clear(_net);
        Array.Clear(_own);
    }

    internal void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("positions"u8);
        for (int id = 1; id < Columns; id++)
            WriteUnlessEmpty(json, id, row: null, _net[id]);
        json.WriteEndArray();
    }

    internal void WriteStrategyPositions(Utf8JsonWriter json)
    {
        json.WriteStartArray("strategyPositions"u8);
        for (int row = 0; row < StrategyRows.Count; row++)
        {
            for (int id = 1; id < Columns; id++)
                WriteUnlessEmpty(json, id, row, _own[(row * Columns) + id]);
        }

        json.WriteEndArray();
    }

    internal void ReadState(JsonElement state)
    {
        foreach (JsonElement json in state.GetProperty("positions"u8).EnumerateArray())
            _net[json.GetProperty("instrumentId"u8).GetInt32()] = Read(json);
        foreach (JsonElement json in state.GetProperty("strategyPositions"u8).EnumerateArray())
        {
            int row = json.GetProperty("row"u8).GetInt32();
            _own[(row * Columns) + json.GetProperty("instrumentId"u8).GetInt32()] = Read(json);
        }
    }

    private static Position Read(JsonElement json) => new(
        new Qty(json.GetProperty("netQty"u8).GetInt64()),
        new Cost(json.GetProperty("openCost"u8).GetInt128()),
        new Cost(json.GetProperty("realizedPnl"u8).GetInt128()),
        new Cost(json.GetProperty("fees"u8).GetInt128()));

    private static void WriteUnlessEmpty(Utf8JsonWriter json, int instrumentId, int? row, in Position position)
    {
        if (position == default)
            return;
        json.WriteStartObject();
        json.WriteInt128("fees"u8, position.Fees.Mantissa);
        json.WriteNumber("instrumentId"u8, instrumentId);
        json.WriteNumber("netQty"u8, position.NetQty.Mantissa);
        json.WriteInt128("openCost"u8, position.OpenCost.Mantissa);
        json.WriteInt128("realizedPnl"u8, position.RealizedPnl.Mantissa);
        if (row is { } number)
            json.WriteNumber("row"u8, number);
        json.WriteEndObject();
    }
}
