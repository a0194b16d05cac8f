using HftSandbox.Events;

namespace HftSandbox.Core.Strategies;

/// <summary>Decides. Called on the engine's thread, on the last input of an outside message when that is a tick of its
/// instrument. No clock, no random source, no state outside the log: the same inputs must give the same requests. It
/// must not allocate. One that throws, or asks for more than <see cref="Limits.StrategyRequestsMax"/>, is
/// quarantined.</summary>
public interface IStrategy
{
    /// <summary>Best bid or ask changed.</summary>
    /// <param name="context">What it may do; valid during the call.</param>
    /// <param name="quote">The quote.</param>
    void OnQuote(StrategyContext context, in QuoteBody quote);

    /// <summary>A trade was printed.</summary>
    /// <param name="context">What it may do; valid during the call.</param>
    /// <param name="trade">The trade.</param>
    void OnTrade(StrategyContext context, in TradeBody trade);
}
