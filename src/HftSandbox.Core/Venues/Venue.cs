using System.Text.Json;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Core.Venues;

/// <summary>Where orders go. What a venue says goes through its outbox; the engine takes it from there.</summary>
internal abstract class Venue
{
    /// <summary>Stands in the header of what the venue says.</summary>
    public abstract SourceId Source { get; }

    /// <summary>What it has said.</summary>
    public VenueOutbox Outbox { get; } = new();

    /// <summary>The engine's now, and the input that is being processed.</summary>
    public VenueMoment Moment { get; set; }

    /// <summary>The last execution id that our own venues gave out; 0 = none yet.</summary>
    public ulong LastExecId { get; set; }

    /// <summary>A new order is sent.</summary>
    public abstract void New(in Order order);

    /// <summary>A cancel is sent.</summary>
    /// <param name="order">The open order, as we see it.</param>
    /// <param name="clOrdId">The cancel's own id.</param>
    public abstract void Cancel(in Order order, ulong clOrdId);

    /// <summary>A replace is sent.</summary>
    /// <param name="order">The open order, as we see it.</param>
    /// <param name="request">What it is to become.</param>
    public abstract void Replace(in Order order, in PendingRequest request);

    /// <summary>Does the next thing that is due.</summary>
    /// <param name="nowNs">The engine's now.</param>
    /// <returns>False = nothing is due.</returns>
    [HotPath]
    public virtual bool TryAct(long nowNs) => false;

    /// <summary>The session ends, and with it the orders of the day.</summary>
    public virtual void RollSession()
    {
    }

    /// <summary>A quote came; the market still shows the one before.</summary>
    [HotPath]
    public virtual void OnQuote(uint instrumentId, in QuoteBody quote)
    {
    }

    /// <summary>A trade was printed.</summary>
    [HotPath]
    public virtual void OnTrade(uint instrumentId, in TradeBody trade)
    {
    }

    /// <summary>A book has changed.</summary>
    /// <param name="instrumentId">The instrument.</param>
    /// <param name="isAnew">It may differ in every level, and not only in the one that the book names.</param>
    [HotPath]
    public virtual void OnBook(uint instrumentId, bool isAnew)
    {
    }

    /// <summary>Takes its part of a configuration.</summary>
    public virtual void Load(RunConfiguration configuration)
    {
    }

    /// <summary>Times to come do not compare with those so far.</summary>
    public virtual void ForgetTimes()
    {
    }

    /// <summary>Gives up every order, and whatever is on its way.</summary>
    public virtual void Clear()
    {
    }

    /// <summary>Takes the place of another venue, at which no order is open.</summary>
    public void Succeed(Venue other)
    {
        other.Clear();
        Moment = other.Moment;
        LastExecId = other.LastExecId;
    }

    /// <summary>Writes the members of its state.</summary>
    public virtual void WriteState(Utf8JsonWriter json)
    {
    }

    /// <summary>Reads what <see cref="WriteState"/> wrote.</summary>
    public virtual void ReadState(JsonElement state)
    {
    }
}

/// <summary>When a venue acts, and because of what.</summary>
/// <param name="NowNs">The engine's now.</param>
/// <param name="CauseSequence">Sequence of the input.</param>
internal readonly record struct VenueMoment(long NowNs, ulong CauseSequence);
