using System.CommandLine;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Recovery;

namespace HftSandbox.Trader.Commands;

/// <summary><c>trader replay DIR</c>: runs the log's inputs through the engine and compares what it derives.</summary>
internal static class ReplayCommand
{
    /// <summary>Declares the command.</summary>
    /// <param name="storage">The file system.</param>
    public static Command Create(IStorage storage)
    {
        var store = new StoreSymbols();
        var speed = Flag.Speed("speed", "0 = as fast as it goes, 1 = real time");
        var from = LogPoint.Option("from", "pace from here on; what lies before goes as fast as it can");
        var to = LogPoint.Option("to", "stop behind this point");
        var runs = new Option<int>("--runs", "-runs")
        {
            Description = "replay so often; all digests must agree",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var command = new Command("replay", "run the log's inputs again and compare whatever follows from them");
        store.AddTo(command);
        foreach (var option in new Option[] { speed, from, to, runs })
            command.Add(option);

        command.SetAction(parsed =>
        {
            var request = new ReplayRequest
            {
                Speed = parsed.GetValue(speed),
                From = parsed.GetValue(from),
                To = parsed.GetValue(to),
            };
            var report = StoreInspection.Live(
                () => Run(storage, store.Examine(storage, parsed), request, parsed.GetValue(runs)));
            return report.Show(store.Json(parsed));
        });
        return command;
    }

    /// <summary>Replays a store some times.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="examination">The store.</param>
    /// <param name="request">How.</param>
    /// <param name="runs">How often, at least once.</param>
    public static StoreReport Run(IStorage storage, StoreExamination examination, ReplayRequest request, int runs)
    {
        if (runs < 1)
            throw new CommandFailure(ExitCode.Usage, $"--runs: {runs} is less than 1");

        if (examination.Refusal is not null)
            return StoreReport.Of(examination);

        var first = StoreReplay.Run(storage, examination, request);
        for (var run = 1; run < runs && first.ExitCode == ExitCode.Ok; run++)
        {
            var again = StoreReplay.Run(storage, examination, request);
            if (again.Digest != first.Digest || again.ExitCode != ExitCode.Ok)
            {
                return again with
                {
                    Verdict = "diverged",
                    ExitCode = ExitCode.Diverged,
                    Problem = $"run {run + 1} gave {again.Digest}, the first one {first.Digest}: {again.Problem}",
                };
            }
        }

        return runs == 1 || first.ExitCode != ExitCode.Ok
            ? first
            : first with { Notes = [.. first.Notes, $"{runs} runs, {runs} times the same digest"] };
    }
}
