using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>Continues a store that a start would continue, the way a start does: heals it, writes an event behind the
/// valid end, seals, and looks at all of it again. One thread.</summary>
internal sealed class StoreContinuation
{
    private const int SegmentBytes = 64 << 10;
    private const int RingBytes = 4096;

    private readonly SystemClock _clock = new();
    private RecordRing _ring = new(RingBytes, WaitMode.Yield);

    /// <summary>Continues a store.</summary>
    /// <param name="disk">Where it lies.</param>
    /// <param name="found">What an examination found; clean or healable.</param>
    /// <returns>What does not hold; null when everything does.</returns>
    public string? Problem(WatchedStorage disk, StoreExamination found)
    {
        var start = StoreRecovery.Heal(disk, found);
        var healed = StoreRecovery.Examine(disk, SampleStore.Directory);
        if (healed.Verdict != StoreVerdict.Clean || healed.LastSequence != found.LastSequence)
            return $"healed, it is {healed.Verdict} up to {healed.LastSequence}: {healed.Refusal ?? healed.Finding}";
        var changes = disk.Changes;
        var again = StoreRecovery.Heal(disk, healed);
        if (disk.Changes != changes)
            return "healing what is healed changes it";
        if (again.Epoch != start.Epoch || again.NextSegmentNumber != start.NextSegmentNumber)
            return $"healed twice, epoch {start.Epoch} became {again.Epoch}";
        Write(disk, again);
        return ContinuedProblem(StoreRecovery.Examine(disk, SampleStore.Directory), found);
    }

    private static string? ContinuedProblem(StoreExamination continued, StoreExamination found)
    {
        if (continued.Verdict != StoreVerdict.Clean || !continued.CleanStop)
            return $"continued, it is {continued.Verdict}: {continued.Refusal ?? continued.Finding}";
        if (continued.LastSequence != found.LastSequence + 1 || continued.DurableSequence != continued.LastSequence)
            return $"continued behind {found.LastSequence}, it ends with {continued.LastSequence}";
        return continued.Epoch == found.Epoch + 1 ? null : $"continued, its epoch is {continued.Epoch}";
    }

    private void Write(WatchedStorage disk, WalStart start)
    {
        if (_ring.IsClosed)
            _ring = new RecordRing(RingBytes, WaitMode.Yield);
        var options = new WalOptions
        {
            Directory = SampleStore.Directory,
            SegmentBytes = SegmentBytes,
            Policy = DurabilityPolicy.None,
            EngineVersion = "certificate",
            Host = "certificate",
        };
        using var wal = new WalWriter(disk, _clock, options, _ring.Reader, start);
        PutRunStopped(start);
        wal.CompleteAndSeal();
        while (!wal.IsSealed)
            wal.DoWork(0);
    }

    private void PutRunStopped(WalStart start)
    {
        var length = (int)RecordHeader.TotalLengthOf(sizeof(ulong));
        var record = _ring.Writer.Claim(length);
        record.Clear();
        RecordHeader.At(record) = new RecordHeader
        {
            TotalLength = (uint)length,
            PayloadLength = sizeof(ulong),
            Kind = EventKind.RunStopped,
            Version = 1,
            Flags = RecordFlags.Input | RecordFlags.LastOfMessage,
            Source = SourceId.Pipeline,
            Sequence = start.LastSequence + 1,
            CauseSequence = start.LastSequence + 1,
            ReceiveTimeNs = start.LastReceiveTimeNs,
        };
        _ring.Writer.Commit();
    }
}
