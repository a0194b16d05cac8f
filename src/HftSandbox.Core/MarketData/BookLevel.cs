using HftSandbox.Events;

namespace HftSandbox.Core.MarketData;

/// <summary>How far a book can be trusted. Only <see cref="Live"/> can; what the feed says is applied in every
/// state.</summary>
public enum BookState : byte
{
    /// <summary>Nothing has said yet what the whole book is.</summary>
    Unseeded,

    /// <summary>Between a BookClear and the last input of its message.</summary>
    Building,

    /// <summary>What the feed says, nothing missing.</summary>
    Live,

    /// <summary>Something is missing: update ids jumped, the feed said so, or an update does not fit the
    /// book.</summary>
    Gap,

    /// <summary>The best bid reached the best ask at the end of a message.</summary>
    Crossed,

    /// <summary>It outgrew its arrays; what did not fit is missing.</summary>
    Overflown,
}

/// <summary>What is displayed at one price.</summary>
public struct BookLevel
{
    /// <summary>Price.</summary>
    public Px Px;

    /// <summary>Quantity, positive.</summary>
    public Qty Qty;

    /// <summary>Orders there, as far as the feed says; 0 = unknown.</summary>
    public uint OrderCount;

    /// <summary>Of the quantity, the part of the orders known by id.</summary>
    internal long KnownQty;

    /// <summary>Slots of the first and the last of those orders.</summary>
    internal int FirstOrder;
    internal int LastOrder;
}

/// <summary>How the last input changed a level.</summary>
/// <param name="Side">Its side; None = no level changed.</param>
/// <param name="Px">Its price.</param>
/// <param name="Before">Quantity before; 0 = there was no such level.</param>
/// <param name="After">Quantity after; 0 = there is none any more.</param>
public readonly record struct BookChange(Side Side, Px Px, Qty Before, Qty After)
{
    /// <summary>By how much the level decreased; 0 = it did not.</summary>
    public Qty Decrease => new(Math.Max(0, Before.Mantissa - After.Mantissa));
}

/// <summary>One order at the venue, of an order-by-order feed.</summary>
public struct BookOrder
{
    /// <summary>The venue's id, positive.</summary>
    public ulong VenueOrderId;

    /// <summary>Price.</summary>
    public Px Px;

    /// <summary>What is left of it, positive.</summary>
    public Qty Qty;

    /// <summary>Side.</summary>
    public Side Side;

    /// <summary>Slots of the orders before and behind it at its level.</summary>
    internal int Older;
    internal int Newer;
}

/// <summary>What was found wrong with a book, for the anomaly that says so; the code None = nothing new.</summary>
internal readonly record struct BookMark(AnomalyCode Code, long Expected, long Actual);
