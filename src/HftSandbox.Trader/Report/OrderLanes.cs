using HftSandbox.Core.Orders;
using HftSandbox.Events;
using HftSandbox.Trader.Commands;

namespace HftSandbox.Trader.Report;

/// <summary>The lives of orders as bars, one below the other, colored by how they ended.</summary>
/// <param name="report">The report.</param>
internal sealed class OrderLanes(LogReport report)
{
    private const int LanesMax = 60;
    private const int Left = 330;
    private const int Top = 12;
    private const int LanePixels = 15;
    private const int RoomBelow = 34;
    private const int BarPixelsMin = 4;

    /// <summary>Draws those that lived longest, in the order of their intents.</summary>
    /// <param name="page">Where to draw.</param>
    public void Write(Markup page)
    {
        var shown = report.Orders
            .OrderByDescending(order => EndNs(order) - order.StartNs).ThenBy(order => order.ClOrdId)
            .Take(LanesMax)
            .OrderBy(order => order.StartNs).ThenBy(order => order.ClOrdId)
            .ToArray();
        if (shown.Length == 0)
            return;
        var (first, last) = (shown.Min(order => order.StartNs), shown.Max(EndNs));
        var time = new Axis(first, Math.Max(first + 1, last), Chart.TimeScale, Left, Chart.Right);
        var height = Top + (shown.Length * LanePixels) + RoomBelow;
        var which = shown.Length == report.Orders.Count ? "all" : "those that lived longest";
        Chart.BeginFrame(
            page, $"Life of orders: {shown.Length} of {report.Orders.Count} that risk let through, {which}", height);
        Chart.TimeTicks(page, time, Top, height - RoomBelow);
        foreach (var (lane, order) in shown.Index())
            Lane(page, time, order, Top + (lane * LanePixels));
        page.Close();
        Legend(page, shown.Select(order => order.Status).Distinct().Order());
        page.Close();
    }

    private static string StyleOf(OrdStatus status) => status switch
    {
        OrdStatus.Filled => "filled",
        OrdStatus.Canceled => "canceled",
        OrdStatus.Rejected or OrdStatus.Expired => "refused",
        _ => "open",
    };

    private static void Legend(Markup page, IEnumerable<OrdStatus> states)
    {
        page.Open("p", "class", "legend");
        foreach (var status in states)
            page.Element("span", status.ToString(), "class", StyleOf(status));
        page.Close();
    }

    private void Lane(Markup page, Axis time, OrderLife order, int y)
    {
        var instrument = report.Instruments[order.InstrumentId];
        var quantity = AmountText.Quantity(instrument, order.Qty.Mantissa);
        var price = order.Px == default
            ? "market"
            : PositionText.Scaled(order.Px.Mantissa, instrument.Config.PriceScale);
        var name = ReportTables.Name(instrument.Config.Name);
        var label = $"{order.ClOrdId} {order.Side} {quantity} {name} @ {price}";
        var (from, to) = (time.PixelOf(order.StartNs), time.PixelOf(EndNs(order)));
        page.Element("text", label, "class", "end", "x", Left - 8, "y", y + 11);
        page.Shape(
            "rect",
            $"{label}: {order.Status}, filled {AmountText.Quantity(instrument, order.Filled)}, "
            + $"{PositionText.Scaled(order.StartNs, 9)} s to {PositionText.Scaled(EndNs(order), 9)} s",
            "class", StyleOf(order.Status), "x", Math.Min(from, Chart.Right - BarPixelsMin), "y", y + 2,
            "width", Math.Max(BarPixelsMin, to - from), "height", LanePixels - 4);
    }

    private long EndNs(OrderLife order) =>
        OrderLifecycle.IsTerminal(order.Status) ? order.LastNs : report.History.ElapsedNs;
}
