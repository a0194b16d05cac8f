using System.Diagnostics;
using HftSandbox.Events;

namespace HftSandbox.Runtime.Bus;

/// <summary>The consumer's end of a <see cref="RecordRing"/>. One thread.</summary>
public sealed class RecordRingReader
{
    private readonly RecordRing _ring;
    private OwnPositions _own;
    private OwningThread _owner;

    internal RecordRingReader(RecordRing ring) => _ring = ring;

    /// <summary>Published whole records that lie in one piece, oldest first, in place; they belong to the caller until
    /// released. Ends before a mark. Empty when there is nothing, or nothing before the next mark.</summary>
    /// <param name="bytesMax">Most bytes; a first record that is longer comes alone.</param>
    [HotPath]
    public Span<byte> Available(int bytesMax)
    {
        _owner.Assert();
        Refresh();
        var offset = _ring.OffsetOf(_own.Position);
        var inOnePiece = Math.Min(_own.Seen - _own.Position, _ring.CapacityBytes - offset);
        var length = 0;
        while (length < inOnePiece)
        {
            ref var header = ref _ring.HeaderAt(offset + length);
            if (header.PayloadLength >= RecordRing.MarkFrame)
                break;
            var next = length + (int)header.TotalLength;
            if (next > bytesMax && length > 0)
                break;
            length = next;
        }

        return _ring.Bytes(offset, length);
    }

    /// <summary>Passes a mark if it comes next, that is, if everything put in before it has been released.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryPassMark()
    {
        _owner.Assert();
        Refresh();
        if (_own.Position == _own.Seen || !IsFrame(RecordRing.MarkFrame))
            return false;
        MoveTo(_own.Position + RecordRing.FrameBytes);
        return true;
    }

    /// <summary>Gives the first of the available bytes back to the producer.</summary>
    /// <param name="bytes">Whole records.</param>
    [HotPath]
    public void Release(int bytes)
    {
        _owner.Assert();
        Debug.Assert(_own.Position + bytes <= _own.Seen, "released more than was available");
        MoveTo(_own.Position + bytes);
    }

    /// <summary>This consumer has failed: see <see cref="RecordRing.Close"/>. Any thread.</summary>
    public void Close() => _ring.Close();

    /// <summary>Leaves this end to the next thread that touches it; the caller orders the two.</summary>
    [Conditional("DEBUG")]
    public void HandOver() => _owner.Forget();

    [HotPath]
    private void Refresh()
    {
        _own.Seen = Volatile.Read(ref _ring.Shared.Published);
        if (_own.Position != _own.Seen && IsFrame(RecordRing.SkipFrame))
            MoveTo(_own.Position + _ring.HeaderAt(_ring.OffsetOf(_own.Position)).TotalLength);
    }

    [HotPath]
    private bool IsFrame(uint frame) => _ring.HeaderAt(_ring.OffsetOf(_own.Position)).PayloadLength == frame;

    [HotPath]
    private void MoveTo(long position)
    {
        _own.Position = position;
        Volatile.Write(ref _ring.Shared.Consumed, position);
    }
}
