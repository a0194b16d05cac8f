using System.CommandLine;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Inspect;
using HftSandbox.Trader.Recovery;

namespace HftSandbox.Trader.Commands;

/// <summary><c>trader inspect DIR|FILE</c>: the records, as they are.</summary>
internal sealed class InspectCommand
{
    private readonly StoreSymbols _store = new();
    private readonly Option<LogPoint?> _from = LogPoint.Option("from", "from here on");
    private readonly Option<LogPoint?> _to = LogPoint.Option("to", "up to here");
    private readonly Option<bool> _control = Flag.Switch("control", "show the log's own records too");
    private readonly Option<bool> _stats = Flag.Switch("stats", "count instead of showing");
    private readonly Option<ulong> _limit = new("--limit", "-limit")
    {
        Description = "stop after so many, 0 = all",
        HelpName = "N",
    };

    /// <summary>Declares the command.</summary>
    /// <param name="storage">The file system.</param>
    public static Command Create(IStorage storage)
    {
        var inspect = new InspectCommand();
        var command = new Command("inspect", "show the records of a WAL or of one segment file")
        {
            inspect._from, inspect._to, inspect._limit, inspect._control, inspect._stats,
        };
        inspect._store.AddTo(command);
        command.SetAction(parsed => inspect.Run(storage, parsed));
        return command;
    }

    private int Run(IStorage storage, ParseResult parsed)
    {
        var examination = _store.ExamineDirectoryOrFile(storage, parsed);
        if (parsed.GetValue(_stats))
        {
            ShowStats(storage, examination, parsed);
        }
        else
        {
            ShowRecords(storage, examination, parsed);
        }

        foreach (var note in StoreReport.NotesOf(examination))
            Console.Error.WriteLine($"trader: {note}");

        return examination.Refusal is { } refusal
            ? throw new CommandFailure(StoreInspection.CodeOf(examination.Verdict), refusal)
            : (int)ExitCode.Ok;
    }

    private void ShowStats(IStorage storage, StoreExamination examination, ParseResult parsed)
    {
        var stats = new RecordStats();
        foreach (var segment in examination.Segments)
            stats.AddSegment(segment.FileLength);

        ForEach(storage, examination, parsed, reader => stats.Add(in reader.Header));
        Output.Json(stats.WriteMembers);
    }

    private void ShowRecords(IStorage storage, StoreExamination examination, ParseResult parsed)
    {
        var names = InstrumentNames(storage, examination);
        Func<uint, string?> nameOf = id => id >= 1 && id <= names.Length ? names[id - 1] : null;
        if (_store.Json(parsed))
        {
            using var output = Console.OpenStandardOutput();
            using var json = new RecordJson(output, nameOf);
            ForEach(storage, examination, parsed, reader => json.Write(reader.Record));
        }
        else
        {
            using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 1 << 16);
            var text = new RecordText(output, nameOf);
            ForEach(storage, examination, parsed, reader => text.Write(reader.Record));
        }
    }

    private void ForEach(IStorage storage, StoreExamination examination, ParseResult parsed, Action<WalReader> show)
    {
        var from = parsed.GetValue(_from);
        var to = parsed.GetValue(_to);
        var left = parsed.GetValue(_limit) is > 0 and var limit ? limit : ulong.MaxValue;
        using var reader = new WalReader(
            storage, examination.Segments, from?.Sequence ?? 1, includeControl: parsed.GetValue(_control));
        while (left > 0 && reader.MoveNext() && to?.IsBefore(in reader.Header) != true)
        {
            if (from?.IsAfter(in reader.Header) != true)
            {
                show(reader);
                left--;
            }
        }
    }

    // The registry never changes within a store, so the first run's names are everyone's.
    private static string[] InstrumentNames(IStorage storage, StoreExamination examination)
    {
        using var reader = new WalReader(storage, examination.Segments);
        if (!reader.MoveNext() || reader.Header.Kind != EventKind.RunStarted)
            return [];

        var json = reader.Payload[RunStartedBody.SizeBytes..];
        return [.. RunConfiguration.FromJson(json).Instruments.Select(instrument => instrument.Name)];
    }
}
