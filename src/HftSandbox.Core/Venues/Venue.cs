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

    /// <summary>A new order arrives.</summary>
    public abstract void New(in Order order);

    /// <summary>A cancel arrives.</summary>
    /// <param name="order">The open order, as we see it.</param>
    /// <param name="clOrdId">The cancel's own id.</param>
    public abstract void Cancel(in Order order, ulong clOrdId);

    /// <summary>A replace arrives.</summary>
    /// <param name="order">The open order, as we see it.</param>
    /// <param name="request">What it is to become.</param>
    public abstract void Replace(in Order order, in PendingRequest request);
}

/// <summary>When a venue acts, and because of what.</summary>
/// <param name="NowNs">The engine's now.</param>
/// <param name="CauseSequence">Sequence of the input.</param>
internal readonly record struct VenueMoment(long NowNs, ulong CauseSequence);
