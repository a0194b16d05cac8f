using HftSandbox.Events;

namespace HftSandbox.Runtime.Wal;

/// <summary>What is missing from an event on, told by what was still found behind it.</summary>
/// <param name="expected">The first event that was not found in its place.</param>
internal sealed class LossTally(ulong expected)
{
    private ulong _expected = expected;
    private ulong _first;
    private ulong _last;
    private ulong _events;
    private long _bytes;

    /// <summary>Bytes were passed that are no records.</summary>
    /// <param name="bytes">How many.</param>
    public void Skip(long bytes) => _bytes += bytes;

    /// <summary>A valid record was found.</summary>
    /// <param name="header">Its header.</param>
    public void Find(in RecordHeader header)
    {
        Reach(header.IsControl ? header.Sequence + 1 : header.Sequence);
        _expected = Math.Max(_expected, header.Sequence + 1);
    }

    /// <summary>Every event before one is known to have existed.</summary>
    /// <param name="sequence">That one.</param>
    public void Reach(ulong sequence)
    {
        if (sequence <= _expected)
            return;
        _first = _events == 0 ? _expected : _first;
        _last = sequence - 1;
        _events += sequence - _expected;
        _expected = sequence;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var damaged = $"{_bytes} bytes are damaged";
        if (_events == 0)
            return $"no event is lost, {damaged}";
        var contiguous = _events == _last - _first + 1;
        var events = _events == 1 ? "1 event" : $"{_events} events";
        return contiguous
            ? $"lost: sequences {_first}..{_last} ({events}), {damaged}"
            : $"lost: {events} between sequences {_first} and {_last}, {damaged}";
    }
}
