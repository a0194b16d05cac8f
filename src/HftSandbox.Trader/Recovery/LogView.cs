using System.Text.Json;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Recovery;

/// <summary>A store, or one segment file, to be looked at: a cursor that reads no more than is shown, the names of the
/// instruments, and the examination that is needed only when the cursor meets something odd.</summary>
internal sealed class LogView : IDisposable
{
    private readonly IStorage _storage;
    private readonly Func<LogCursor> _open;
    private readonly string? _snapshotPath;
    private readonly Func<StoreExamination> _examine;

    private LogView(
        IStorage storage, Func<LogCursor> open, Func<StoreExamination> examine, string? snapshotPath)
    {
        _storage = storage;
        _open = open;
        _snapshotPath = snapshotPath;
        _examine = examine;
        Cursor = open();
    }

    /// <summary>The cursor, before the first record.</summary>
    public LogCursor Cursor { get; }

    /// <summary>One line for each file that is not of the store.</summary>
    public List<string> Warnings { get; private init; } = [];

    /// <summary>Looks at a store.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="directory">Its directory.</param>
    /// <param name="prefix">Its prefix.</param>
    /// <param name="snapshotPath">Its newest snapshot; null = in the directory.</param>
    /// <exception cref="CommandFailure">The directory does not exist, or the format is unknown.</exception>
    public static LogView OfStore(IStorage storage, string directory, string prefix, string? snapshotPath)
    {
        if (!storage.DirectoryExists(directory))
            throw new CommandFailure(ExitCode.Read, $"{directory}: no such directory");
        var warnings = new List<string>();
        return new LogView(
            storage,
            () => StoreInspection.Supported(() => LogCursor.OfStore(storage, directory, prefix, warnings)),
            () => StoreInspection.ExamineOrReport(storage, directory, prefix, snapshotPath),
            snapshotPath ?? Path.Join(directory, SnapshotStore.DefaultName))
        {
            Warnings = warnings,
        };
    }

    /// <summary>Looks at one segment file alone.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="CommandFailure">It is no segment, or the format is unknown.</exception>
    public static LogView OfFile(IStorage storage, string path)
    {
        var file = SegmentFile.Open(storage, path);
        if (!file.HasHeader)
            throw new CommandFailure(ExitCode.Corrupt, $"{path}: no WAL segment, or both its headers are damaged");
        StoreExamination Examine() => StoreInspection.ExamineFile(storage, path);
        return new LogView(storage, () => LogCursor.OfFile(storage, file), Examine, snapshotPath: null);
    }

    /// <summary>What the store is worth: reads all of it.</summary>
    public StoreExamination Examine() => _examine();

    /// <summary>The same; a refusal is a failure.</summary>
    /// <exception cref="CommandFailure">Damaged or broken.</exception>
    public StoreExamination ExamineOrRefuse() => StoreInspection.Sound(Examine());

    /// <summary>Names of the instruments by id − 1; empty when nothing tells. The registry never changes within a
    /// store, so any run's names are everyone's.</summary>
    public IReadOnlyList<string> InstrumentNames()
    {
        try
        {
            return Configuration() is { } configuration ? [.. configuration.Instruments.Select(one => one.Name)] : [];
        }
        catch (JsonException)
        {
            // A configuration of another engine names nothing here; the records are shown all the same, with ids.
            return [];
        }
    }

    /// <summary>The configuration of the first run, or, where that was retired, the one in force at the oldest
    /// snapshot that can be read; null when nothing tells.</summary>
    /// <exception cref="JsonException">The first run's is of another engine.</exception>
    public RunConfiguration? Configuration()
    {
        using (var first = _open())
        {
            if (first.MoveNext() && first.Header.Kind == EventKind.RunStarted)
                return RunConfiguration.FromJson(new RecordView(first.Record).Payload[RunStartedBody.SizeBytes..]);
        }

        var snapshots = _snapshotPath is null ? [] : new SnapshotStore(_storage, _snapshotPath).Find();
        return snapshots
            .Where(snapshot => snapshot.Problem is null)
            .OrderBy(snapshot => snapshot.Info!.Sequence)
            .Select(ConfigurationAt)
            .FirstOrDefault(configuration => configuration is not null);
    }

    /// <inheritdoc/>
    public void Dispose() => Cursor.Dispose();

    private static RunConfiguration? ConfigurationAt(SnapshotCandidate snapshot)
    {
        try
        {
            var engine = new TradingEngine(EngineBase.Detached);
            engine.ReadState(snapshot.State.Span, snapshot.Info!.Sequence);
            return engine.Configuration;
        }
        catch (InvalidDataException)
        {
            // A state of another engine: an older or a newer snapshot may tell.
            return null;
        }
    }
}
