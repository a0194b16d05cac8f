using System.CommandLine;
using HftSandbox.Runtime.Storage;
using HftSandbox.Trader.Recovery;

namespace HftSandbox.Trader.Commands;

/// <summary>The original program's contract: flags without a subcommand record, or replay when <c>--replay-dir</c> is
/// given.</summary>
internal static class RootDefaults
{
    /// <summary>Gives the root command its flags and its meaning.</summary>
    /// <param name="root">The root command.</param>
    /// <param name="storage">The file system.</param>
    public static void AddTo(RootCommand root, IStorage storage)
    {
        var record = new RecordSymbols(orderCountDefault: 1);
        record.AddTo(root);
        var json = Flag.Switch("json", "print the result as one JSON object");
        var directory = Flag.Text("replay-dir", "replay this directory instead of recording", "DIR");
        var prefix = Flag.Text("replay-prefix", "file prefix of the store (wal)", "NAME");
        var speed = Flag.Speed("replay-speed", "0 = as fast as it goes, 1 = real time");
        var useReceiveTime = Flag.Switch("replay-use-recv-time", "pace by receive times instead of event times");
        var maxPayload = Flag.PayloadBound("replay-max-payload");
        var noChecksum = Flag.Refused("replay-no-checksum");
        var snapshot = Flag.Text("replay-snapshot", "compare with this snapshot", "FILE");
        var verify = new Option<bool>("--replay-verify-snapshot", "-replay-verify-snapshot")
        {
            Description = "compare with the snapshot",
            DefaultValueFactory = _ => true,
        };
        var from = LogPoint.Option("from", "with --replay-dir: pace from here on");
        var to = LogPoint.Option("to", "with --replay-dir: stop behind this point");
        var runs = new Option<int>("--runs", "-runs")
        {
            Description = "with --replay-dir: replay so often",
            DefaultValueFactory = _ => 1,
        };
        foreach (var option in new Option[]
        {
            json, directory, prefix, speed, useReceiveTime, maxPayload, noChecksum, snapshot, verify, from, to, runs,
        })
        {
            root.Add(option);
        }

        root.SetAction(parsed =>
        {
            if (parsed.GetValue(directory) is not { } replayed)
                return RecordCommand.Run(storage, record.Bind(parsed, null, parsed.GetValue(json)));

            var request = new ReplayRequest
            {
                Speed = parsed.GetValue(speed),
                UseReceiveTime = parsed.GetValue(useReceiveTime),
                MaxPayloadBytes = parsed.GetValue(maxPayload),
                VerifySnapshots = parsed.GetValue(verify),
                From = parsed.GetValue(from),
                To = parsed.GetValue(to),
            };
            var report = StoreInspection.Live(() => ReplayCommand.Run(
                storage,
                StoreInspection.ExamineOrReport(
                    storage, replayed, Flag.Prefix(parsed.GetValue(prefix)), parsed.GetValue(snapshot)),
                request,
                parsed.GetValue(runs)));
            return report.Show(parsed.GetValue(json));
        });
    }
}
