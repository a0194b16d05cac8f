using System.CommandLine;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Trader.Commands;

/// <summary><c>trader mdg [DIR]</c>: synthetic market data into a WAL, as the original's generator made it: the
/// constant
/// model, no orders.</summary>
internal static class MdgCommand
{
    /// <summary>Declares the command.</summary>
    /// <param name="storage">The file system.</param>
    public static Command Create(IStorage storage)
    {
        var directory = Flag.DirectoryArgument("where the WAL is written");
        var walDir = Flag.Text("wal-dir", "where the WAL is written (testdata/wal)", "DIR");
        var config = Flag.Text("config", "JSON configuration", "FILE");
        var ticks = new Option<ulong>("--ticks", "-ticks")
        {
            Description = "how many, 0 = unlimited",
            DefaultValueFactory = _ => 10,
        };
        var interval = Flag.Duration("interval", "between two ticks", "0");
        var basePrice = Number("base-price", "the price, as mantissa", 100);
        var baseSize = Number("base-size", "the size, as mantissa", 1);
        var spread = Number("spread", "ask - bid, as mantissa", 1);
        var source = Number("source", "the original's source number; the log says Sim", 1);
        var kind = Flag.OneOf("kind", "what a tick is", "quote", "quote", "trade");
        var json = Flag.Switch("json", "print the result as one JSON object");
        var command = new Command("mdg", "record synthetic market data, without orders")
        {
            directory, walDir, config, ticks, interval, basePrice, baseSize, spread, source, kind, json,
        };
        command.SetAction(parsed => RecordCommand.Run(storage, new RecordOptions
        {
            WalDirectory = Flag.Directory(parsed.GetValue(directory), parsed.GetValue(walDir)) ?? "testdata/wal",
            ConfigPath = parsed.GetValue(config),
            ConfigReloadIntervalNs = 0,
            Constant = new ConstantTicks(
                parsed.GetValue(kind)!, parsed.GetValue(basePrice), parsed.GetValue(baseSize), parsed.GetValue(spread)),
            Strategy = "none",
            OrderCount = parsed.GetValue(ticks),
            OrderIntervalNs = parsed.GetValue(interval).Ns,
            Json = parsed.GetValue(json),
        }));
        return command;
    }

    private static Option<long> Number(string name, string description, long preset) =>
        new($"--{name}", $"-{name}") { Description = description, DefaultValueFactory = _ => preset };
}
