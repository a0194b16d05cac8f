using HftSandbox.Events;

namespace HftSandbox.Core.Strategies;

/// <summary>Decides. Called on the engine's thread, on the last input of an outside message, with what concerns its
/// instrument. No clock, no random source, no fields that change: what it keeps lies in
/// <see cref="StrategyContext.Memory"/>, so that the same inputs always give the same requests. It must not allocate.
/// One that throws, or asks for more than <see cref="Limits.StrategyRequestsMax"/>, is quarantined: its orders are
/// canceled, the run goes on. One that never returns stops the run: the engine has one thread.</summary>
public interface IStrategy
{
    /// <summary>Best bid or ask changed.</summary>
    /// <param name="context">What it sees and may do; valid during the call.</param>
    /// <param name="quote">The quote.</param>
    void OnQuote(StrategyContext context, in QuoteBody quote)
    {
    }

    /// <summary>A trade was printed.</summary>
    /// <param name="context">What it sees and may do; valid during the call.</param>
    /// <param name="trade">The trade.</param>
    void OnTrade(StrategyContext context, in TradeBody trade)
    {
    }

    /// <summary>The book changed.</summary>
    /// <param name="context">What it sees and may do; valid during the call.</param>
    void OnBook(StrategyContext context)
    {
    }

    /// <summary>A bar came; it may still be forming.</summary>
    /// <param name="context">What it sees and may do; valid during the call.</param>
    /// <param name="bar">The bar.</param>
    void OnBar(StrategyContext context, in BarBody bar)
    {
    }

    /// <summary>A venue reported on one of its orders; the order shows it already.</summary>
    /// <param name="context">What it sees and may do; valid during the call.</param>
    /// <param name="report">The report.</param>
    void OnExecution(StrategyContext context, in ExecutionReportBody report)
    {
    }

    /// <summary>The time that it asked for has come.</summary>
    /// <param name="context">What it sees and may do; valid during the call.</param>
    void OnTimer(StrategyContext context)
    {
    }
}
