using System.Runtime.InteropServices;
using HftSandbox.Core;
using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Demo;

/// <summary>Writes a store anew with one fill's price changed: every CRC, link and seal in the copy is genuine, so only
/// re-deriving the events can tell.</summary>
internal static class StoreForger
{
    /// <summary>Copies a store and raises the price of its last fill by one.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="directory">A store that is whole.</param>
    /// <param name="forgedDirectory">A new directory.</param>
    /// <returns>Sequence of the forged event; 0 = there was no fill.</returns>
    public static ulong Forge(IStorage storage, string directory, string forgedDirectory)
    {
        var examination = StoreRecovery.Examine(storage, directory);
        var target = LastFill(storage, examination);
        storage.CreateDirectory(forgedDirectory);
        var ring = new RecordRing(Limits.OutboundRingBytes, WaitMode.Park);
        var options = new WalOptions
        {
            Directory = forgedDirectory,
            Policy = DurabilityPolicy.None,
            EngineVersion = EngineVersion.Current,
        };
        var clock = new SystemClock();
        using var wal = new WalWriter(storage, clock, options, ring.Reader, WalStart.NewStore(examination.StoreId));
        using var log = new WalReader(storage, examination.Segments);
        while (log.MoveNext())
        {
            Copy(log, ring.Writer, forge: log.Header.Sequence == target);
            wal.DoWork(clock.MonotonicNs);
        }

        wal.CompleteAndSeal();
        while (!wal.IsSealed)
            wal.DoWork(clock.MonotonicNs);

        return target;
    }

    private static ulong LastFill(IStorage storage, StoreExamination examination)
    {
        ulong last = 0;
        using var log = new WalReader(storage, examination.Segments);
        while (log.MoveNext())
        {
            if (log.Header.Kind == EventKind.ExecutionReport
                && MemoryMarshal.AsRef<ExecutionReportBody>(log.Payload).ExecType == ExecType.Trade)
            {
                last = log.Header.Sequence;
            }
        }

        return last;
    }

    private static void Copy(WalReader log, RecordRingWriter ring, bool forge)
    {
        var record = ring.Claim((int)log.Header.TotalLength);
        record.Clear();
        RecordHeader.At(record) = log.Header;
        var payload = record.Slice(RecordHeader.SizeBytes, log.Payload.Length);
        log.Payload.CopyTo(payload);
        if (forge)
        {
            ref var body = ref MemoryMarshal.AsRef<ExecutionReportBody>(payload);
            body.LastPx = new Px(body.LastPx.Mantissa + 1);
        }

        ring.Commit();
    }
}
