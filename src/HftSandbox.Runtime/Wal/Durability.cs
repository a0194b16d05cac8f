using System.Runtime.CompilerServices;
using HftSandbox.Events;
using HftSandbox.Runtime.Agents;

namespace HftSandbox.Runtime.Wal;

/// <summary>Decides when the current segment is synced, knows what is durable, and writes that into the log. Durable is
/// the last event whose write returned before a sync began that has since succeeded. A success is recorded by a Sync
/// record in front of the next group, or alone if no group follows. The writer's thread, except the
/// properties.</summary>
internal sealed class Durability : IDisposable
{
    private readonly SegmentWriter _segment;
    private readonly DurabilityPolicy _policy;
    private readonly IClock _clock;
    private readonly SyncThread? _beside;
    private readonly IdleStrategy _wait = new(WaitMode.Park);
    private ulong _durableSequence;
    private ulong _requestedSequence;
    private long _lastBeganNs;
    private SyncBody _unrecorded;
    private long _unrecordedSinceNs;

    /// <summary>Nothing is being synced.</summary>
    /// <param name="segment">What is written.</param>
    /// <param name="policy">When to sync.</param>
    /// <param name="clock">Measures the syncs.</param>
    /// <param name="durableSequence">The last event known to be durable.</param>
    public Durability(SegmentWriter segment, DurabilityPolicy policy, IClock clock, ulong durableSequence)
    {
        _segment = segment;
        _policy = policy;
        _clock = clock;
        _durableSequence = durableSequence;
        _lastBeganNs = clock.MonotonicNs;
        if (policy.Kind == DurabilityKind.Interval)
            _beside = new SyncThread(clock);
    }

    /// <summary>The last event known to be durable. Any thread.</summary>
    public ulong Sequence => Volatile.Read(ref _durableSequence);

    /// <summary>Asks that an event be made durable soon, whatever the policy. Any thread.</summary>
    /// <param name="sequence">The event.</param>
    public void Request(ulong sequence)
    {
        var requested = Volatile.Read(ref _requestedSequence);
        while (requested < sequence)
            requested = Interlocked.CompareExchange(ref _requestedSequence, sequence, requested);
    }

    /// <summary>A group was written: syncs it if the policy says so.</summary>
    public void OnGroupWritten()
    {
        if (_policy.Kind is DurabilityKind.Batch or DurabilityKind.Every)
            SyncNow();
    }

    /// <summary>Once per duty cycle: collects a sync that ended and begins one that is due.</summary>
    /// <param name="nowNs">The monotonic clock.</param>
    public void OnDutyCycle(long nowNs)
    {
        if (_beside is not null && _beside.TryCollect(out var result))
            Publish(result);
        var sequence = _segment.LastSequence;
        if (sequence == Sequence)
            return;
        var isRequested = Volatile.Read(ref _requestedSequence) is var requested
            && requested > Sequence && requested <= sequence;
        if (_beside is null && isRequested)
            SyncNow();
        else if (_beside is { IsBusy: false } && (isRequested || nowNs - _lastBeganNs >= _policy.IntervalNs))
            BeginSync(nowNs);
    }

    /// <summary>Makes everything written so far durable, and waits for it.</summary>
    public void SyncNow()
    {
        WaitForSyncBeside();
        var (sequence, offset) = (_segment.LastSequence, _segment.Position);
        var beganNs = _clock.MonotonicNs;
        _segment.File.SyncData();
        Publish(new SyncResult(sequence, offset, _clock.MonotonicNs - beganNs));
    }

    /// <summary>A group is about to be written: records the last success in front of it.</summary>
    [HotPath]
    public void RecordSync()
    {
        if (_unrecorded.DurableSequence != 0)
            WriteRecord();
    }

    /// <summary>Nothing was written: records the last success alone if it has waited for long.</summary>
    /// <param name="nowNs">The monotonic clock.</param>
    public void RecordLoneSync(long nowNs)
    {
        if (_unrecorded.DurableSequence != 0 && nowNs - _unrecordedSinceNs >= _policy.LoneSyncNs)
            WriteRecord();
    }

    /// <summary>The Seal or header just written says as much as a Sync record would.</summary>
    public void ForgetUnrecorded() => _unrecorded = default;

    /// <summary>Ends the thread that syncs.</summary>
    public void Dispose() => _beside?.Dispose();

    /// <summary>Waits until no sync runs beside the writer: before the segment's file is synced here or
    /// closed.</summary>
    private void WaitForSyncBeside()
    {
        if (_beside is null)
            return;
        _wait.Reset();
        while (_beside.IsBusy)
        {
            if (_beside.TryCollect(out var result))
                Publish(result);
            else
                _wait.Idle();
        }
    }

    private void BeginSync(long nowNs)
    {
        _lastBeganNs = nowNs;
        _beside!.Begin(_segment.File, _segment.LastSequence, _segment.Position);
    }

    private void Publish(in SyncResult result)
    {
        if (result.Sequence <= _durableSequence)
            return;
        Volatile.Write(ref _durableSequence, result.Sequence);
        _unrecordedSinceNs = _clock.MonotonicNs;
        _unrecorded = new SyncBody
        {
            DurableSequence = result.Sequence,
            Offset = result.Offset,
            SyncNs = result.ElapsedNs,
        };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WriteRecord()
    {
        var body = _unrecorded;
        _unrecorded = default;
        _segment.AppendControl(EventKind.Sync, body);
    }
}
