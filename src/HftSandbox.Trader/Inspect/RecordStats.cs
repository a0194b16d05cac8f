using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Trader.Inspect;

/// <summary>Counts records while somebody reads them. One thread.</summary>
public sealed class RecordStats
{
    private readonly long[] _byKind = new long[ushort.MaxValue + 1];
    private long _records;
    private ulong _firstSequence;
    private ulong _lastSequence;
    private int _segments;
    private long _bytes;

    /// <summary>Takes in a segment.</summary>
    /// <param name="bytes">Length of its file.</param>
    public void AddSegment(long bytes)
    {
        _segments++;
        _bytes += bytes;
    }

    /// <summary>Takes in a record; in the order of the log.</summary>
    /// <param name="header">Its header.</param>
    public void Add(in RecordHeader header)
    {
        _records++;
        _byKind[(ushort)header.Kind]++;
        if (header.IsControl)
            return;
        if (_firstSequence == 0)
            _firstSequence = header.Sequence;
        _lastSequence = header.Sequence;
    }

    /// <summary>Writes the members <c>{records, byKind, firstSequence, lastSequence, segments, bytes}</c>: a
    /// sequence is 0 if there was no event; a kind without a name stands under its number.</summary>
    /// <param name="json">Inside an object.</param>
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteNumber("records"u8, _records);
        json.WriteStartObject("byKind"u8);
        for (var kind = 0; kind < _byKind.Length; kind++)
        {
            if (_byKind[kind] != 0)
                json.WriteNumber(((EventKind)kind).ToString(), _byKind[kind]);
        }

        json.WriteEndObject();
        json.WriteNumber("firstSequence"u8, _firstSequence);
        json.WriteNumber("lastSequence"u8, _lastSequence);
        json.WriteNumber("segments"u8, _segments);
        json.WriteNumber("bytes"u8, _bytes);
    }
}
