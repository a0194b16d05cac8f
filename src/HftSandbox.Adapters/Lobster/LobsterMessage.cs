using HftSandbox.Events;

namespace HftSandbox.Adapters.Lobster;

/// <summary>What a message line says happened.</summary>
internal enum LobsterType : byte { None, Submission, Cancellation, Deletion, Execution, HiddenExecution, Halt = 7 }

/// <summary>One line of a message file: time (seconds after midnight), type, order id, size, price, direction of the
/// order (1 buy, −1 sell).</summary>
internal struct LobsterMessage
{
    private const int NsDigits = 9;
    private const long DayNs = 86_400_000_000_000;

    /// <summary>After midnight.</summary>
    public long TimeNs;

    /// <summary>What happened.</summary>
    public LobsterType Type;

    /// <summary>The order; 0 with hidden executions and halts.</summary>
    public ulong OrderId;

    /// <summary>What the order gains or loses; 0 with halts.</summary>
    public Qty Qty;

    /// <summary>Its price; 0 with halts, whose price column says something else.</summary>
    public Px Px;

    /// <summary>Its side.</summary>
    public Side Side;

    /// <summary>Reads a line.</summary>
    [HotPath]
    public static bool TryParse(
        ReadOnlySpan<byte> line, LobsterScale scale, LineFault fault, out LobsterMessage message)
    {
        message = default;
        var columns = new LobsterColumns(line);
        if (!columns.TryNext(out var time) || !columns.TryNext(out var type) || !columns.TryNext(out var id)
            || !columns.TryNext(out var size) || !columns.TryNext(out var price)
            || !columns.TryNext(out var direction) || !columns.AtEnd)
            return Refuse(fault, "not six columns", line);
        if (ScaledDecimal.Parse(time, NsDigits, out message.TimeNs) != DecimalFault.None || message.TimeNs >= DayNs)
            return Refuse(fault, "no time of day in seconds", time);
        if (type.Length != 1 || type[0] is not (>= (byte)'1' and <= (byte)'5' or (byte)'7'))
            return Refuse(fault, "unknown type", type);
        message.Type = (LobsterType)(type[0] - '0');
        if (message.Type == LobsterType.Halt)
            return true;
        if (ScaledDecimal.Parse(id, 0, out var orderId) != DecimalFault.None)
            return Refuse(fault, "no order id", id);
        message.OrderId = (ulong)orderId;
        if (message.OrderId == 0 && message.Type != LobsterType.HiddenExecution)
            return Refuse(fault, "order id 0 of an order that is shown", type);
        if (!scale.TryQuantity(size, out message.Qty) || message.Qty.Mantissa == 0)
            return Refuse(fault, "no size at the symbol's scale", size);
        if (!scale.TryPrice(price, out message.Px))
            return Refuse(fault, "no price at the symbol's scale", price);
        message.Side = direction.SequenceEqual("1"u8) ? Side.Buy : Side.Sell;
        return message.Side == Side.Buy || direction.SequenceEqual("-1"u8)
            || Refuse(fault, "direction is not 1 or -1", direction);
    }

    private static bool Refuse(LineFault fault, string reason, ReadOnlySpan<byte> culprit)
    {
        fault.Set(reason, culprit);
        return false;
    }
}
