using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Core.Venues.Simulated;

/// <summary>Messages on their way along one session: each arrives when it is due, none before the one sent before
/// it.</summary>
/// <typeparam name="TMessage">A structure without holes, whose size is a multiple of 8.</typeparam>
internal sealed class DelayLine<TMessage>(int capacity)
    where TMessage : unmanaged
{
    /// <summary>What <see cref="NextDueNs"/> says when nothing is on its way.</summary>
    public const long Never = long.MaxValue;

    private readonly Delayed[] _messages = GC.AllocateUninitializedArray<Delayed>(capacity);
    private int _first;
    private int _count;

    /// <summary>How many more can be sent.</summary>
    public int Free
    {
        [HotPath]
        get => _messages.Length - _count;
    }

    /// <summary>When the next arrives.</summary>
    public long NextDueNs
    {
        [HotPath]
        get => _count == 0 ? Never : At(0).DueNs;
    }

    /// <summary>Sends a message; there is room.</summary>
    [HotPath]
    public void Send(in TMessage message, long dueNs)
    {
        long earliestNs = _count == 0 ? long.MinValue : At(_count - 1).DueNs;
        At(_count++) = new Delayed { DueNs = Math.Max(dueNs, earliestNs), Message = message };
    }

    /// <summary>Takes the next message; there is one.</summary>
    [HotPath]
    public TMessage Take()
    {
        TMessage message = At(0).Message;
        _first = Place(1);
        _count--;
        return message;
    }

    /// <summary>Everything on its way is due.</summary>
    public void Hurry()
    {
        for (int index = 0; index < _count; index++)
            At(index).DueNs = long.MinValue;
    }

    public void Clear() => _first = _count = 0;

    public void WriteState(Utf8JsonWriter json, ReadOnlySpan<byte> name)
    {
        json.WriteStartArray(name);
        for (int index = 0; index < _count; index++)
            json.WritePacked(At(index));
        json.WriteEndArray();
    }

    public void ReadState(JsonElement state)
    {
        foreach (JsonElement packed in state.EnumerateArray())
            At(_count++) = packed.GetPacked<Delayed>();
    }

    [HotPath]
    private ref Delayed At(int index) => ref _messages[Place(index)];

    [HotPath]
    private int Place(int index)
    {
        int place = _first + index;
        return place < _messages.Length ? place : place - _messages.Length;
    }

    private struct Delayed
    {
        public long DueNs;
        public TMessage Message;
    }
}
