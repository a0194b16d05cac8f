using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>An order in the canonical state.</summary>
internal static class OrderJson
{
    public static void Write(Utf8JsonWriter json, in Order order)
    {
        json.WriteStartObject();
        json.WriteNumber("clOrdId"u8, order.ClOrdId);
        json.WriteInt128("cumCost"u8, order.CumCost.Mantissa);
        json.WriteNumber("cumQty"u8, order.CumQty.Mantissa);
        json.WriteNumber("instrumentId"u8, order.InstrumentId);
        json.WriteNumber("ordStatus"u8, (uint)order.OrdStatus);
        json.WriteNumber("ordType"u8, (uint)order.OrdType);
        json.WriteNumber("orderQty"u8, order.OrderQty.Mantissa);
        json.WriteNumber("px"u8, order.Px.Mantissa);
        json.WriteNumber("side"u8, (uint)order.Side);
        json.WriteNumber("strategyId"u8, (uint)order.StrategyId);
        json.WriteNumber("timeInForce"u8, (uint)order.TimeInForce);
        json.WriteEndObject();
    }

    /// <summary>Fills in everything but the id and the links.</summary>
    public static void Read(JsonElement json, ref Order order)
    {
        order.CumCost = new Cost(json.GetProperty("cumCost"u8).GetInt128());
        order.CumQty = new Qty(json.GetProperty("cumQty"u8).GetInt64());
        order.InstrumentId = json.GetProperty("instrumentId"u8).GetUInt32();
        order.OrdStatus = (OrdStatus)json.GetProperty("ordStatus"u8).GetByte();
        order.OrdType = (OrdType)json.GetProperty("ordType"u8).GetByte();
        order.OrderQty = new Qty(json.GetProperty("orderQty"u8).GetInt64());
        order.Px = new Px(json.GetProperty("px"u8).GetInt64());
        order.Side = (Side)json.GetProperty("side"u8).GetByte();
        order.StrategyId = json.GetProperty("strategyId"u8).GetUInt16();
        order.TimeInForce = (TimeInForce)json.GetProperty("timeInForce"u8).GetByte();
    }
}
