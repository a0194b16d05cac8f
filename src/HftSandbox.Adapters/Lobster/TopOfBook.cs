using HftSandbox.Events;

namespace HftSandbox.Adapters.Lobster;

/// <summary>A best level; quantity 0 = the side is empty.</summary>
internal readonly record struct TopLevel(Px Px, Qty Qty)
{
    /// <summary>Whether the side is empty.</summary>
    public bool IsEmpty => Qty.Mantissa == 0;
}

/// <summary>The best levels, as one row of a level-1 book file has them: ask price, ask size, bid price, bid size. A
/// side without orders has size 0, whatever its price says.</summary>
internal struct TopOfBook
{
    /// <summary>Best ask.</summary>
    public TopLevel Ask;

    /// <summary>Best bid.</summary>
    public TopLevel Bid;

    /// <summary>The best level of a side.</summary>
    [HotPath]
    public readonly TopLevel Of(Side side) => side == Side.Buy ? Bid : Ask;

    /// <summary>Reads a row.</summary>
    [HotPath]
    public static bool TryParse(ReadOnlySpan<byte> row, LobsterScale scale, LineFault fault, out TopOfBook top)
    {
        top = default;
        var columns = new LobsterColumns(row);
        if (columns.TryNext(out var askPrice) && columns.TryNext(out var askSize)
            && columns.TryNext(out var bidPrice) && columns.TryNext(out var bidSize) && columns.AtEnd
            && TryLevel(askPrice, askSize, scale, out top.Ask) && TryLevel(bidPrice, bidSize, scale, out top.Bid))
            return true;
        fault.Set("its book row is not price and size of ask and bid", row);
        return false;
    }

    /// <summary>Moves the best level by a message.</summary>
    /// <param name="message">A message.</param>
    /// <param name="outOfSight">The level that is no longer the best; empty = there is none.</param>
    /// <returns>False = it cannot have happened at the best level.</returns>
    [HotPath]
    public bool TryMove(in LobsterMessage message, out TopLevel outOfSight)
    {
        outOfSight = default;
        if (message.Type is LobsterType.HiddenExecution or LobsterType.Halt)
            return true;
        var best = Of(message.Side);
        var isBest = !best.IsEmpty && best.Px == message.Px;
        if (message.Type != LobsterType.Submission)
        {
            Put(message.Side, new TopLevel(best.Px, new Qty(best.Qty.Mantissa - message.Qty.Mantissa)));
            return isBest && best.Qty.Mantissa >= message.Qty.Mantissa;
        }

        var improves = best.IsEmpty || message.Px.Mantissa > best.Px.Mantissa == (message.Side == Side.Buy);
        outOfSight = isBest ? default : best;
        var before = isBest ? best.Qty.Mantissa : 0;
        Put(message.Side, new TopLevel(message.Px, new Qty(before + message.Qty.Mantissa)));
        return (isBest || improves) && before <= long.MaxValue - message.Qty.Mantissa;
    }

    [HotPath]
    private void Put(Side side, TopLevel level)
    {
        if (side == Side.Buy)
            Bid = level;
        else
            Ask = level;
    }

    [HotPath]
    private static bool TryLevel(
        ReadOnlySpan<byte> price, ReadOnlySpan<byte> size, LobsterScale scale, out TopLevel level)
    {
        level = default;
        if (!scale.TryQuantity(size, out var qty))
            return false;
        if (qty.Mantissa == 0)
            return true;
        var isPrice = scale.TryPrice(price, out var px);
        level = new TopLevel(px, qty);
        return isPrice;
    }
}
