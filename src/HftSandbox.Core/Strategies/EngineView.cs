using HftSandbox.Core.Instruments;
using HftSandbox.Core.MarketData;
using HftSandbox.Core.Orders;
using HftSandbox.Core.Positions;

namespace HftSandbox.Core.Strategies;

/// <summary>The rooms of the engine that a strategy may look into.</summary>
internal sealed record EngineView(
    InstrumentRegistry Instruments,
    MarketView Market,
    OrderStore Orders,
    PositionLedger Positions);
