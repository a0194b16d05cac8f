using System.Text.Json;
using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Core.Risk;

/// <summary>The order rate windows: of all orders, of every instrument and of every strategy, where a limit is set.
/// A window that is not needed any more is dropped.</summary>
internal sealed class RateWindows
{
    private const int GlobalPlace = 0;
    private const int FirstInstrument = 1;
    private const int FirstStrategy = FirstInstrument + Limits.InstrumentsMax;

    private readonly RateWindow?[] _windows = new RateWindow?[FirstStrategy + StrategyRows.Count];

    /// <summary>The window over all orders; null = no limit.</summary>
    public RateWindow? Global
    {
        [HotPath]
        get => _windows[GlobalPlace];
    }

    [HotPath]
    public RateWindow? OfInstrument(uint instrumentId) => _windows[FirstInstrument + instrumentId - 1];

    [HotPath]
    public RateWindow? OfStrategy(int row) => _windows[FirstStrategy + row];

    /// <summary>Keeps the windows that a configuration needs.</summary>
    public void Load(RiskLimits limits, int instruments)
    {
        Need(GlobalPlace, limits.Global.OrderRateLimit);
        for (uint id = 1; id <= instruments; id++)
            Need(FirstInstrument + (int)id - 1, limits.OfInstrument(id).OrderRateLimit);
        for (int row = 0; row < StrategyRows.Count; row++)
            Need(FirstStrategy + row, limits.OfStrategy(row).OrderRateLimit);
    }

    /// <summary>Counts a forwarded order.</summary>
    [HotPath]
    public void Add(uint instrumentId, int row, long nowNs)
    {
        Global?.Add(nowNs);
        OfInstrument(instrumentId)?.Add(nowNs);
        OfStrategy(row)?.Add(nowNs);
    }

    public void Clear()
    {
        foreach (RateWindow? window in _windows)
            window?.Clear();
    }

    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("rateWindows"u8);
        for (int place = 0; place < _windows.Length; place++)
        {
            if (_windows[place] is not { Count: > 0 } window)
                continue;
            json.WriteStartObject();
            json.WriteNumber("place"u8, place);
            window.WriteState(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public void ReadState(JsonElement state)
    {
        foreach (JsonElement json in state.GetProperty("rateWindows"u8).EnumerateArray())
            _windows[json.GetProperty("place"u8).GetInt32()]!.ReadState(json);
    }

    private void Need(int place, int limit) =>
        _windows[place] = limit == 0 ? null : _windows[place] ?? new RateWindow();
}
