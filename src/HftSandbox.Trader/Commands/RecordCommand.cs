using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HftSandbox.Runtime.Storage;
using HftSandbox.Trader.Hosting;

namespace HftSandbox.Trader.Commands;

/// <summary><c>trader record [DIR]</c>: the pipeline.</summary>
internal static class RecordCommand
{
    /// <summary>Declares the command.</summary>
    /// <param name="storage">The file system.</param>
    public static Command Create(IStorage storage)
    {
        var directory = Flag.DirectoryArgument("where the WAL is written");
        var json = Flag.Switch("json", "print the result as one JSON object");
        var symbols = new RecordSymbols(orderCountDefault: 0);
        const string Description =
            """
            record a run; a store in the directory is continued

            --source says what --file is, none for sim. The next start goes on inside it, behind the last logged input.
            binance-ws  lines of 'receive-ns json' of a Binance combined stream, plain or gzip
            events      lines as 'trader inspect DIR --json' prints them, plain or gzip, in the order of the file:
                        {"kind":"Quote","instrument":"BTC-USDT","eventTimeNs":1000000000,
                         "body":{"bidPx":5999900,"bidQty":150000,"askPx":6000100,"askQty":90000}}  (on one line)
                        kinds: Quote Trade BookLevel BookClear Bar FeedGap Timer, OrderRequest CancelRequest
                          ReplaceRequest, ExecutionReport CancelReject of an outside venue, PositionAdjustment
                          CashAdjustment RiskReset, Config
                        body: what is left out is 0 or None; integers are mantissas, enums names, ids 1 to 32 hex digits
                        receiveTimeNs: else eventTimeNs, else that of the line before; it does not go back
                        flags: ["input"] is not the last of its message; left out, a line is a message of its own
                        source: kept if it is a feed or a venue; else Events, or OutsideVenue
                        Config: takes effect at its place as a changed --config does; body.configuration is all of it;
                          source, venue, seed and what the command line says stay this run's
                        derived and control records, RunStarted and RunStopped are passed over and counted;
                        a line that cannot be taken ends the run (exit 5, see --max-bad-lines)
            wal         DIR of another store: its inputs with their times, sources and feed positions, Config as above,
                        without its runs, up to its valid end; symbols must have the same scales here (else exit 3)
            The next start inside events or wal begins with the configuration that was in force there, not --config's.
            """;
        var command = new Command("record", Description) { directory, json };
        symbols.AddTo(command);
        command.SetAction(parsed => Run(
            storage, symbols.Bind(parsed, parsed.GetValue(directory), parsed.GetValue(json))));
        return command;
    }

    /// <summary>Records and prints the result.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="options">What was asked for.</param>
    public static int Run(IStorage storage, RecordOptions options)
    {
        var result = TraderHost.Record(storage, options);
        if (options.Json)
        {
            Output.Json(json => WriteJson(json, result));
        }
        else
        {
            Print(options.WalDirectory, result);
        }

        if (result.Failure is not null)
        {
            throw new CommandFailure(
                result.ExitCode,
                $"{result.Failure}; durable up to sequence {result.DurableSequence}; " +
                $"what is whole comes back with 'trader record {options.WalDirectory} --recover'");
        }

        return (int)result.ExitCode;
    }

    private static void WriteJson(Utf8JsonWriter json, RunResult result)
    {
        json.WriteNumber("inputs", result.Totals.Inputs);
        json.WriteNumber("events", result.Totals.Events);
        json.WriteNumber("orders", result.Totals.OrderIntents);
        json.WriteNumber("fills", result.Totals.Fills);
        json.WriteStartObject("denied");
        foreach (var (reason, count) in result.Denied)
            json.WriteNumber(reason.ToString(), count);

        json.WriteEndObject();
        json.WriteNumber("lastSequence", result.LastSequence);
        json.WriteNumber("durableSequence", result.DurableSequence);
        json.WriteString("digest", result.Digest.ToString());
        json.WriteNumber("elapsedNs", result.ElapsedNs);
        json.WriteNumber("eventsPerSecond", result.EventsPerSecond);
        json.WriteNumber("gcCollections", result.GcCollections);
        json.WriteNumber("hotPathAllocatedBytes", result.HotPathAllocatedBytes);
    }

    private static void Print(string directory, RunResult result)
    {
        var denied = string.Join(", ", result.Denied.Select(entry => Number(entry.Count) + " " + entry.Reason));
        Output.Lines(
            ("ended", $"{(result.IsCleanStop ? result.Reason : "failed")} after {result.ElapsedNs / 1_000_000} ms"),
            ("events", $"{Number(result.Totals.Events)} ({Number(result.Totals.Inputs)} inputs)"),
            ("events per second", Number((ulong)result.EventsPerSecond)),
            ("orders", $"{Number(result.Totals.OrderIntents)}, {Number(result.Totals.Fills)} fills"),
            ("denied", denied.Length == 0 ? "none" : denied),
            ("durable", $"{Number(result.DurableSequence)} of {Number(result.LastSequence)}"),
            ("digest", result.Digest.ToString()),
            ("recorded in", directory));
    }

    private static string Number(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
