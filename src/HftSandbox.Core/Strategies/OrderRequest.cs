using HftSandbox.Events;

namespace HftSandbox.Core.Strategies;

/// <summary>What a strategy or an outside requester asks for: a new order, a cancel or a replace.</summary>
internal struct OrderRequest
{
    /// <summary>Instrument of a new order; a cancel or replace finds it by the order.</summary>
    public uint InstrumentId;

    /// <summary>Who asks: a strategy's source, that of an outside requester, or the engine's own.</summary>
    public SourceId Source;

    /// <summary>What is asked for; the engine gives it its ClOrdId.</summary>
    public OrderIntentBody Intent;
}
