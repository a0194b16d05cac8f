using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using HftSandbox.Events;
using HftSandbox.Runtime.Agents;

namespace HftSandbox.Runtime.Bus;

/// <summary>The producer's end of a <see cref="RecordRing"/>: the engine's output. One thread.</summary>
public sealed class RecordRingWriter : IRecordOutput
{
    private readonly RecordRing _ring;
    private readonly IdleStrategy _wait;
    private OwnPositions _own;
    private OwningThread _owner;
    private int _lastRecord = -1;

    internal RecordRingWriter(RecordRing ring, IdleStrategy wait)
    {
        _ring = ring;
        _wait = wait;
    }

    /// <inheritdoc/>
    /// <exception cref="RingClosedException">There is no room and the consumer has failed.</exception>
    [HotPath]
    public Span<byte> Claim(int totalLength)
    {
        _owner.Assert();
        Debug.Assert(totalLength % RecordHeader.AlignmentBytes == 0, "a record's length is a multiple of 8");
        Debug.Assert(totalLength <= _ring.CapacityBytes / 2, "a record is at most half the ring");
        var offset = ClaimBytes(totalLength);
        _lastRecord = offset;
        return _ring.Bytes(offset, totalLength);
    }

    /// <inheritdoc/>
    /// <exception cref="RingClosedException">The consumer has failed.</exception>
    [HotPath]
    public void Commit()
    {
        _owner.Assert();
        if (_ring.IsClosed)
            ThrowRingClosed();
        Publish();
    }

    /// <summary>Puts a mark behind everything claimed so far and publishes it: when the consumer passes it, it knows
    /// where in the log this point lies. Called between two groups.</summary>
    /// <exception cref="RingClosedException">The consumer has failed.</exception>
    public void Mark()
    {
        _owner.Assert();
        PutFrame(ClaimBytes(RecordRing.FrameBytes), RecordRing.FrameBytes, RecordRing.MarkFrame);
        Commit();
    }

    /// <summary>Leaves this end to the next thread that touches it; the caller orders the two.</summary>
    [Conditional("DEBUG")]
    public void HandOver() => _owner.Forget();

    [HotPath]
    private int ClaimBytes(int length)
    {
        var offset = _ring.OffsetOf(_own.Position);
        var toEnd = _ring.CapacityBytes - offset;
        var needed = length <= toEnd ? length : toEnd + length;
        if (_own.Position + needed - _own.Seen > _ring.CapacityBytes)
            WaitForRoom(needed);
        if (needed != length)
        {
            PutFrame(offset, toEnd, RecordRing.SkipFrame);
            offset = 0;
        }

        _own.Position += needed;
        return offset;
    }

    [HotPath]
    private void PutFrame(int offset, int length, uint frame)
    {
        ref var header = ref _ring.HeaderAt(offset);
        header.TotalLength = (uint)length;
        header.PayloadLength = frame;
    }

    // The sequence goes first: whoever sees the records elsewhere has to see it too.
    [HotPath]
    private void Publish()
    {
        if (_lastRecord >= 0)
            Volatile.Write(ref _ring.Shared.PublishedSequence, _ring.HeaderAt(_lastRecord).Sequence);
        _lastRecord = -1;
        Volatile.Write(ref _ring.Shared.Published, _own.Position);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WaitForRoom(int needed)
    {
        _own.Seen = Volatile.Read(ref _ring.Shared.Consumed);
        if (_own.Position + needed - _own.Seen <= _ring.CapacityBytes)
            return;

        // Records claimed before are complete. A group may be longer than the ring, so they must be let go.
        Publish();
        _wait.Reset();
        while (_own.Position + needed - _own.Seen > _ring.CapacityBytes)
        {
            if (_ring.IsClosed)
                ThrowRingClosed();
            _wait.Idle();
            _own.Seen = Volatile.Read(ref _ring.Shared.Consumed);
        }
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowRingClosed() => throw new RingClosedException();
}
