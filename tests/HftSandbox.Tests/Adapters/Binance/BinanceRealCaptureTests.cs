using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Text.Json;
using HftSandbox.Adapters;
using HftSandbox.Adapters.Binance;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Adapters.Binance;

/// <summary>The feed against a second, naive reading of a real capture.</summary>
public sealed class BinanceRealCaptureTests
{
    private static readonly InstrumentConfig Eth = CaptureFile.Instrument("ETHUSDT");

    [Fact]
    public void The_feed_and_a_naive_reading_agree_on_the_real_capture()
    {
        var expected = ReadNaively(SharedData.EthUsdt);

        var actual = ReadFeed(SharedData.EthUsdt);

        Assert.Equal(expected, actual);
        Assert.True(actual.Quotes > 20_000 && actual.Trades > 5_000 && actual.Levels > 50_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(777)]
    public void Resumed_anywhere_in_the_real_capture_it_gives_exactly_the_rest(int step)
    {
        using var feed = new BinanceCaptureFeed(SharedData.EthUsdt, [Eth], Fail);
        var whole = CaptureFile.ReadAll(feed, 4096).Events;

        for (var i = 0; i < 4; i++)
        {
            var stop = Math.Min(whole.Length, (i * 30_011) + step);
            var last = whole[stop - 1].Header;
            var inputs = whole.AsSpan(0, stop).ToArray().Count(slot => slot.Header.FeedPosition == last.FeedPosition);
            var resume = new FeedResume(last.FeedPosition, (uint)inputs, last.ReceiveTimeNs);
            using var resumed = new BinanceCaptureFeed(SharedData.EthUsdt, [Eth], Fail, resume);

            var rest = CaptureFile.ReadAll(resumed, 1000).Events;

            Assert.True(Same(whole.AsSpan(stop), rest), $"stopped after {stop}");
        }
    }

    private static Totals ReadFeed(string file)
    {
        using var feed = new BinanceCaptureFeed(file, [Eth], Fail);
        var (events, ended) = CaptureFile.ReadAll(feed, 4096);
        Assert.Equal(StopReason.SourceEnd, ended);

        var totals = new Totals();
        var previous = 0L;
        foreach (var input in events)
        {
            var slot = input;
            Assert.True(slot.Header.ReceiveTimeNs >= previous);
            previous = slot.Header.ReceiveTimeNs;
            totals = slot.Header.Kind switch
            {
                EventKind.Quote => totals with { Quotes = totals.Quotes + 1 },
                EventKind.BookClear => totals with { Snapshots = totals.Snapshots + 1 },
                EventKind.BookLevel when slot.Body<BookLevelBody>().Action == BookAction.Set =>
                    AddLevel(totals, slot.Body<BookLevelBody>()),
                EventKind.Trade => AddTrade(totals, slot.Body<TradeBody>()),
                _ => totals,
            };
            if ((slot.Header.Flags & RecordFlags.LastOfMessage) != 0)
                totals = totals with { Messages = totals.Messages + 1 };
        }

        return totals;
    }

    private static Totals AddLevel(Totals totals, BookLevelBody level) => totals with
    {
        Levels = totals.Levels + 1,
        LevelQty = totals.LevelQty + level.Qty.Mantissa,
    };

    private static Totals AddTrade(Totals totals, TradeBody trade) => totals with
    {
        Trades = totals.Trades + 1,
        TakerBuys = totals.TakerBuys + (trade.AggressorSide == Side.Buy ? 1 : 0),
        TradeQty = totals.TradeQty + trade.Qty.Mantissa,
        TradeTurnover = totals.TradeTurnover + ((BigInteger)trade.Px.Mantissa * trade.Qty.Mantissa),
    };

    private static Totals ReadNaively(string file)
    {
        using var lines = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        var totals = new Totals();
        while (lines.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            var root = document.RootElement;
            var data = root.TryGetProperty("data", out var inner) ? inner : root;
            totals = AddNaively(totals with { Messages = totals.Messages + 1 }, data);
        }

        return totals;
    }

    private static Totals AddNaively(Totals totals, JsonElement data)
    {
        if (data.TryGetProperty("lastUpdateId", out _))
            return AddLevels(totals with { Snapshots = totals.Snapshots + 1 }, data, "bids", "asks");
        if (!data.TryGetProperty("e", out var type))
            return totals with { Quotes = totals.Quotes + 1 };
        if (type.GetString() == "depthUpdate")
            return AddLevels(totals, data, "b", "a");

        Assert.Equal("trade", type.GetString());
        var qty = Scaled(data.GetProperty("q"));
        return totals with
        {
            Trades = totals.Trades + 1,
            TakerBuys = totals.TakerBuys + (data.GetProperty("m").GetBoolean() ? 0 : 1),
            TradeQty = totals.TradeQty + qty,
            TradeTurnover = totals.TradeTurnover + (Scaled(data.GetProperty("p")) * qty),
        };
    }

    private static Totals AddLevels(Totals totals, JsonElement data, string bids, string asks)
    {
        var levels = data.GetProperty(bids).EnumerateArray().Concat(data.GetProperty(asks).EnumerateArray()).ToList();
        return totals with
        {
            Levels = totals.Levels + levels.Count,
            LevelQty = levels.Aggregate(totals.LevelQty, (sum, level) => sum + Scaled(level[1])),
        };
    }

    /// <summary>The capture writes eight decimals everywhere.</summary>
    private static BigInteger Scaled(JsonElement text)
    {
        var parts = text.GetString()!.Split('.');
        Assert.Equal(8, parts[1].Length);
        return BigInteger.Parse(parts[0] + parts[1], CultureInfo.InvariantCulture);
    }

    private static bool Same(ReadOnlySpan<InputEvent> one, ReadOnlySpan<InputEvent> other) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(one)
            .SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(other));

    private static void Fail(BadLine bad) => Assert.Fail(bad.ToString());

    private sealed record Totals
    {
        public int Messages { get; init; }

        public int Quotes { get; init; }

        public int Trades { get; init; }

        public int TakerBuys { get; init; }

        public int Snapshots { get; init; }

        public int Levels { get; init; }

        public BigInteger LevelQty { get; init; }

        public BigInteger TradeQty { get; init; }

        public BigInteger TradeTurnover { get; init; }
    }
}
