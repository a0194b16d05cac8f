using System.CommandLine;
using System.Text;
using System.Text.Json;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Recovery;
using HftSandbox.Trader.Report;

namespace HftSandbox.Trader.Commands;

/// <summary><c>trader report DIR</c>: what a run traded, from its log alone.</summary>
internal static class ReportCommand
{
    private const string Description =
        """
        fills, positions, P&L, fees, denials, times and the use of the limits, from the log alone

        Counted from the records, never from an engine; every position that the engine wrote is compared with the fills
        (a difference: exit 12). Money is added over the instruments of a quote currency only. Realised P&L at average
        cost, and first in, first out beside it (equal when flat); fees apart; unrealised at the mid of the last quote
        that was not crossed, else at the last trade; equity = realised + unrealised - fees, of a currency also the cash
        that operators moved.

        """;

    /// <summary>Declares the command.</summary>
    /// <param name="storage">The file system.</param>
    public static Command Create(IStorage storage)
    {
        var store = new StoreSymbols();
        var html = Flag.Text("html", "also write it as one page with charts", "FILE");
        var force = Flag.Switch("force", "overwrite FILE");
        var command = new Command("report", Description + ReportJson.Schema) { html, force };
        store.AddTo(command);
        command.SetAction(parsed =>
        {
            var page = parsed.GetValue(html);
            if (page is not null && Path.Exists(page) && !parsed.GetValue(force))
                throw new CommandFailure(ExitCode.Usage, $"--html: {page} is there already: --force overwrites it");
            using var view = store.View(storage, parsed);
            var report = Read(view, page is null ? null : new ChartData());
            if (store.Json(parsed))
                Output.Json(new ReportJson(report).WriteMembers);
            else
                Print(new ReportTables(report));
            if (page is not null)
                WritePage(storage, page, new ReportPage(report, store.Name(parsed)).Write());
            return Judge(view, report);
        });
        return command;
    }

    private static void Print(ReportTables tables)
    {
        Output.Lines(tables.Summary);
        Console.Out.WriteLine();
        foreach (var table in tables.All.Where(table => table.Rows.Count > 0))
            table.Print(Console.Out);
    }

    private static void WritePage(IStorage storage, string path, string page)
    {
        var full = Path.GetFullPath(path);
        var unfinished = full + ".new";
        if (File.Exists(unfinished))
            storage.Delete(unfinished);
        using (var file = storage.Create(unfinished))
        {
            file.Write(0, Encoding.UTF8.GetBytes(page));
            file.SyncData();
        }

        storage.Rename(unfinished, full);
    }

    private static LogReport Read(LogView view, ChartData? charts)
    {
        try
        {
            var report = new LogReport(view.Configuration()) { Charts = charts };
            while (view.Cursor.MoveNext())
            {
                if (view.Cursor.Header.IsControl)
                    continue;
                if (report.Instruments.Count == 0)
                    throw new CommandFailure(ExitCode.Read, "no run start and no snapshot says what is traded here");
                report.Add(new RecordView(view.Cursor.Record));
            }

            report.End();
            return report;
        }
        catch (JsonException failure)
        {
            throw new CommandFailure(
                ExitCode.Read,
                $"sequence {view.Cursor.Sequence}: a configuration of another engine: {failure.Message}");
        }
    }

    // Only an examination of the whole log tells whether it is the end of a crashed run or damage.
    private static int Judge(LogView view, LogReport report)
    {
        var notes = view.Warnings.AsEnumerable();
        var (code, problem) = (ExitCode.Ok, (string?)null);
        if (view.Cursor.Irregularity is not null)
        {
            var examination = view.Examine();
            notes = StoreReport.NotesOf(examination);
            (code, problem) = (StoreInspection.CodeOf(examination.Verdict), examination.Refusal);
        }

        foreach (var note in notes)
            Console.Error.WriteLine($"trader: {note}");
        if (problem is not null)
            throw new CommandFailure(code, problem);
        if (report.Check.First is { } difference)
            throw new CommandFailure(ExitCode.Diverged, difference);
        return (int)ExitCode.Ok;
    }
}
