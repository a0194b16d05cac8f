using System.Globalization;
using System.Numerics;
using System.Text;
using HftSandbox.Trader.Commands;

namespace HftSandbox.Trader.Report;

/// <summary>One chart over time, as inline SVG. Values are mantissas, doubled ones where mids must stay
/// exact.</summary>
/// <param name="page">Where to draw.</param>
/// <param name="time">The axis of time, in nanoseconds.</param>
/// <param name="height">Pixels.</param>
internal sealed class Chart(Markup page, Axis time, int height)
{
    /// <summary>Width of every chart in pixels.</summary>
    public const int Width = 1160;

    /// <summary>Where the axis of time begins.</summary>
    public const int Left = 120;

    /// <summary>Where the axis of time ends.</summary>
    public const int Right = Width - 15;

    /// <summary>Decimal digits of times: nanoseconds shown as seconds.</summary>
    public const int TimeScale = 9;

    private const int Top = 12;
    private const int RoomBelow = 34;
    private const int MarkerPixels = 5;
    private const int HoverPixels = 12;
    private Axis _values = null!;
    private int _factor = 1;

    private int Bottom => height - RoomBelow;

    /// <summary>The axis of time of a log.</summary>
    /// <param name="elapsedNs">Its length.</param>
    public static Axis TimeAxis(long elapsedNs) => new(0, Math.Max(1, elapsedNs), TimeScale, Left, Right);

    /// <summary>Begins: frame, axes, title.</summary>
    /// <param name="title">What is drawn, with its unit.</param>
    /// <param name="values">The series that must fit.</param>
    /// <param name="scale">Decimal digits of the values.</param>
    /// <param name="isTwice">Whether the values are doubled mantissas.</param>
    /// <param name="runStarts">Where runs begin.</param>
    public void Begin(
        string title, IEnumerable<TimeSeries> values, int scale, bool isTwice, IEnumerable<long> runStarts)
    {
        _factor = isTwice ? 5 : 1;
        var extremes = values.SelectMany(series => series.Buckets)
            .SelectMany(entry => new[] { Value(entry.Bucket.Min), Value(entry.Bucket.Max) }).ToArray();
        _values = Axis.Over(extremes, isTwice ? scale + 1 : scale, Bottom, Top);
        BeginFrame(page, title, height);
        foreach (var tick in _values.Ticks)
        {
            var y = _values.PixelOf(tick);
            page.Shape("line", "", "class", "grid", "x1", Left, "x2", Right, "y1", y, "y2", y);
            page.Element("text", _values.Text(tick), "class", "end", "x", Left - 8, "y", y + 4);
        }

        TimeTicks(page, time, Top, Bottom);
        foreach (var start in runStarts.Skip(1))
        {
            var x = time.PixelOf(start);
            page.Shape("line", "a run begins", "class", "run", "x1", x, "x2", x, "y1", Top, "y2", Bottom);
        }
    }

    /// <summary>Begins a drawing.</summary>
    /// <param name="page">Where to draw.</param>
    /// <param name="title">Its title.</param>
    /// <param name="height">Pixels.</param>
    public static void BeginFrame(Markup page, string title, int height)
    {
        page.Open("figure").Element("figcaption", title);
        page.Open(
            "svg", "xmlns", "http://www.w3.org/2000/svg", "viewBox", $"0 0 {Width} {height}", "role", "img");
        page.Element("title", title);
    }

    /// <summary>Draws the axis of time.</summary>
    /// <param name="page">Where to draw.</param>
    /// <param name="time">It.</param>
    /// <param name="top">Upper end of its lines.</param>
    /// <param name="bottom">Lower end of its lines.</param>
    public static void TimeTicks(Markup page, Axis time, int top, int bottom)
    {
        foreach (var tick in time.Ticks)
        {
            var x = time.PixelOf(tick);
            page.Shape("line", "", "class", "grid", "x1", x, "x2", x, "y1", top, "y2", bottom);
            page.Element("text", $"{time.Text(tick)} s", "class", "middle", "x", x, "y", bottom + 16);
        }

        page.Shape(
            "rect", "", "class", "frame", "x", time.FromPixel, "y", top, "width", time.ToPixel - time.FromPixel,
            "height", bottom - top);
    }

