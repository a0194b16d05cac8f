using System.CommandLine;
using HftSandbox.Runtime.Storage;
using HftSandbox.Trader.Recovery;

namespace HftSandbox.Trader.Commands;

/// <summary><c>trader verify DIR</c>: bytes, chain, seals, snapshots; with <c>--deep</c> everything is derived
/// again.</summary>
internal static class VerifyCommand
{
    /// <summary>Declares the command.</summary>
    /// <param name="storage">The file system.</param>
    public static Command Create(IStorage storage)
    {
        var store = new StoreSymbols();
        var deep = Flag.Switch("deep", "derive every event again and compare; count positions, money and prints");
        var command = new Command("verify", "check every byte, link, seal and snapshot") { deep };
        store.AddTo(command);
        command.SetAction(parsed =>
        {
            var request = new ReplayRequest { CheckLaws = true };
            var report = StoreInspection.Live(() => parsed.GetValue(deep)
                ? ReplayCommand.Run(storage, store.Examine(storage, parsed), request, runs: 1)
                : StoreReport.Of(store.Examine(storage, parsed)));
            return report.Show(store.Json(parsed));
        });
        return command;
    }
}
