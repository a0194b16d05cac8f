using System.CommandLine;
using System.Runtime.InteropServices;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Inspect;
using HftSandbox.Trader.Recovery;

namespace HftSandbox.Trader.Commands;

/// <summary><c>trader inspect DIR|FILE</c>: the records, as they are.</summary>
internal sealed class InspectCommand
{
    private const int FollowPollMs = 20;

    private readonly StoreSymbols _store = new();
    private readonly Option<LogPoint?> _from = LogPoint.Option("from", "from here on");
    private readonly Option<LogPoint?> _to = LogPoint.Option("to", "up to here");
    private readonly Option<bool> _control = Flag.Switch("control", "show the log's own records too");
    private readonly Option<bool> _stats = Flag.Switch("stats", "count instead of showing");
    private readonly Option<bool> _follow = Flag.Switch("follow", "wait for what is being written, until Ctrl-C");
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
            inspect._from, inspect._to, inspect._limit, inspect._control, inspect._follow, inspect._stats,
        };
        inspect._store.AddTo(command);
        command.SetAction(parsed => inspect.Run(storage, parsed));
        return command;
    }

    private int Run(IStorage storage, ParseResult parsed)
    {
        using var view = StoreInspection.Live(() => _store.View(storage, parsed));
        using var interrupted = new CancellationTokenSource();
        using var interrupt = StopOn(PosixSignal.SIGINT, interrupted);
        using var terminate = StopOn(PosixSignal.SIGTERM, interrupted);
        if (parsed.GetValue(_stats))
            ShowStats(view, parsed, interrupted.Token);
        else
            ShowRecords(view, parsed, interrupted.Token);
        var isBeingWritten = parsed.GetValue(_follow) && view.Cursor.MayGrow;
        return view.Cursor.Irregularity is null || isBeingWritten
            ? Warn(view.Warnings)
            : Report(StoreInspection.Live(view.Examine));
    }

    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource interrupted) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            interrupted.Cancel();
        });

    private static int Warn(IEnumerable<string> notes)
    {
        foreach (var note in notes)
            Console.Error.WriteLine($"trader: {note}");
        return (int)ExitCode.Ok;
    }

    // Only an examination of the whole log tells whether it is the end of a crashed run or damage.
    private static int Report(StoreExamination examination)
    {
        Warn(StoreReport.NotesOf(examination));
        return examination.Refusal is { } refusal
            ? throw new CommandFailure(StoreInspection.CodeOf(examination.Verdict), refusal)
            : (int)ExitCode.Ok;
    }

    private void ShowStats(LogView view, ParseResult parsed, CancellationToken interrupted)
    {
        var stats = new RecordStats();
        ForEach(view, parsed, _ => stats.Add(in view.Cursor.Header), () => { }, interrupted);
        foreach (var segment in view.Cursor.Segments)
            stats.AddSegment(segment.Length);
        Output.Json(stats.WriteMembers);
    }

    private void ShowRecords(LogView view, ParseResult parsed, CancellationToken interrupted)
    {
        var names = StoreInspection.Live(view.InstrumentNames);
        Func<uint, string?> nameOf = id => id >= 1 && id <= names.Count ? names[(int)id - 1] : null;
        using var output = Console.OpenStandardOutput();
        if (_store.Json(parsed))
        {
            using var json = new RecordJson(output, nameOf);
            ForEach(view, parsed, json.Write, json.Flush, interrupted);
        }
        else
        {
            using var writer = new StreamWriter(output, bufferSize: 1 << 16);
            var text = new RecordText(writer, nameOf);
            ForEach(view, parsed, text.Write, writer.Flush, interrupted);
        }
    }

    private void ForEach(
        LogView view, ParseResult parsed, Action<ReadOnlySpan<byte>> show, Action flush, CancellationToken interrupted)
    {
        var (from, to) = (parsed.GetValue(_from), parsed.GetValue(_to));
        var left = parsed.GetValue(_limit) is > 0 and var limit ? limit : ulong.MaxValue;
        Seek(view, from);
        var cursor = view.Cursor;
        while (left > 0 && !interrupted.IsCancellationRequested)
        {
            if (!MoveNext(cursor))
            {
                flush();
                if (!parsed.GetValue(_follow) || !cursor.MayGrow || interrupted.WaitHandle.WaitOne(FollowPollMs))
                    break;
                Refresh(cursor);
                continue;
            }

            ref readonly var header = ref cursor.Header;
            if (to?.IsBefore(in header) == true)
                break;
            if (from?.IsAfter(in header) == true || (header.IsControl && !parsed.GetValue(_control)))
                continue;
            show(cursor.Record);
            left--;
        }

        flush();
    }

    private static bool MoveNext(LogCursor cursor)
    {
        while (true)
        {
            try
            {
                return cursor.MoveNext();
            }
            catch (StorageException failure) when (failure.Errno == StorageException.NotFound)
            {
                Refresh(cursor);
            }
        }
    }

    // A daemon that retires segments faster than they are shown: what is left is shown, and what is not is told.
    private static void Refresh(LogCursor cursor)
    {
        var last = cursor.Sequence;
        StoreInspection.Live(() =>
        {
            cursor.Refresh();
            return cursor;
        });
        if (cursor.Sequence > last)
            Warn([$"sequences {last + 1}..{cursor.Sequence} were retired before they could be shown"]);
    }

    private static void Seek(LogView view, LogPoint? from)
    {
        if (from is not { } point)
            return;
        try
        {
            if (point.Sequence is { } sequence)
                view.Cursor.SeekSequence(sequence);
            else
                view.Cursor.SeekTime(point.TimeNs);
        }
        catch (StorageException failure) when (failure.Errno == StorageException.NotFound)
        {
            // What lies before the place is filtered by the caller.
            Refresh(view.Cursor);
        }
    }
}
