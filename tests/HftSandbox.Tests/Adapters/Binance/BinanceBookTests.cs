using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using HftSandbox.Adapters.Binance;
using HftSandbox.Core.MarketData;

namespace HftSandbox.Tests.Adapters.Binance;

/// <summary>The book rebuilt from the depth stream of a real capture, against the bookTicker stream beside it: two
/// streams of one venue, of which the book sees only the first. The test reads the JSON itself.</summary>
public sealed class BinanceBookTests
{
    private const int DepthEvents = 3_434;
    private const int DepthBeforeSnapshot = 2;

    [Fact]
    public void After_every_depth_event_the_rebuilt_best_is_the_last_ticker_up_to_it()
    {
        var capture = Capture.Read(SharedData.EthUsdt);
        var compared = 0;

        Run(SharedData.EthUsdt, (line, book) =>
        {
            if (!capture.Depths.TryGetValue(line, out var depth) || line < capture.SnapshotLine)
                return;
            Assert.Equal((BookState.Live, depth.LastId), (book.State, book.LastUpdateId));
            Assert.True(capture.TickerAt(depth.LastId) == book.Best(), $"line {line}");
            compared++;
        });

        Assert.Equal(DepthEvents, capture.Depths.Count);
        Assert.Equal(DepthEvents - DepthBeforeSnapshot, compared);
    }

    [Fact]
    public void The_captures_own_ids_keep_the_rule_that_the_book_checks()
    {
        var capture = Capture.Read(SharedData.EthUsdt);
        var depths = capture.Depths.Values.ToArray();

        var jumps = depths.Skip(1).Zip(depths).Count(pair => pair.First.FirstId != pair.Second.LastId + 1);

        Assert.Equal(0, jumps);
        Assert.Equal(DepthBeforeSnapshot, capture.Depths.Count(depth => depth.Value.LastId <= capture.SnapshotId));
    }

    /// <summary>Twenty depth lines are cut out. Eighty later comes a snapshot, made by the test from the whole capture;
    /// it is three events older than the lines around it, as snapshots are.</summary>
    [Fact]
    public void Lines_that_are_cut_out_are_a_gap_until_a_snapshot_and_then_the_book_is_right_again()
    {
        var capture = Capture.Read(SharedData.EthUsdt);
        uint[] lines = [.. capture.Depths.Keys];
        var (cutFrom, cutTo, snapshotBehind, healedBy) = (lines[1000], lines[1019], lines[1100], lines[1103]);
        var text = new StringBuilder();
        var kept = new List<uint> { 0 };
        for (uint line = 1; line <= capture.Lines.Count; line++)
        {
            var isCut = line >= cutFrom && line <= cutTo && capture.Depths.ContainsKey(line);
            if (!isCut)
                Keep(capture.Lines[(int)line - 1], line);
            if (line == healedBy)
                Keep(capture.SnapshotAfter(snapshotBehind), 0);
        }

        using var file = new CaptureFile(text.ToString());
        var states = new Dictionary<BookState, int>();
        Run(file.Path, (position, book) =>
        {
            var line = kept[(int)position];
            if (line <= capture.SnapshotLine || !capture.Depths.TryGetValue(line, out var depth))
                return;
            states[book.State] = states.GetValueOrDefault(book.State) + 1;
            Assert.Equal(line > cutTo && line <= healedBy ? BookState.Gap : BookState.Live, book.State);
            Assert.True(book.State == BookState.Gap || capture.TickerAt(depth.LastId) == book.Best(), $"line {line}");
        });

        Assert.Equal(84, states[BookState.Gap]);
        Assert.Equal(DepthEvents - DepthBeforeSnapshot - 20 - 84, states[BookState.Live]);

        void Keep(string content, uint line)
        {
            text.Append(content).Append('\n');
            kept.Add(line);
        }
    }

    private static void Run(string file, Action<uint, OrderBook> afterMessage)
    {
        var instrument = CaptureFile.Instrument("ETHUSDT");
        using var feed = new BinanceCaptureFeed(file, [instrument], bad => Assert.Fail(bad.ToString()));
        FeedRun.Through(feed, instrument, afterMessage);
    }

    private sealed record Depth(ulong FirstId, ulong LastId, JsonElement Bids, JsonElement Asks);

    private sealed class Capture
    {
        private readonly List<(ulong Id, BestLevels Best)> _tickers = [];
        private JsonElement _snapshot;

        public List<string> Lines { get; } = [];

        public SortedDictionary<uint, Depth> Depths { get; } = [];

        public uint SnapshotLine { get; private set; }

        public ulong SnapshotId => _snapshot.GetProperty("lastUpdateId").GetUInt64();

        public static Capture Read(string file)
        {
            var capture = new Capture();
            using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
            while (reader.ReadLine() is { } line)
            {
                capture.Lines.Add(line);
                capture.Add(JsonElement.Parse(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
            }

            return capture;
        }

        /// <summary>The ticker with the greatest id up to one.</summary>
        public BestLevels TickerAt(ulong id)
        {
            var index = _tickers.BinarySearch((id, default), Comparer<(ulong Id, BestLevels)>.Create(
                (one, other) => one.Id.CompareTo(other.Id)));
            return _tickers[index < 0 ? ~index - 1 : index].Best;
        }

        /// <summary>A snapshot line as the venue would have given it right after a depth event.</summary>
        public string SnapshotAfter(uint depthLine)
        {
            var sides = new[] { new Dictionary<string, string>(), new Dictionary<string, string>() };
            Put(sides, _snapshot.GetProperty("bids"), _snapshot.GetProperty("asks"));
            foreach (var (_, depth) in Depths.Where(depth => depth.Key > SnapshotLine && depth.Key <= depthLine))
                Put(sides, depth.Bids, depth.Asks);
            var texts = sides.Select(side => string.Join(',', side
                .Where(level => Scaled(level.Value) != 0)
                .Select(level => $"[\"{level.Key}\",\"{level.Value}\"]"))).ToArray();
            return $"1 {{\"lastUpdateId\":{Depths[depthLine].LastId},\"bids\":[{texts[0]}],\"asks\":[{texts[1]}]}}";
        }

        private void Add(JsonElement message)
        {
            var line = (uint)Lines.Count;
            if (message.TryGetProperty("lastUpdateId", out _))
            {
                (_snapshot, SnapshotLine) = (message, line);
                return;
            }

            var data = message.GetProperty("data");
            var stream = message.GetProperty("stream").GetString()!;
            if (stream.EndsWith("@bookTicker", StringComparison.Ordinal))
            {
                _tickers.Add((data.GetProperty("u").GetUInt64(), new BestLevels(
                    Scaled(data, "b"), Scaled(data, "B"), Scaled(data, "a"), Scaled(data, "A"))));
            }
            else if (stream.Contains("@depth", StringComparison.Ordinal))
            {
                Depths[line] = new Depth(
                    data.GetProperty("U").GetUInt64(),
                    data.GetProperty("u").GetUInt64(),
                    data.GetProperty("b"),
                    data.GetProperty("a"));
            }
        }

        private static void Put(Dictionary<string, string>[] sides, JsonElement bids, JsonElement asks)
        {
            foreach (var level in bids.EnumerateArray())
                sides[0][level[0].GetString()!] = level[1].GetString()!;
            foreach (var level in asks.EnumerateArray())
                sides[1][level[0].GetString()!] = level[1].GetString()!;
        }

        private static long Scaled(JsonElement data, string name) => Scaled(data.GetProperty(name).GetString()!);

        /// <summary>The capture writes eight decimals everywhere.</summary>
        private static long Scaled(string text) =>
            long.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
