using HftSandbox.Core;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Bus;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Commands;
using Microsoft.Extensions.Logging;

namespace HftSandbox.Trader.Recovery;

/// <summary>A store that this process writes: locked, healed, with an engine that stands at its end. The only start
/// path there is.</summary>
internal sealed class StoreSession : IDisposable
{
    private readonly IStorage _storage;
    private readonly StoreLock _lock;

    private StoreSession(IStorage storage, StoreLock @lock, WalStart start, RebuiltEngine rebuilt, string snapshotPath)
    {
        _storage = storage;
        _lock = @lock;
        Start = start;
        Rebuilt = rebuilt;
        Snapshots = new SnapshotStore(storage, snapshotPath);
    }

    /// <summary>Where the log goes on.</summary>
    public WalStart Start { get; }

    /// <summary>The engine at the end of what the disk holds, and what the log lacks of its last derived set.</summary>
    public RebuiltEngine Rebuilt { get; }

    /// <summary>The engine.</summary>
    public TradingEngine Engine => Rebuilt.Engine;

    /// <summary>Where the store's snapshots go.</summary>
    public SnapshotStore Snapshots { get; }

    /// <summary>Locks and recovers a directory, creating it if need be. Nothing in it is changed before everything has
    /// been checked.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="options">Directory, prefix, and what to do about an unclean end.</param>
    /// <param name="logger">Diagnostics.</param>
    /// <exception cref="CommandFailure">Locked, unclean, damaged or diverged.</exception>
    public static StoreSession Open(IStorage storage, RecordOptions options, ILogger logger)
    {
        RefuseMissingDirectory(storage, options.SnapshotPath);
        RefuseMissingDirectory(storage, options.RecoverSnapshot);
        storage.CreateDirectory(options.WalDirectory);
        var @lock = StoreLock.TryAcquire(storage, options.WalDirectory, options.Prefix)
            ?? throw new CommandFailure(ExitCode.Locked, $"{options.WalDirectory}: another daemon is writing here");
        try
        {
            return Recover(storage, @lock, options, logger);
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    /// <summary>Opens the log behind its valid end.</summary>
    /// <param name="ring">Where the records come from.</param>
    /// <param name="options">How to write.</param>
    /// <param name="clock">The clock of the writer's thread.</param>
    public WalWriter OpenWriter(RecordRingReader ring, RecordOptions options, IClock clock)
    {
        var wal = new WalOptions
        {
            Directory = options.WalDirectory,
            Prefix = options.Prefix,
            SegmentBytes = options.SegmentBytes,
            Policy = options.Durability,
            LowWaterBytes = options.LowWaterBytes,
            EngineVersion = EngineVersion.Current,
        };
        return new WalWriter(_storage, clock, wal, ring, Start);
    }

    /// <summary>What retires the store's old segments.</summary>
    /// <param name="options">How much is kept.</param>
    public Retention Retain(RecordOptions options) =>
        new(_storage, options.WalDirectory, options.Prefix, Start.StoreId, options.Retain);

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static StoreSession Recover(IStorage storage, StoreLock @lock, RecordOptions options, ILogger logger)
    {
        var snapshotPath = options.SnapshotPath ?? Path.Join(options.WalDirectory, SnapshotStore.DefaultName);
        var examination = StoreInspection.Examine(
            storage, options.WalDirectory, options.Prefix, options.RecoverSnapshot ?? snapshotPath);
        foreach (var warning in examination.Warnings)
            logger.StoreWarning(warning);

        RefuseUnusableSnapshot(examination, options.RecoverSnapshot);
        RefuseUnclean(examination, options);
        var rebuilt = RebuiltEngine.AtEnd(storage, examination, options.MaxPayloadBytes);
        foreach (var passedOver in rebuilt.Warnings)
            logger.StoreWarning(passedOver);
        if (examination.Discard is { } discard)
            logger.TailDropped(discard);

        var start = StoreRecovery.Heal(storage, examination);
        @lock.WriteStoreId(start.StoreId);
        Report(logger, options, examination, start, rebuilt);
        return new StoreSession(storage, @lock, start, rebuilt, snapshotPath);
    }

    private static void RefuseMissingDirectory(IStorage storage, string? snapshotPath)
    {
        if (snapshotPath is null)
            return;
        var directory = Path.GetDirectoryName(Path.GetFullPath(snapshotPath))!;
        if (!storage.DirectoryExists(directory))
            throw new CommandFailure(ExitCode.Usage, $"{snapshotPath}: the snapshot's directory does not exist");
    }

    // Who names a snapshot wants that one: nothing else is quietly taken in its place.
    private static void RefuseUnusableSnapshot(StoreExamination examination, string? path)
    {
        if (path is null)
            return;
        var named = examination.Snapshots.FirstOrDefault(snapshot => snapshot.Path == Path.GetFullPath(path));
        if (named is null)
        {
            throw new CommandFailure(
                ExitCode.Read, $"{path}: no snapshot that {examination.Directory} can be recovered from");
        }

        if (EngineBase.OtherVersion(named) is { } other)
            throw new CommandFailure(ExitCode.Read, other);
    }

    private static void RefuseUnclean(StoreExamination examination, RecordOptions options)
    {
        var isEmpty = examination.LastSequence == 0 && examination.Verdict == StoreVerdict.Clean;
        if (!examination.CleanStop && !isEmpty && !options.Recover && !options.Flat)
        {
            throw new CommandFailure(
                ExitCode.Unclean,
                $"{examination.Directory}: the last run did not stop cleanly " +
                $"(last event {examination.LastSequence}): " +
                "continue it with --recover, or start from zero positions with --flat");
        }
    }

    private static void Report(
        ILogger logger, RecordOptions options, StoreExamination examination, WalStart start, RebuiltEngine rebuilt)
    {
        if (examination.LastSequence == 0)
        {
            logger.StoreCreated(options.WalDirectory, start.StoreId.ToString());
            return;
        }

        var how = rebuilt.BaseSequence == 0
            ? $"{rebuilt.Inputs} inputs applied from the first event"
            : $"snapshot at {rebuilt.BaseSequence}, {rebuilt.Inputs} inputs after it";
        logger.StoreContinued(examination.LastSequence, start.Epoch, rebuilt.Engine.NextClOrdId, how);
        if (rebuilt.Completion.Length > 0)
            logger.SetCompleted(rebuilt.Completion.Length);
    }
}
