using System.Globalization;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Venues.Simulated;

/// <summary>Takes real orders out of a real day, puts ours in their place and compares when they fill. The suite takes
/// the first few hundred; all of them: <c>HFTSANDBOX_QUEUE_ORDERS=100000 HftSandbox.Tests -class "*QueuePositionTests"
/// -showLiveOutput</c>.</summary>
public sealed class QueuePositionTests
{
    private const string Day = "data/lobster-amzn/AMZN_2012-06-21_34200000_57600000_";

    [Fact]
    public void Ours_fills_when_the_order_in_whose_place_it_stands_was_filled()
    {
        var day = LobsterDay.Read(SharedData.Find(Day + "message_1.csv"), SharedData.Find(Day + "orderbook_1.csv"));
        var orders = day.Orders.Take(Count()).ToList();
        var errors = new Dictionary<string, List<long?>>();

        foreach (var model in Enum.GetValues<QueueModel>())
        {
            foreach (var batch in Batches(orders))
            {
                foreach (var (order, filledNs) in new QueueTrial(day, model).Play(batch))
                    Add(errors, model.ToString(), order, filledNs);
            }
        }

        foreach (var order in orders)
            Add(errors, "NoQueue", order, WithoutQueue(day, order));
        foreach (var (name, all) in errors)
            TestContext.Current.TestOutputHelper?.WriteLine(Row(name, all));
        foreach (var model in Enum.GetValues<QueueModel>())
        {
            var joined = errors[$"{model}, joined a queue"];
            Assert.True(Share(joined, 1_000) > Share(errors["NoQueue, joined a queue"], 1_000));
            Assert.True(Share(errors[$"{model}, first at its price"], 1) > 90);
        }
    }

    private static int Count() =>
        Environment.GetEnvironmentVariable("HFTSANDBOX_QUEUE_ORDERS") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : 150;

    /// <summary>Orders whose lives, and ours after them, do not touch.</summary>
    private static List<List<RealOrder>> Batches(IEnumerable<RealOrder> orders)
    {
        var batches = new List<List<RealOrder>>();
        foreach (var order in orders)
        {
            var batch = batches.Find(one => one[^1].FilledNs + QueueTrial.PatienceNs < order.SubmittedNs);
            if (batch is null)
                batches.Add(batch = []);
            batch.Add(order);
        }

        return batches;
    }

    /// <summary>What a venue without queues would say: every print at the price or through it fills us.</summary>
    private static long? WithoutQueue(LobsterDay day, RealOrder order)
    {
        var left = order.Qty;
        for (var index = order.First + 1; index < day.Messages.Count; index++)
        {
            var message = day.Messages[index];
            if (message.Type is not (4 or 5) || message.Side != order.Side)
                continue;
            var reaches = order.Side == Side.Buy ? message.Px <= order.Px : message.Px >= order.Px;
            left -= reaches ? message.Qty : 0;
            if (left <= 0)
                return message.TimeNs;
        }

        return null;
    }

    private static void Add(Dictionary<string, List<long?>> errors, string model, RealOrder order, long? filledNs)
    {
        var name = $"{model}, {(order.AheadQty > 0 ? "joined a queue" : "first at its price")}";
        if (!errors.TryGetValue(name, out var all))
            errors.Add(name, all = []);
        all.Add(filledNs - order.FilledNs);
    }

    private static string Row(string name, List<long?> errors)
    {
        var sizes = errors.Select(error => error is { } ns ? Math.Abs(ns) : long.MaxValue).Order().ToArray();
        string[] cells =
        [
            name,
            errors.Count.ToString(CultureInfo.InvariantCulture),
            Percentile(sizes, 50), Percentile(sizes, 90), Percentile(sizes, 99),
            $"{Percent(errors, error => error < 0)}", $"{Percent(errors, error => error == 0)}",
            .. new[] { 1, 10, 100, 1_000, 10_000 }.Select(ms => $"{Share(errors, ms):0.0} %"),
            $"{Percent(errors, error => error is null)}",
        ];
        return "| " + string.Join(" | ", cells) + " |";
    }

    private static double Share(List<long?> errors, long withinMs) =>
        100.0 * errors.Count(error => error is { } ns && Math.Abs(ns) <= withinMs * 1_000_000) / errors.Count;

    private static string Percent(List<long?> errors, Func<long?, bool> which) =>
        $"{100.0 * errors.Count(which) / errors.Count:0.0} %";

    private static string Percentile(long[] sizes, int percent)
    {
        var ns = sizes[Math.Max(0, (int)Math.Ceiling(sizes.Length * percent / 100.0) - 1)];
        return ns == long.MaxValue ? "never" : $"{ns / 1e6:0.###} ms";
    }
}
