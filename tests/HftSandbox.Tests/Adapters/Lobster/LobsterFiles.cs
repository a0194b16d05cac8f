using HftSandbox.Adapters;
using HftSandbox.Adapters.Lobster;
using HftSandbox.Core.Configuration;

namespace HftSandbox.Tests.Adapters.Lobster;

/// <summary>A message file and its book file, with the names LOBSTER gives them.</summary>
internal sealed class LobsterFiles : IDisposable
{
    public const string Messages = "AMZN_2012-06-21_34200000_57600000_message_1.csv";
    public const string Rows = "AMZN_2012-06-21_34200000_57600000_orderbook_1.csv";

    private readonly TempDirectory _directory = new();

    public static InstrumentConfig Amzn { get; } = new()
    {
        Name = "AMZN",
        Venue = "NASDAQ",
        PriceScale = 4,
        QuantityScale = 0,
        NotionalScale = 4,
        FeeScale = 4,
    };

    public List<BadLine> BadLines { get; } = [];

    public LobsterFeed Open(
        string messages, string? rows = null, FeedResume resume = default, uint maxBadLines = 0, string name = Messages)
    {
        var file = _directory.Write(name, messages);
        var book = rows is null ? null : _directory.Write(Rows, rows);
        return new LobsterFeed(file, book, [Amzn], BadLines.Add, resume, maxBadLines);
    }

    public void Dispose() => _directory.Dispose();
}
