using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using HftSandbox.Adapters;
using HftSandbox.Adapters.Binance;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Adapters.Binance;

/// <summary>A capture in a temporary file, deleted with it.</summary>
internal sealed class CaptureFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("capture").FullName;

    public CaptureFile(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    public CaptureFile(byte[] bytes) => File.WriteAllBytes(Path, bytes);

    public string Path => System.IO.Path.Combine(_folder, "capture");

    public List<BadLine> BadLines { get; } = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public BinanceCaptureFeed Open(
        ImmutableArray<InstrumentConfig> instruments, FeedResume resume = default, uint maxBadLines = 0) =>
        new(Path, instruments, BadLines.Add, resume, maxBadLines);

    /// <summary>Everything a feed gives, through a window of some slots.</summary>
    public static (InputEvent[] Events, StopReason Ended) ReadAll(IFeed feed, int window = 64)
    {
        var events = new List<InputEvent>();
        var slots = new InputEvent[window];
        for (var count = feed.Poll(slots); count > 0 || feed.Ended == StopReason.None; count = feed.Poll(slots))
            events.AddRange(slots.AsSpan(0, count));
        return ([.. events], feed.Ended);
    }

    public static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    public static InstrumentConfig Instrument(string name, int priceScale = 8, int quantityScale = 8) => new()
    {
        Name = name,
        Venue = "BINANCE",
        PriceScale = priceScale,
        QuantityScale = quantityScale,
        NotionalScale = 8,
        FeeScale = 8,
    };
}
