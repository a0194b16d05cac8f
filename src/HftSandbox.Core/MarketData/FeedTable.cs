using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Core.MarketData;

/// <summary>How far a source was read, as the log says it.</summary>
/// <param name="Position">Line or message number of the last input; 0 = none.</param>
/// <param name="InputsAtPosition">Inputs logged with that number: a restart reads it again and skips them.</param>
/// <param name="Inputs">Inputs from the source since it was begun.</param>
public readonly record struct FeedProgress(uint Position, uint InputsAtPosition, ulong Inputs);

/// <summary>The progress of every source that can give inputs.</summary>
internal sealed class FeedTable
{
    private readonly FeedProgress[] _progress = new FeedProgress[(int)SourceId.FirstStrategy];

    public FeedProgress this[SourceId source] =>
        source < SourceId.FirstStrategy ? _progress[(int)source] : default;

    [HotPath]
    public void OnInput(SourceId source, uint position)
    {
        if (source >= SourceId.FirstStrategy)
            ThrowHelper.UnknownSource(source);
        ref FeedProgress progress = ref _progress[(int)source];
        uint before = position == progress.Position ? progress.InputsAtPosition : 0;
        progress = new FeedProgress(position, position == 0 ? 0 : before + 1, progress.Inputs + 1);
    }

    /// <summary>Forgets everything: what comes is from another source, or from the start of the same one.</summary>
    public void Rewind() => Array.Clear(_progress);

    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("feeds"u8);
        for (int source = 0; source < _progress.Length; source++)
        {
            ref readonly FeedProgress progress = ref _progress[source];
            if (progress.Inputs == 0)
                continue;
            json.WriteStartObject();
            json.WriteNumber("inputs"u8, progress.Inputs);
            json.WriteNumber("inputsAtPosition"u8, progress.InputsAtPosition);
            json.WriteNumber("position"u8, progress.Position);
            json.WriteNumber("source"u8, source);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public void ReadState(JsonElement state)
    {
        foreach (JsonElement feed in state.GetProperty("feeds"u8).EnumerateArray())
        {
            _progress[feed.GetProperty("source"u8).GetInt32()] = new FeedProgress(
                feed.GetProperty("position"u8).GetUInt32(),
                feed.GetProperty("inputsAtPosition"u8).GetUInt32(),
                feed.GetProperty("inputs"u8).GetUInt64());
        }
    }
}
