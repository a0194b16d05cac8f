using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HftSandbox.Runtime.Storage;
using HftSandbox.Trader.Demo;

namespace HftSandbox.Trader.Commands;

/// <summary><c>trader demo</c>: what this program is for, shown in seconds, with the commands that do it.</summary>
internal static class DemoCommand
{
    private const ulong EventsBeforeTheKill = 200_000;

    /// <summary>Declares the command.</summary>
    /// <param name="storage">The file system.</param>
    public static Command Create(IStorage storage)
    {
        var command = new Command("demo", "record, kill with -9, recover, verify, and catch a forged fill; in seconds");
        command.SetAction(_ => Run(storage));
        return command;
    }

    private static int Run(IStorage storage)
    {
        var directory = Directory.CreateTempSubdirectory("trader-demo-").FullName;
        try
        {
            Show(storage, Path.Join(directory, "wal"), Path.Join(directory, "forged"));
            return (int)ExitCode.Ok;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static void Show(IStorage storage, string wal, string forged)
    {
        Step("1. Record synthetic market data, orders and fills, and kill the process in the middle.");
        ulong durable = 0;
        Command("record", wal, "--seed", "7", "--progress", "json");
        var killed = ChildTrader.RunUntil(
            line => TryDurable(line, ref durable) && durable >= EventsBeforeTheKill,
            "record", wal, "--seed", "7", "--progress", "json");
        Expect(killed.ExitCode == 137, killed);
        Say($"kill -9; the last progress line promised {Number(durable)} durable events");

        Step("2. What would a start find? Nothing durable may be missing.");
        var found = Json("recover", wal, "--json");
        var kept = found.GetProperty("lastSequence").GetUInt64();
        Check(kept >= durable, $"{Number(kept)} events are there, {Number(kept - durable)} more than promised");

        Step("3. Go on from there: positions, open orders and ids as they were.");
        var run = Json("record", wal, "--seed", "7", "--recover", "--order-count", "10000", "--json");
        var last = run.GetProperty("lastSequence").GetUInt64();
        Say($"{run.GetProperty("orders")} more orders, up to event {Number(last)}");

        Step("4. Verify: every byte and seal, then derive every event again from the inputs alone.");
        var verified = Json("verify", wal, "--deep", "--json");
        var compared = verified.GetProperty("derivedCompared").GetUInt64();
        Check(
            verified.GetProperty("digest").GetString() == run.GetProperty("digest").GetString(),
            $"{Number(compared)} derived events are the same; digest {verified.GetProperty("digest")}");

        Step("5. Forge the price of one fill, with every checksum and seal made genuine.");
        var target = StoreForger.Forge(storage, wal, forged);
        Say($"a copy of the store in which event {Number(target)} says a price one higher");
        Command("verify", forged);
        var shallow = ChildTrader.Run("verify", forged);
        Expect(shallow.ExitCode == 0, shallow);
        Say("the bytes alone do not tell");
        Command("verify", forged, "--deep");
        var caught = ChildTrader.Run("verify", forged, "--deep");
        Check(caught.ExitCode == (int)ExitCode.Diverged, "exit 12: " + caught.Errors.Trim());
    }

    private static bool TryDurable(string line, ref ulong durable)
    {
        if (!line.StartsWith('{'))
            return false;

        using var json = JsonDocument.Parse(line);
        durable = json.RootElement.GetProperty("durableSequence").GetUInt64();
        return true;
    }

    private static JsonElement Json(params string[] arguments)
    {
        Command(arguments);
        var result = ChildTrader.Run(arguments);
        Expect(result.ExitCode == 0, result);
        using var json = JsonDocument.Parse(result.Output);
        return json.RootElement.Clone();
    }

    private static void Expect(bool holds, ChildResult result)
    {
        if (!holds)
        {
            throw new CommandFailure(
                ExitCode.Unexpected, $"the demo's command ended with exit {result.ExitCode}: {result.Errors.Trim()}");
        }
    }

    private static void Check(bool holds, string statement)
    {
        Say((holds ? "ok: " : "NOT OK: ") + statement);
        if (!holds)
            throw new CommandFailure(ExitCode.Unexpected, "the demo did not show what it claims");
    }

    private static void Step(string text)
    {
        Console.Out.WriteLine();
        Console.Out.WriteLine(text);
    }

    private static void Command(params string[] arguments) =>
        Console.Out.WriteLine($"   $ trader {string.Join(' ', arguments)}");

    private static void Say(string text) => Console.Out.WriteLine($"   {text}");

    private static string Number(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
