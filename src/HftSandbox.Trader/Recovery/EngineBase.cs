using HftSandbox.Core;
using HftSandbox.Events;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Inspect;

namespace HftSandbox.Trader.Recovery;

/// <summary>What an engine starts from before a log is applied to it: a snapshot, or nothing.</summary>
internal static class EngineBase
{
    /// <summary>The output of an engine that is not connected yet.</summary>
    public static readonly IRecordOutput Detached = new DetachedOutput();

    /// <summary>The first of some snapshots that can be restored; a new engine if none can and the log goes back to the
    /// first event.</summary>
    /// <param name="examination">The log.</param>
    /// <param name="snapshots">Snapshots of it, the preferred one first; those that lie before a missing event do not
    /// count.</param>
    /// <param name="warnings">Where those go that were passed over.</param>
    /// <exception cref="CommandFailure">Events are missing and no snapshot stands in for them.</exception>
    public static TradingEngine Restore(
        StoreExamination examination,
        IEnumerable<SnapshotCandidate> snapshots,
        List<string> warnings)
    {
        var missing = examination.LastMissing;
        var restored = snapshots
            .Where(snapshot => snapshot.Info!.Sequence >= missing)
            .Select(snapshot => Restore(snapshot, warnings))
            .FirstOrDefault(engine => engine is not null);
        if (restored is null && missing > 0)
        {
            throw new CommandFailure(
                ExitCode.Corrupt,
                $"{examination.Directory}: events up to sequence {missing} are not all in the log, and no usable " +
                $"snapshot lies at or behind it{Why(warnings)}: nothing can be derived from what is left; " +
                $"'trader inspect {examination.Directory}' shows it");
        }

        return restored ?? new TradingEngine(Detached);
    }

    /// <summary>Why a snapshot's state is none of this engine: another version may make something else of the same
    /// inputs, and keep another state.</summary>
    /// <param name="snapshot">Undamaged.</param>
    /// <returns>Null = it is of this version.</returns>
    public static string? OtherVersion(SnapshotCandidate snapshot) =>
        snapshot.Info!.EngineVersion == EngineVersion.Current
            ? null
            : $"{snapshot.Path}: a snapshot of engine {TerminalText.Escape(snapshot.Info.EngineVersion)}, and this is "
                + $"engine {EngineVersion.Current}";

    private static string Why(List<string> warnings) =>
        warnings.Count == 0 ? "" : $" ({string.Join("; ", warnings)})";

    // A state that this engine cannot read is passed over: the snapshot before, or the log itself, says the same.
    private static TradingEngine? Restore(SnapshotCandidate snapshot, List<string> warnings)
    {
        if (OtherVersion(snapshot) is { } other)
        {
            warnings.Add($"{other}; not used");
            return null;
        }

        try
        {
            var engine = new TradingEngine(Detached);
            engine.ReadState(snapshot.State.Span, snapshot.Info!.Sequence);
            return engine;
        }
        catch (InvalidDataException failure)
        {
            warnings.Add($"{snapshot.Path}: {failure.Message}; not used");
            return null;
        }
    }

    private sealed class DetachedOutput : IRecordOutput
    {
        public Span<byte> Claim(int totalLength) => throw new InvalidOperationException("the engine has no output yet");

        public void Commit() => throw new InvalidOperationException("the engine has no output yet");
    }
}
