using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Core.Risk;

/// <summary>The times of the orders forwarded within a sliding window. An order exactly one window old has left it,
/// so no stretch of one window, wherever it begins, holds more than the limit.</summary>
internal sealed class RateWindow
{
    private readonly long[] _timesNs = new long[Limits.OrderRateLimitMax];
    private int _first;

    /// <summary>Orders within the window, as of the last <see cref="Slide"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Drops what has left the window.</summary>
    [HotPath]
    public void Slide(long nowNs, long windowNs)
    {
        while (Count > 0 && nowNs - _timesNs[_first] >= windowNs)
        {
            _first = Wrap(_first + 1);
            Count--;
        }
    }

    /// <summary>Adds an order; there is room, because the limit was not reached.</summary>
    [HotPath]
    public void Add(long nowNs)
    {
        _timesNs[Wrap(_first + Count)] = nowNs;
        Count++;
    }

    public void Clear() => _first = Count = 0;

    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("timesNs"u8);
        for (int index = 0; index < Count; index++)
            json.WriteNumberValue(_timesNs[Wrap(_first + index)]);
        json.WriteEndArray();
    }

    public void ReadState(JsonElement window)
    {
        foreach (JsonElement timeNs in window.GetProperty("timesNs"u8).EnumerateArray())
            Add(timeNs.GetInt64());
    }

    [HotPath]
    private static int Wrap(int index) => index & (Limits.OrderRateLimitMax - 1);
}