    /// <summary>Draws a line through first, least, greatest and last value of every stretch.</summary>
    /// <param name="series">The series.</param>
    /// <param name="style">Its class.</param>
    /// <param name="isStep">Whether a value holds until the next.</param>
    public void Line(TimeSeries series, string style, bool isStep)
    {
        var path = new StringBuilder();
        foreach (var (startNs, bucket) in series.Buckets)
        {
            var x = time.PixelOf(startNs);
            if (path.Length == 0)
                path.Append(CultureInfo.InvariantCulture, $"M{x},{Pixel(bucket.First)}");
            else if (isStep)
                path.Append(CultureInfo.InvariantCulture, $"H{x}");
            else
                path.Append(CultureInfo.InvariantCulture, $"L{x},{Pixel(bucket.First)}");
            path.Append(
                CultureInfo.InvariantCulture, $"V{Pixel(bucket.Min)}V{Pixel(bucket.Max)}V{Pixel(bucket.Last)}");
        }

        if (isStep)
            path.Append(CultureInfo.InvariantCulture, $"H{Right}");
        page.Shape("path", "", "class", style, "d", path.ToString());
    }

    /// <summary>Fills what lies between zero and the least value of every stretch.</summary>
    /// <param name="series">The series, never above zero.</param>
    /// <param name="style">Its class.</param>
    public void Area(TimeSeries series, string style)
    {
        var zero = _values.PixelOf(BigInteger.Min(_values.Max, BigInteger.Max(_values.Min, 0)));
        var path = new StringBuilder($"M{time.FromPixel},{zero}");
        foreach (var (startNs, bucket) in series.Buckets)
        {
            path.Append(
                CultureInfo.InvariantCulture,
                $"H{time.PixelOf(startNs)}V{Pixel(bucket.Min)}");
        }

        path.Append(CultureInfo.InvariantCulture, $"H{Right}V{zero}Z");
        page.Shape("path", "", "class", style, "d", path.ToString());
    }

    /// <summary>Marks the least and the greatest value of every stretch with a triangle.</summary>
    /// <param name="series">The series.</param>
    /// <param name="style">Its class.</param>
    /// <param name="what">What they are, for the tooltip.</param>
    /// <param name="isUp">Whether the triangles point up.</param>
    public void Markers(TimeSeries series, string style, string what, bool isUp)
    {
        foreach (var (startNs, bucket) in series.Buckets)
        {
            var range = bucket.Min == bucket.Max ? Text(bucket.Min) : $"{Text(bucket.Min)} to {Text(bucket.Max)}";
            var tooltip = $"{bucket.Count} {what} at {range}, {PositionText.Scaled(startNs, 9)} s";
            Marker(time.PixelOf(startNs), Pixel(bucket.Min), style, tooltip, isUp);
            if (bucket.Min != bucket.Max)
                Marker(time.PixelOf(startNs), Pixel(bucket.Max), style, tooltip, isUp);
        }
    }

    /// <summary>A tooltip for every stretch of some pixels says what a series was there.</summary>
    /// <param name="series">The series.</param>
    public void Tooltips(TimeSeries series)
    {
        foreach (var column in series.Buckets.GroupBy(entry => (time.PixelOf(entry.StartNs) - Left) / HoverPixels))
        {
            var all = column.Aggregate(default(Bucket), (sum, entry) => sum.Then(entry.Bucket));
            var tooltip = $"{PositionText.Scaled(column.First().StartNs, 9)} s: {Text(all.First)}, least "
                + $"{Text(all.Min)}, greatest {Text(all.Max)}, last {Text(all.Last)}";
            page.Shape(
                "rect", tooltip, "class", "hover", "x", Left + (column.Key * HoverPixels), "y", Top, "width",
                HoverPixels, "height", Bottom - Top);
        }
    }

    /// <summary>Ends.</summary>
    public void End() => page.Close().Close();

    private void Marker(int x, int y, string style, string tooltip, bool isUp)
    {
        var tip = isUp ? MarkerPixels : -MarkerPixels;
        page.Shape("path", tooltip, "class", style, "d", $"M{x},{y}l{MarkerPixels},{2 * tip}h{-2 * MarkerPixels}Z");
    }

    private BigInteger Value(Int128 mantissa) => (BigInteger)mantissa * _factor;

    private int Pixel(Int128 mantissa) => _values.PixelOf(Value(mantissa));

    private string Text(Int128 mantissa) => _values.Text(Value(mantissa));
}
