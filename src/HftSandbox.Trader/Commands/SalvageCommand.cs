using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Recovery;

namespace HftSandbox.Trader.Commands;

/// <summary><c>trader salvage DIR --out DIR2</c>: every undamaged event and a loss report; the original is not
/// touched.</summary>
internal static class SalvageCommand
{
    private const int LinesMax = 20;

    /// <summary>Declares the command.</summary>
    /// <param name="storage">The file system.</param>
    public static Command Create(IStorage storage)
    {
        var store = new StoreSymbols();
        var output = new Option<string>("--out", "-out")
        {
            Description = "the new store: an empty directory, or one to be made",
            HelpName = "DIR2",
            Required = true,
        };
        const string Description =
            """
            save every undamaged event of a damaged WAL into a new one; the original is only read

            The events keep their sequences. Where some are lost, the new log says so ('trader verify DIR2'), and it
            can be continued if a snapshot behind the loss came along.
            --json: {events, firstSequence, lastSequence, lastRetired, retiredSegments, segments,
              unreadableSegments: [name], lost: [{firstSequence, lastSequence, events, segment, offset}],
              damaged: [{segment, offset, bytes}], unreadableBytes, duplicates, snapshots: [sequence], canContinue,
              storeId}
            'lost' names the place behind the last event before the loss; 'damaged' the bytes that are no records.
            """;
        var command = new Command("salvage", Description) { output };
        store.AddTo(command);
        command.SetAction(parsed =>
        {
            var report = Run(storage, store.Salvage(parsed, parsed.GetValue(output)!));
            foreach (var warning in report.Warnings)
                Console.Error.WriteLine($"trader: {warning}");
            if (store.Json(parsed))
                Output.Json(json => WriteJson(json, report));
            else
                Print(report, parsed.GetValue(output)!);
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static SalvageReport Run(IStorage storage, SalvageRequest request)
    {
        if (!storage.DirectoryExists(request.Directory))
            throw new CommandFailure(ExitCode.Read, $"{request.Directory}: no such directory");
        if (IsInside(request.OutDirectory, request.Directory))
        {
            throw new CommandFailure(
                ExitCode.Usage, $"--out: {request.OutDirectory} lies in {request.Directory}, which is only read");
        }

        if (storage.DirectoryExists(request.OutDirectory) && storage.List(request.OutDirectory).Count > 0)
        {
            throw new CommandFailure(
                ExitCode.Usage, $"--out: {request.OutDirectory} is not empty, and nothing is overwritten");
        }

        var report = StoreInspection.Supported(() => StoreSalvage.Run(storage, new SystemClock(), request));
        return report.Events > 0
            ? report
            : throw new CommandFailure(ExitCode.Read, $"{request.Directory}: there is no undamaged event in it");
    }

    private static bool IsInside(string path, string directory) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)).StartsWith(
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + Path.DirectorySeparatorChar,
            StringComparison.Ordinal);

    private static void WriteJson(Utf8JsonWriter json, SalvageReport report)
    {
        json.WriteNumber("events", report.Events);
        json.WriteNumber("firstSequence", report.FirstSequence);
        json.WriteNumber("lastSequence", report.LastSequence);
        json.WriteNumber("lastRetired", report.LastRetired);
        json.WriteNumber("retiredSegments", report.RetiredSegments);
        json.WriteNumber("segments", report.Segments);
        json.WriteArray("unreadableSegments", report.UnreadableSegments, json.WriteStringValue);
        json.WriteArray("lost", report.Lost, loss =>
        {
            json.WriteStartObject();
            json.WriteNumber("firstSequence", loss.FirstSequence);
            json.WriteNumber("lastSequence", loss.LastSequence);
            json.WriteNumber("events", loss.Events);
            json.WriteString("segment", loss.Segment);
            json.WriteNumber("offset", loss.Offset);
            json.WriteEndObject();
        });
        json.WriteArray("damaged", report.Damaged, damage =>
        {
            json.WriteStartObject();
            json.WriteString("segment", damage.Segment);
            json.WriteNumber("offset", damage.Offset);
            json.WriteNumber("bytes", damage.Bytes);
            json.WriteEndObject();
        });
        json.WriteNumber("unreadableBytes", report.UnreadableBytes);
        json.WriteNumber("duplicates", report.Duplicates);
        json.WriteArray("snapshots", report.Snapshots, json.WriteNumberValue);
        json.WriteBoolean("canContinue", report.CanContinue);
        json.WriteString("storeId", report.StoreId.ToString());
    }

    private static void Print(SalvageReport report, string output)
    {
        var lost = report.Lost.Aggregate(0ul, (sum, loss) => sum + loss.Events);
        var damaged = report.Damaged.Sum(damage => damage.Bytes);
        var retired = report.LastRetired > 0 || report.RetiredSegments == 0
            ? ""
            : $", less what was retired with segments 1..{report.RetiredSegments}";
        Output.Lines(
            ("saved", $"{Count(report.Events, "event")}, sequences {report.FirstSequence}..{report.LastSequence}"),
            ("lost", retired.Length == 0 ? Count(lost, "event") : $"at most {Count(lost, "event")}"),
            ("damaged", $"{Number((ulong)damaged)} bytes in {Count((ulong)report.Damaged.Length, "place")}, " +
                $"{Number((ulong)report.UnreadableBytes)} bytes that the disk did not read"),
            ("snapshots", report.Snapshots.IsEmpty ? "none" : "of " + string.Join(", ", report.Snapshots)),
            ("new store", output),
            ("next", report.CanContinue
                ? $"trader record {output} --recover"
                : $"trader inspect {output} (no snapshot stands in for what is lost: it cannot be continued)"));
        Rows(report.Lost, loss => loss.Segment is null
            ? $"lost: sequences {loss.FirstSequence}..{loss.LastSequence}, before the first event that is left{retired}"
            : $"lost: sequences {loss.FirstSequence}..{loss.LastSequence} behind {loss.Segment} offset {loss.Offset}");
        Rows(report.Damaged, damage => $"damaged: {damage.Segment} offset {damage.Offset}: {damage.Bytes} bytes");
        Rows(report.UnreadableSegments, name => $"unreadable: {name}: neither copy of its header is valid");
    }

    private static void Rows<T>(IReadOnlyCollection<T> rows, Func<T, string> text)
    {
        foreach (var row in rows.Take(LinesMax))
            Console.Out.WriteLine(text(row));
        if (rows.Count > LinesMax)
            Console.Out.WriteLine($"… and {rows.Count - LinesMax} more: --json lists all");
    }

    private static string Count(ulong count, string noun) => $"{Number(count)} {noun}{(count == 1 ? "" : "s")}";

    private static string Number(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
