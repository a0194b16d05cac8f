using System.Globalization;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Venues.Simulated;

/// <summary>Takes real orders out of a real day, one at a time, puts ours in their place and compares what becomes of
/// it. The figures: <c>HftSandbox.Tests -class "*QueuePositionTests" -showLiveOutput</c>.</summary>
public sealed class QueuePositionTests
{
    private const string Day = "data/lobster-amzn/AMZN_2012-06-21_34200000_57600000_";

    /// <summary>What a venue without queues would say: every print at the price or through it fills.</summary>
    private const string NoQueue = "no queue";

    [Fact]
    public void Ours_fills_when_the_executed_order_in_whose_place_it_stands_did()
    {
        var day = ReadDay();
        var errors = new SortedDictionary<string, List<long?>>(StringComparer.Ordinal);

        foreach (var order in day.Orders.Where(order => order.IsExecuted))
        {
            foreach (var (model, (filledNs, _)) in Outcomes(day, order))
                Of(errors, Name(model, order)).Add(filledNs - order.EndedNs);
        }

        foreach (var (name, all) in errors)
            Tell(ErrorRow(name, all));
        foreach (var model in Enum.GetNames<QueueModel>())
        {
            Assert.Equal(100, Share(errors[$"{model}, first at its price"], 0));
            Assert.True(Share(errors[$"{model}, joined a queue"], 0) > Share(errors[$"{NoQueue}, joined a queue"], 0));
        }
    }

    [Fact]
    public void Ours_does_not_fill_while_the_order_in_whose_place_it_stands_waits_in_vain()
    {
        var day = ReadDay();
        var fills = new SortedDictionary<string, List<long?>>(StringComparer.Ordinal);

        foreach (var order in day.Orders.Where(order => !order.IsExecuted))
        {
            foreach (var (model, (_, filledQty)) in Outcomes(day, order))
                Of(fills, Name(model, order)).Add(filledQty);
        }

        foreach (var (name, all) in fills)
            Tell($"| {name} | {all.Count} | {all.Count(qty => qty > 0)} | {Percent(all, qty => qty > 0)} |");
        foreach (var model in Enum.GetNames<QueueModel>())
        {
            Assert.True(fills[$"{model}, joined a queue"].Count(qty => qty > 0)
                < fills[$"{NoQueue}, joined a queue"].Count(qty => qty > 0));
        }
    }

    private static LobsterDay ReadDay() =>
        LobsterDay.Read(SharedData.Find(Day + "message_1.csv"), SharedData.Find(Day + "orderbook_1.csv"));

    private readonly Dictionary<QueueModel, QueueTrial> _trials = [];

    private IEnumerable<(string Model, (long? FilledNs, long FilledQty) Outcome)> Outcomes(
        LobsterDay day, RealOrder order)
    {
        foreach (var model in Enum.GetValues<QueueModel>())
        {
            if (!_trials.TryGetValue(model, out var trial))
                _trials.Add(model, trial = new QueueTrial(day, model));
            var filledNs = trial.Play(order, out var filledQty);
            yield return (model.ToString(), (filledNs, filledQty));
        }

        yield return (NoQueue, WithoutQueue(day, order));
    }

    private static (long? FilledNs, long FilledQty) WithoutQueue(LobsterDay day, RealOrder order)
    {
        var left = order.Qty;
        var endNs = order.EndedNs + QueueTrial.PatienceNs;
        for (var index = order.First + 1; index < day.Messages.Count; index++)
        {
            var message = day.Messages[index];
            if (order.IsExecuted ? message.TimeNs > endNs : index == order.Last)
                break;
            var reaches = order.Side == Side.Buy ? message.Px <= order.Px : message.Px >= order.Px;
            if (message.Type is 4 or 5 && message.Side == order.Side && reaches)
                left -= Math.Min(left, message.Qty);
            if (left == 0)
                return (message.TimeNs, order.Qty);
        }

        return (null, order.Qty - left);
    }

    private static string Name(string model, RealOrder order) =>
        $"{model}, {(order.AheadQty > 0 ? "joined a queue" : "first at its price")}";

    private static List<long?> Of(SortedDictionary<string, List<long?>> all, string name)
    {
        if (!all.TryGetValue(name, out var list))
            all.Add(name, list = []);
        return list;
    }

    private static string ErrorRow(string name, List<long?> errors)
    {
        var sizes = errors.Select(error => error is { } ns ? Math.Abs(ns) : long.MaxValue).Order().ToArray();
        string[] cells =
        [
            name,
            errors.Count.ToString(CultureInfo.InvariantCulture),
            Percentile(sizes, 50), Percentile(sizes, 90), Percentile(sizes, 99),
            Percent(errors, error => error < 0),
            .. new[] { 0, 1, 10, 100, 1_000 }.Select(ms => $"{Share(errors, ms):0.0} %"),
            Percent(errors, error => error is null),
        ];
        return "| " + string.Join(" | ", cells) + " |";
    }

    private static double Share(List<long?> errors, long withinMs) =>
        100.0 * errors.Count(error => error is { } ns && Math.Abs(ns) <= withinMs * 1_000_000) / errors.Count;

    private static string Percent(List<long?> all, Func<long?, bool> which) =>
        $"{100.0 * all.Count(which) / all.Count:0.0} %";

    private static string Percentile(long[] sizes, int percent)
    {
        var ns = sizes[Math.Max(0, (int)Math.Ceiling(sizes.Length * percent / 100.0) - 1)];
        return ns == long.MaxValue ? "never" : $"{ns / 1e6:0.###} ms";
    }

    private static void Tell(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
