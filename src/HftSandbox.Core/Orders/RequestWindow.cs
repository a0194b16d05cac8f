using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Core.Orders;

/// <summary>The last 65,536 request ids of every outside requester, each with our id of the request: a repeated one is
/// found out, and a request may name an order by its requester's id. A source's window is allocated by its first
/// request.</summary>
internal sealed class RequestWindow
{
    private readonly Window?[] _bySource = new Window?[(int)SourceId.FirstStrategy];

    /// <summary>Our id of a request; 0 = not known, or not any more.</summary>
    [HotPath]
    public ulong Find(SourceId source, Id16 clientRequestId)
    {
        Window? window = _bySource[(int)source];
        if (window is null || clientRequestId.IsNone)
            return 0;
        int place = window.Ids.Find(clientRequestId);
        return place == RecentIds.NotFound ? 0 : window.ClOrdIds[place];
    }

    /// <summary>Keeps a request that is not known. One without an id is not kept.</summary>
    public void Add(SourceId source, Id16 clientRequestId, ulong clOrdId)
    {
        if (clientRequestId.IsNone)
            return;
        Window window = _bySource[(int)source] ??= new Window();
        window.ClOrdIds[window.Ids.Add(clientRequestId)] = clOrdId;
    }

    public void Clear() => Array.Clear(_bySource);

    public void WriteState(Utf8JsonWriter json)
    {
        json.WriteStartArray("requests"u8);
        for (int source = 0; source < _bySource.Length; source++)
        {
            if (_bySource[source] is { } window)
                Write(json, (SourceId)source, window);
        }

        json.WriteEndArray();
    }

    public void ReadState(JsonElement state)
    {
        foreach (JsonElement packed in state.GetProperty("requests"u8).EnumerateArray())
        {
            KnownRequest request = packed.GetPacked<KnownRequest>();
            Add((SourceId)request.Source, request.ClientRequestId, request.ClOrdId);
        }
    }

    private static void Write(Utf8JsonWriter json, SourceId source, Window window)
    {
        for (int index = 0; index < window.Ids.Count; index++)
        {
            int place = window.Ids.PlaceOf(index);
            json.WritePacked(new KnownRequest(window.Ids[place], window.ClOrdIds[place], (ulong)source));
        }
    }

    private readonly record struct KnownRequest(Id16 ClientRequestId, ulong ClOrdId, ulong Source);

    private sealed class Window
    {
        public RecentIds Ids { get; } = new(Limits.RequestWindowMax);

        public ulong[] ClOrdIds { get; } = new ulong[Limits.RequestWindowMax];
    }
}
