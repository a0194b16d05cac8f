using System.Globalization;
using HftSandbox.Adapters.Lobster;
using HftSandbox.Core.MarketData;
using HftSandbox.Events;
using HftSandbox.Tests.Adapters.Binance;

namespace HftSandbox.Tests.Adapters.Lobster;

/// <summary>Books built from a whole real session, AMZN 2012-06-21 at level 1, against the book rows that LOBSTER
/// itself made, read here once more.</summary>
public sealed class LobsterBookTests
{
    private const int RowCount = 57_515;
    private const int Improvements = 13_604;
    private const int Emptied = 13_953;

    private static string Messages => SharedData.Find($"data/lobster-amzn/{LobsterFiles.Messages}");

    private static string RowsFile => SharedData.Find($"data/lobster-amzn/{LobsterFiles.Rows}");

    [Fact]
    public void After_every_message_the_best_levels_are_those_of_its_book_row()
    {
        var rows = ReadRows();
        using var feed = Open(RowsFile);
        var compared = 0;

        FeedRun.Through(feed, LobsterFiles.Amzn, (line, book) =>
        {
            Assert.True(rows[(int)line - 2] == book.Best() && book.State == BookState.Live, $"line {line}");
            Assert.True(book.LevelCount(Side.Buy) == 1 && book.LevelCount(Side.Sell) == 1, $"line {line}");
            compared++;
        });

        Assert.Equal((RowCount, RowCount), (rows.Count, compared));
    }

    [Fact]
    public void The_rows_add_only_what_no_message_shows()
    {
        using var feed = Open(RowsFile);

        var sets = CaptureFile.ReadAll(feed, 4096).Events
            .Where(input => input.Header.Kind == EventKind.BookLevel && input.Header.FeedPosition > 2)
            .Select(input => input.Body<BookLevelBody>())
            .Where(level => level.Action == BookAction.Set)
            .ToLookup(level => level.Qty.Mantissa == 0);

        Assert.Equal(Emptied, sets[false].Count());
        Assert.Equal(Improvements, sets[true].Count());
    }

    /// <summary>From every row, the message behind it must lead to the next row, with nothing else to go by. Of a side
    /// whose best level it empties, the next level is in no message: there the book must be empty, and the row's
    /// new best worse than what was emptied.</summary>
    [Fact]
    public void Every_message_leads_from_its_row_to_the_next_as_far_as_a_level_1_file_can_show_it()
    {
        var rows = ReadRows();
        using var feed = Open(bookFile: null);
        var book = new OrderBook(4, 4, 1);
        int shown = 0, behind = 0;

        foreach (var message in CaptureFile.ReadAll(feed, 4096).Events.GroupBy(input => input.Header.FeedPosition))
        {
            var index = (int)message.Key - 2;
            if (index == 0)
                continue;
            Seed(book, rows[index - 1]);
            foreach (var input in message.Where(input => input.Header.Kind == EventKind.BookLevel))
            {
                var slot = input;
                book.OnLevel(slot.Body<BookLevelBody>(), isLast: true, 1);
            }

            Assert.True(book.State == BookState.Live, $"line {message.Key}");
            if (book.Best() == rows[index])
                shown++;
            else if (IsOnlyBehind(book.Best(), rows[index - 1], rows[index]))
                behind++;
            else
                Assert.Fail($"line {message.Key}: {book.Best()} is not {rows[index]}");
        }

        Assert.Equal((RowCount - 1 - Emptied, Emptied), (shown, behind));
    }

    [Fact]
    public void Without_the_rows_the_first_order_that_was_never_shown_marks_the_book_as_a_gap()
    {
        using var feed = Open(bookFile: null);
        uint firstGap = 0;

        FeedRun.Through(feed, LobsterFiles.Amzn, (line, book) =>
        {
            Assert.Equal(firstGap == 0 && line < 5 ? BookState.Live : BookState.Gap, book.State);
            firstGap = firstGap == 0 && book.State == BookState.Gap ? line : firstGap;
        });

        Assert.Equal(5u, firstGap);
    }

    private static LobsterFeed Open(string? bookFile) =>
        new(Messages, bookFile, [LobsterFiles.Amzn], bad => Assert.Fail(bad.ToString()));

    private static void Seed(OrderBook book, BestLevels row)
    {
        book.OnClear(new BookClearBody { Reason = BookClearReason.Snapshot }, isLast: false, 1);
        book.OnLevel(Set(Side.Buy, row.BidPx, row.BidQty), isLast: false, 1);
        book.OnLevel(Set(Side.Sell, row.AskPx, row.AskQty), isLast: true, 1);
    }

    private static BookLevelBody Set(Side side, long px, long qty) =>
        new() { Action = BookAction.Set, Side = side, Px = new Px(px), Qty = new Qty(qty) };

    private static bool IsOnlyBehind(BestLevels book, BestLevels before, BestLevels after) =>
        book.BidQty == 0
            ? book == after with { BidPx = 0, BidQty = 0 } && after.BidPx < before.BidPx
            : book == after with { AskPx = 0, AskQty = 0 } && after.AskPx > before.AskPx;

    private static List<BestLevels> ReadRows() =>
    [
        .. File.ReadLines(RowsFile).Skip(1)
            .Select(row => row.Split(',').Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray())
            .Select(row => new BestLevels(row[2], row[3], row[0], row[1])),
    ];
}
