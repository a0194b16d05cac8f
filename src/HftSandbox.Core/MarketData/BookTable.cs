using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Core.MarketData;

/// <summary>The books of the registry's instruments. Room for levels, orders and updates is shared out evenly, so that
/// memory and state stay bounded whatever the registry holds.</summary>
internal sealed class BookTable
{
    private OrderBook[] _books = [];

    public int Count => _books.Length;

    public OrderBook this[uint instrumentId]
    {
        [HotPath]
        get => _books[instrumentId - 1];
    }

    /// <summary>Allocates the books; once, since the registry of a store never changes.</summary>
    public void Load(int instruments)
    {
        if (_books.Length == instruments)
            return;
        int levels = Math.Min(Limits.BookLevelsMax, Limits.BookLevelsTotalMax / instruments / 2);
        int orders = Math.Min(Limits.BookOrdersMax, Limits.BookOrdersTotalMax / instruments);
        int backlog = Math.Min(Limits.BookBacklogMax, Limits.BookBacklogTotalMax / instruments);
        _books = new OrderBook[instruments];
        for (int index = 0; index < instruments; index++)
            _books[index] = new OrderBook(levels, orders, backlog);
    }

    public void Clear()
    {
        foreach (OrderBook book in _books)
            book.Clear();
    }

    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("books"u8);
        for (uint id = 1; id <= _books.Length; id++)
        {
            if (!this[id].IsUntouched)
                this[id].WriteState(json, id);
        }

        json.WriteEndArray();
    }

    public void ReadState(JsonElement state)
    {
        foreach (JsonElement book in state.GetProperty("books"u8).EnumerateArray())
            this[book.GetProperty("instrumentId"u8).GetUInt32()].ReadState(book);
    }
}
