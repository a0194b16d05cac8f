using System.Buffers;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Recovery;

namespace HftSandbox.Trader.Certificate;

/// <summary>What a store had promised when it was cut off.</summary>
/// <param name="Acknowledged">The last event that was durable; 0 = none.</param>
/// <param name="Snapshot">The last snapshot that was saved; 0 = none.</param>
internal readonly record struct StorePromise(ulong Acknowledged, ulong Snapshot);

/// <summary>Recovers what a power loss left of a script's store, and compares it with what the script wrote. One
/// thread.</summary>
internal sealed class RecoveryTrial
{
    private readonly WatchedStorage _watched;
    private readonly StoreContinuation _continuation = new();

    /// <summary>An empty disk.</summary>
    public RecoveryTrial() => _watched = new WatchedStorage(Disk);

    /// <summary>The disk on which the power loss is laid out.</summary>
    public MemoryStorage Disk { get; } = new();

    /// <summary>The last event of the recovery before; what a repeated recovery must find again.</summary>
    public ulong Recovered { get; private set; }

    /// <summary>Recovers what lies on the disk, continues it, and compares.</summary>
    /// <param name="events">What was written.</param>
    /// <param name="promise">What must be there.</param>
    /// <returns>What does not hold; null when everything does.</returns>
    public string? Problem(ScriptEvents events, StorePromise promise)
    {
        var found = StoreRecovery.Examine(_watched, SampleStore.Directory);
        Recovered = found.LastSequence;
        var problem = FoundProblem(found, events, promise);
        if (problem is null && found.LastSequence > 0 && !events.Completed.ContainsKey(found.LastSequence))
        {
            problem = CompletionProblem(_watched, found, events);
            if (problem is null)
                events.Completed.TryAdd(found.LastSequence, true);
        }

        problem ??= _continuation.Problem(_watched, found);
        return problem is null
            ? null
            : $"{problem}; found {found.Verdict} ({found.Finding}) up to {found.LastSequence}, durable "
                + $"{found.DurableSequence}; promised {promise.Acknowledged}, snapshot {promise.Snapshot}";
    }

    private string? FoundProblem(StoreExamination found, ScriptEvents events, StorePromise promise)
    {
        if (found.Refusal is { } refusal)
            return $"refused: {refusal}";
        if (found.LastSequence < promise.Acknowledged)
            return $"{promise.Acknowledged} was promised";
        if (found.LastSequence > events.LastSequence)
            return $"only {events.LastSequence} events were ever written";
        var snapshot = found.Snapshots.IsEmpty ? 0 : found.Snapshots[0].Info!.Sequence;
        return snapshot < promise.Snapshot
            ? $"the newest snapshot is {snapshot}"
            : WrongEvent(found, events);
    }

    private string? WrongEvent(StoreExamination found, ScriptEvents events)
    {
        ulong sequence = 0;
        using var log = new WalReader(_watched, found.Segments);
        while (log.MoveNext())
        {
            if (!DerivationCheck.IsSame(events.Record(++sequence), log.Record))
                return $"event {sequence} is another one";
        }

        return sequence == found.LastSequence ? null : $"{sequence} events can be read";
    }

    // The engine that is rebuilt, and what it completes, must be those of the run that was never interrupted.
    private static string? CompletionProblem(IStorage storage, StoreExamination found, ScriptEvents events)
    {
        var group = events.GroupOf(found.LastSequence);
        var rebuilt = RebuiltEngine.AtEnd(storage, found);
        var completion = rebuilt.Completion.Span;
        for (var sequence = found.LastSequence + 1; sequence <= group.Last; sequence++)
        {
            var expected = events.Record(sequence);
            if (completion.Length < expected.Length || !DerivationCheck.IsSame(expected, completion[..expected.Length]))
                return $"the derived set is completed with another event {sequence}";
            completion = completion[expected.Length..];
        }

        if (!completion.IsEmpty)
            return $"the derived set is completed beyond event {group.Last}";
        var state = new ArrayBufferWriter<byte>();
        rebuilt.Engine.WriteState(state);
        return rebuilt.Engine.Digest == group.Digest && state.WrittenSpan.SequenceEqual(group.State)
            ? null
            : $"the engine rebuilt at {group.Last} is in another state";
    }
}
