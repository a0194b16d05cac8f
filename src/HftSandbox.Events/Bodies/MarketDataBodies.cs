using System.Runtime.InteropServices;

namespace HftSandbox.Events;

/// <summary>Body of <see cref="EventKind.Quote"/>: best bid and ask. A side that is absent has quantity 0.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct QuoteBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 40;

    /// <summary>Best bid.</summary>
    [FieldOffset(0)] public Px BidPx;

    /// <summary>Quantity at the best bid; 0 = no bid.</summary>
    [FieldOffset(8)] public Qty BidQty;

    /// <summary>Best ask.</summary>
    [FieldOffset(16)] public Px AskPx;

    /// <summary>Quantity at the best ask; 0 = no ask.</summary>
    [FieldOffset(24)] public Qty AskQty;

    /// <summary>The venue's update id; 0 = none.</summary>
    [FieldOffset(32)] public ulong VenueUpdateId;
}

/// <summary>Body of <see cref="EventKind.Trade"/>: a printed trade.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct TradeBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 32;

    /// <summary>Price.</summary>
    [FieldOffset(0)] public Px Px;

    /// <summary>Quantity, positive.</summary>
    [FieldOffset(8)] public Qty Qty;

    /// <summary>The venue's trade id; 0 = none.</summary>
    [FieldOffset(16)] public ulong VenueTradeId;

    /// <summary>Side of the order that took; None = unknown.</summary>
    [FieldOffset(24)] public Side AggressorSide;

    /// <summary>Zero.</summary>
    [FieldOffset(25)] public byte Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(26)] public ushort Reserved1;

    /// <summary>Zero.</summary>
    [FieldOffset(28)] public uint Reserved2;
}

/// <summary>Body of <see cref="EventKind.BookLevel"/>: a change of one price level (L2) or of one order at the venue
/// (L3).</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct BookLevelBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 48;

    /// <summary>Price of the level.</summary>
    [FieldOffset(0)] public Px Px;

    /// <summary>Set: the level's whole quantity, 0 removes it. Add, Reduce, Execute: the order's quantity or the
    /// part taken off.</summary>
    [FieldOffset(8)] public Qty Qty;

    /// <summary>First venue update id that the message covers; 0 = none.</summary>
    [FieldOffset(16)] public ulong FirstUpdateId;

    /// <summary>Last venue update id that the message covers; 0 = none.</summary>
    [FieldOffset(24)] public ulong LastUpdateId;

    /// <summary>The venue's order id in an order-by-order feed; 0 = none.</summary>
    [FieldOffset(32)] public ulong VenueOrderId;

    /// <summary>Orders at the level; 0 = unknown.</summary>
    [FieldOffset(40)] public uint OrderCount;

    /// <summary>Side of the level; None with Advance.</summary>
    [FieldOffset(44)] public Side Side;

    /// <summary>What happened.</summary>
    [FieldOffset(45)] public BookAction Action;

    /// <summary>Zero.</summary>
    [FieldOffset(46)] public ushort Reserved;
}

/// <summary>Body of <see cref="EventKind.BookClear"/>: the book of the instrument is empty; levels follow.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct BookClearBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 16;

    /// <summary>Venue update id that the following levels reflect; 0 = none.</summary>
    [FieldOffset(0)] public ulong LastUpdateId;

    /// <summary>Why.</summary>
    [FieldOffset(8)] public BookClearReason Reason;

    /// <summary>Zero.</summary>
    [FieldOffset(9)] public byte Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(10)] public ushort Reserved1;

    /// <summary>Zero.</summary>
    [FieldOffset(12)] public uint Reserved2;
}

/// <summary>Body of <see cref="EventKind.Bar"/>: prices of an interval.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct BarBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 80;

    /// <summary>First price.</summary>
    [FieldOffset(0)] public Px OpenPx;

    /// <summary>Highest price.</summary>
    [FieldOffset(8)] public Px HighPx;

    /// <summary>Lowest price.</summary>
    [FieldOffset(16)] public Px LowPx;

    /// <summary>Last price.</summary>
    [FieldOffset(24)] public Px ClosePx;

    /// <summary>Quantity traded.</summary>
    [FieldOffset(32)] public Qty Volume;

    /// <summary>Of it, bought by the taker.</summary>
    [FieldOffset(40)] public Qty TakerBuyVolume;

    /// <summary>Amount traded.</summary>
    [FieldOffset(48)] public Notional Turnover;

    /// <summary>Start of the interval.</summary>
    [FieldOffset(56)] public long OpenTimeNs;

    /// <summary>End of the interval.</summary>
    [FieldOffset(64)] public long CloseTimeNs;

    /// <summary>Trades in it.</summary>
    [FieldOffset(72)] public uint TradeCount;

    /// <summary>1 = final, 0 = still forming.</summary>
    [FieldOffset(76)] public byte Closed;

    /// <summary>Zero.</summary>
    [FieldOffset(77)] public byte Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(78)] public ushort Reserved1;
}

/// <summary>Body of <see cref="EventKind.FeedGap"/>: something of the feed is missing.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct FeedGapBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 32;

    /// <summary>The id that should have come; 0 = unknown.</summary>
    [FieldOffset(0)] public ulong ExpectedId;

    /// <summary>The id that came; 0 = unknown.</summary>
    [FieldOffset(8)] public ulong ReceivedId;

    /// <summary>Messages lost; 0 = unknown.</summary>
    [FieldOffset(16)] public ulong LostCount;

    /// <summary>Why.</summary>
    [FieldOffset(24)] public FeedGapReason Reason;

    /// <summary>Zero.</summary>
    [FieldOffset(25)] public byte Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(26)] public ushort Reserved1;

    /// <summary>Zero.</summary>
    [FieldOffset(28)] public uint Reserved2;
}
