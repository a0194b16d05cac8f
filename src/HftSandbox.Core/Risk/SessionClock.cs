using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Core.Risk;

/// <summary>The daily session roll, by the times of the inputs: it passes with the first input at or after
/// it.</summary>
internal sealed class SessionClock
{
    private const long DayNs = 86_400_000_000_000;

    private long _nextRollNs;

    /// <summary>Time of the day, UTC.</summary>
    public long RollOfDayNs { get; set; }

    /// <summary>Whether a roll lies between the input before and this one.</summary>
    [HotPath]
    public bool Passes(long nowNs)
    {
        if (nowNs < _nextRollNs)
            return false;
        bool passes = _nextRollNs != 0;
        long sinceRoll = (nowNs - RollOfDayNs) % DayNs;
        _nextRollNs = nowNs - sinceRoll + (sinceRoll < 0 ? 0 : DayNs);
        return passes;
    }

    /// <summary>The next input begins a session; none ends with it.</summary>
    public void Forget() => _nextRollNs = 0;

    public void WriteState(Utf8JsonWriter json) => json.WriteNumber("nextRollNs"u8, _nextRollNs);

    public void ReadState(JsonElement state) => _nextRollNs = state.GetProperty("nextRollNs"u8).GetInt64();
}
