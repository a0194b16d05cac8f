using HftSandbox.Events;

namespace HftSandbox.Core.Strategies;

/// <summary>A new order, as a strategy asks for it.</summary>
/// <param name="InstrumentId">Instrument.</param>
/// <param name="Side">Side.</param>
/// <param name="OrdType">Order type.</param>
/// <param name="TimeInForce">Time in force.</param>
/// <param name="Px">Limit price; 0 for a market order.</param>
/// <param name="Qty">Quantity.</param>
public readonly record struct NewOrderRequest(
    uint InstrumentId,
    Side Side,
    OrdType OrdType,
    TimeInForce TimeInForce,
    Px Px,
    Qty Qty);
