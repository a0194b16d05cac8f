using System.Globalization;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Venues.Simulated;

/// <summary>One message and the best levels after it.</summary>
internal readonly record struct DayMessage(
    long TimeNs, int Type, long OrderId, long Qty, long Px, Side Side, DayLevel Bid, DayLevel Ask)
{
    public DayLevel Best(Side side) => side == Side.Buy ? Bid : Ask;
}

/// <summary>A best level; quantity 0 = the side is empty.</summary>
internal readonly record struct DayLevel(long Px, long Qty);

/// <summary>An order that was submitted in sight and ended whole: executed in full, or deleted without any execution.
/// First and Last are the indices of its submission and its end, AheadQty is what stood at its price when it
/// came.</summary>
internal sealed record RealOrder(int First, int Last, long Id, Side Side, long Px, long Qty, long AheadQty)
{
    public bool IsExecuted { get; init; }

    public long SubmittedNs { get; init; }

    public long EndedNs { get; init; }
}

/// <summary>A day of a level-1 LOBSTER file, read in the plainest way.</summary>
internal sealed class LobsterDay
{
    private const int Submission = 1;
    private const int Deletion = 3;
    private const int Execution = 4;

    private LobsterDay(DayMessage[] messages)
    {
        Messages = messages;
        Orders = [.. messages.Index().Where(one => one.Item.OrderId != 0).GroupBy(one => one.Item.OrderId)
            .Select(life => OrderOf([.. life])).OfType<RealOrder>().OrderBy(order => order.First)];
    }

    public IReadOnlyList<DayMessage> Messages { get; }

    public IReadOnlyList<RealOrder> Orders { get; }

    public static LobsterDay Read(string messages, string rows) => new(
    [
        .. File.ReadLines(messages).Zip(File.ReadLines(rows)).Where(lines => char.IsAsciiDigit(lines.First[0]))
            .Select(lines => Parse(lines.First.Split(','), [.. lines.Second.Split(',').Select(Number)])),
    ]);

    private static DayMessage Parse(string[] message, long[] row) => new(
        (long)(decimal.Parse(message[0], CultureInfo.InvariantCulture) * 1_000_000_000),
        (int)Number(message[1]),
        Number(message[2]),
        Number(message[3]),
        Number(message[4]),
        message[5] == "1" ? Side.Buy : Side.Sell,
        new DayLevel(row[2], row[3]),
        new DayLevel(row[0], row[1]));

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private RealOrder? OrderOf((int Index, DayMessage Message)[] life)
    {
        var (first, submitted) = life[0];
        var rest = life[1..];
        var isExecuted = rest.Length > 0 && rest.All(one => one.Message.Type == Execution)
            && rest.Sum(one => one.Message.Qty) == submitted.Qty;
        var isDeleted = rest.Length == 1 && rest[0].Message.Type == Deletion;
        if (first == 0 || submitted.Type != Submission || (!isExecuted && !isDeleted))
            return null;
        var before = Messages[first - 1].Best(submitted.Side);
        return new RealOrder(
            first,
            rest[^1].Index,
            submitted.OrderId,
            submitted.Side,
            submitted.Px,
            submitted.Qty,
            before.Px == submitted.Px ? before.Qty : 0)
        {
            IsExecuted = isExecuted,
            SubmittedNs = submitted.TimeNs,
            EndedNs = rest[^1].Message.TimeNs,
        };
    }
}
