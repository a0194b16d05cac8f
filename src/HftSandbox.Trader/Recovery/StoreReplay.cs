using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Commands;

namespace HftSandbox.Trader.Recovery;

/// <summary>How a store is replayed.</summary>
internal sealed record ReplayRequest
{
    /// <summary>0 = as fast as it goes, 1 = real time.</summary>
    public double Speed { get; init; }

    /// <summary>Whether the pace follows receive times; else event times, where there are any.</summary>
    public bool UseReceiveTime { get; init; } = true;

    /// <summary>Events before this point are replayed without pacing; null = none.</summary>
    public LogPoint? From { get; init; }

    /// <summary>The last input to be replayed lies at or before this point; null = the end.</summary>
    public LogPoint? To { get; init; }

    /// <summary>Longer payloads are refused.</summary>
    public int MaxPayloadBytes { get; init; } = int.MaxValue;

    /// <summary>Whether positions, money and prints are counted besides.</summary>
    public bool CheckLaws { get; init; }

    /// <summary>Whether the state is compared wherever a snapshot was taken.</summary>
    public bool VerifySnapshots { get; init; } = true;
}

/// <summary>Replays a store from its first event, or where older ones are missing from the oldest snapshot that stands
/// in for them, comparing everything that is derived. Reads only.</summary>
internal static class StoreReplay
{
    /// <summary>Replays.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="examination">The store, not refused.</param>
    /// <param name="request">How.</param>
    public static StoreReport Run(IStorage storage, StoreExamination examination, ReplayRequest request)
    {
        var warnings = new List<string>();
        var oldestFirst = examination.LastMissing > 0 ? examination.Snapshots.Reverse() : [];
        var engine = EngineBase.Restore(examination, oldestFirst, warnings);
        var provedFrom = engine.LastSequence + 1;
        using var log = new WalReader(storage, examination.Segments, provedFrom);
        var witnesses = request.VerifySnapshots ? StateWitness.Of(examination) : [];
        var laws = request.CheckLaws ? new ConservationLaws(engine) : null;
        var replay = new LogReplay(log, engine, witnesses, request.MaxPayloadBytes, laws);
        var pace = new Pace(request.Speed);
        while (replay.Peek(out var header) && request.To?.IsBefore(in header) != true)
        {
            if (request.Speed > 0 && request.From?.IsAfter(in header) != true)
            {
                var byReceive = request.UseReceiveTime || header.EventTimeNs == 0;
                pace.WaitFor(byReceive ? header.ReceiveTimeNs : header.EventTimeNs);
            }

            if (!replay.Step())
                break;
        }

        return new StoreReport
        {
            Verdict = replay.ExitCode switch
            {
                ExitCode.Diverged => "diverged",
                ExitCode.SnapshotMismatch => "snapshotMismatch",
                _ => StoreReport.VerdictOf(examination.Verdict),
            },
            ExitCode = replay.ExitCode,
            Problem = replay.Problem is { } problem ? $"{examination.Directory}: {problem}" : null,
            LastSequence = examination.LastSequence,
            DurableSequence = examination.DurableSequence,
            Inputs = replay.Inputs,
            DerivedCompared = replay.DerivedCompared,
            Digest = engine.Digest,
            Divergence = replay.Divergence,
            ProvedFrom = provedFrom,
            Notes = [.. StoreReport.NotesOf(examination), .. warnings, .. NotesOf(request, examination, provedFrom)],
        };
    }

    private static IEnumerable<string> NotesOf(ReplayRequest request, StoreExamination examination, ulong provedFrom)
    {
        if (request.VerifySnapshots && examination.Snapshots.IsEmpty)
            yield return "there is no snapshot to compare with";
        if (provedFrom > 1)
            yield return $"proved from sequence {provedFrom} on; what came before is taken from a snapshot";
    }
}
