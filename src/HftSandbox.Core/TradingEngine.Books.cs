using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Core.MarketData;
using HftSandbox.Events;

namespace HftSandbox.Core;

/// <content>Books: what the feed says goes in, what is found wrong goes to the log, once.</content>
public sealed partial class TradingEngine
{
    /// <summary>The book of an instrument. What it shows is valid until the next input.</summary>
    /// <param name="instrumentId">An instrument of the registry.</param>
    public OrderBook Book(uint instrumentId) => _market.Books[instrumentId];

    [HotPath]
    private void OnBook(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.InstrumentId == 0)
            return;
        OrderBook book = _market.Books[header.InstrumentId];
        bool isAnew = header.Kind == EventKind.BookClear || book.State != BookState.Live;
        bool isLast = (header.Flags & RecordFlags.LastOfMessage) != 0;
        Report(header.InstrumentId, header.Kind == EventKind.BookLevel
            ? book.OnLevel(MemoryMarshal.AsRef<BookLevelBody>(payload), isLast, NowNs)
            : book.OnClear(MemoryMarshal.AsRef<BookClearBody>(payload), isLast, NowNs));
        _venue.OnBook(header.InstrumentId, isAnew);
    }

    /// <summary>A gap without an instrument is one of every book.</summary>
    [HotPath]
    private void OnFeedGap(in RecordHeader header, in FeedGapBody gap)
    {
        uint first = header.InstrumentId == 0 ? 1 : header.InstrumentId;
        uint last = header.InstrumentId == 0 ? (uint)_market.Books.Count : header.InstrumentId;
        for (uint id = first; id <= last; id++)
            Report(id, _market.Books[id].OnFeedGap(gap));
    }

    /// <summary>Any input of an instrument shows whether its book has become stale.</summary>
    [HotPath]
    private void WatchBook(uint instrumentId)
    {
        if (instrumentId != 0 && _market.ReferenceMaxAgeNs != 0)
            Report(instrumentId, _market.Books[instrumentId].Watch(NowNs, _market.ReferenceMaxAgeNs));
    }

    [HotPath]
    private void Report(uint instrumentId, in BookMark mark)
    {
        if (mark.Code != AnomalyCode.None)
            OnBadBook(instrumentId, mark);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnBadBook(uint instrumentId, in BookMark mark) =>
        _journal.Append(EventKind.Anomaly, SourceId.Engine, instrumentId, new AnomalyBody
        {
            Expected = mark.Expected,
            Actual = mark.Actual,
            Code = mark.Code,
        });
}
