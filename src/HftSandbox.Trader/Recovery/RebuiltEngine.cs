using HftSandbox.Core;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Recovery;

/// <summary>An engine that stands at the end of what the disk holds.</summary>
/// <param name="Engine">The engine; its output must be attached before it takes another input.</param>
/// <param name="Completion">The records that the log lacks of its last input's derived set, as the ring holds
/// them.</param>
/// <param name="BaseSequence">The snapshot it started from; 0 = from the first event.</param>
/// <param name="Inputs">Inputs applied after that.</param>
/// <param name="DerivedCompared">Derived events compared after that.</param>
/// <param name="Warnings">Snapshots that were passed over, one line each.</param>
internal sealed record RebuiltEngine(
    TradingEngine Engine,
    ReadOnlyMemory<byte> Completion,
    ulong BaseSequence,
    ulong Inputs,
    ulong DerivedCompared,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Restores the newest usable snapshot and applies the tail, comparing every derived event and the state
    /// at every snapshot passed. Reads only.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="examination">The store, not refused.</param>
    /// <param name="maxPayloadBytes">Longer payloads are refused.</param>
    /// <param name="lastSequence">Go no further than the last input up to this event.</param>
    /// <exception cref="CommandFailure">The log or a snapshot differs from what the engine derives, or older events are
    /// missing and no snapshot stands in for them.</exception>
    public static RebuiltEngine AtEnd(
        IStorage storage,
        StoreExamination examination,
        int maxPayloadBytes = int.MaxValue,
        ulong lastSequence = ulong.MaxValue)
    {
        var warnings = new List<string>();
        var usable = examination.Snapshots.Where(snapshot => snapshot.Info!.Sequence <= lastSequence);
        var engine = EngineBase.Restore(examination, usable, warnings);
        var baseSequence = engine.LastSequence;

        using var log = new WalReader(storage, examination.Segments, engine.LastSequence + 1);
        var replay = new LogReplay(log, engine, StateWitness.Of(examination), maxPayloadBytes);
        while (replay.Peek(out var header) && header.Sequence <= lastSequence)
            replay.Step();

        if (replay.Problem is { } problem)
            throw new CommandFailure(replay.ExitCode, $"{examination.Directory}: {problem}");

        engine.Output = EngineBase.Detached;
        return new RebuiltEngine(
            engine, replay.Completion, baseSequence, replay.Inputs, replay.DerivedCompared, warnings);
    }
}
