using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;

namespace HftSandbox.Trader.Certificate;

/// <summary>The story of a store: a run that ends cleanly; a second one that is killed in the middle of a write, in the
/// middle of a derived set; a third one that heals that, completes the set and ends cleanly. In each run groups that
/// are written one by one and together, syncs beside writes, syncs that are recorded alone, rolls, snapshots.</summary>
internal static class StoreScript
{
    // Of the last group of the killed run: the input and a few events derived from it.
    private const int BytesBeforeKill = 500;

    private const int RunKilled = 1;

    /// <summary>Events for it.</summary>
    /// <param name="seed">Decides the market data.</param>
    public static ScriptEvents Events(ulong seed) =>
        ScriptEvents.Record(seed, new(9, Stops: true), new(7, Stops: false), new(5, Stops: true));

    /// <summary>Plays it.</summary>
    /// <param name="store">Does not exist yet; not disposed here.</param>
    /// <param name="storage">What the store lies on.</param>
    /// <param name="events">Of <see cref="Events"/>.</param>
    public static void Play(ScriptStore store, FaultyStorage storage, ScriptEvents events)
    {
        var group = 0;
        for (var run = 0; run < events.RunEnds.Length; run++)
        {
            store.Start();
            var end = events.RunEnds[run];
            for (var step = 0; group < end; step++, group++)
                Step(store, step, events.Groups[group].Last, isTorn: run == RunKilled && group == end - 1, storage);
            if (run == RunKilled)
                store.Kill();
            else
                store.Stop();
        }
    }

    private static void Step(ScriptStore store, int step, ulong last, bool isTorn, FaultyStorage storage)
    {
        if (isTorn)
        {
            Tear(store, last, storage);
            return;
        }

        if (step == 2 && !store.Shape.SyncsLate)
        {
            store.MakeDurableBeside(last);
            return;
        }

        store.PutUpTo(last);
        if (store.Shape.SyncsLate)
        {
            store.Drain();
            return;
        }

        switch (step)
        {
            case 4:
                // Together with the next group.
                break;
            case 5:
                store.SaveSnapshot();
                break;
            case 6:
                store.MakeDurable();
                store.Idle();
                break;
            default:
                store.Drain();
                break;
        }
    }

    private static void Tear(ScriptStore store, ulong last, FaultyStorage storage)
    {
        store.Idle();
        store.PutUpTo(last);
        storage.FailNext(StorageCall.Write, StorageException.NoSpace, BytesBeforeKill);
        try
        {
            store.Drain();
        }
        catch (StorageException failure) when (failure.IsNoSpace)
        {
            // As intended.
        }
    }
}
