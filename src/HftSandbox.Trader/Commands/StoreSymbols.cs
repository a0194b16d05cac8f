using System.CommandLine;
using HftSandbox.Core;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Recovery;

namespace HftSandbox.Trader.Commands;

/// <summary>What every command that reads a store takes: the directory, its prefix, its snapshot,
/// <c>--json</c>.</summary>
internal sealed class StoreSymbols
{
    private readonly Argument<string?> _directory = Flag.DirectoryArgument("the WAL's directory");

    private readonly Option<string> _walDir = Flag.Text("wal-dir", "the same, as a flag", "DIR");
    private readonly Option<string> _prefix = Flag.Text("prefix", "file prefix of the store (wal)", "NAME");
    private readonly Option<string> _snapshot = Flag.Text("snapshot", "default: positions.json in DIR", "FILE");
    private readonly Option<bool> _json = Flag.Switch("json", "print the result as one JSON object");

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Add(_directory);
        command.Add(_walDir);
        command.Add(_prefix);
        command.Add(_snapshot);
        command.Add(_json);
    }

    /// <summary>Whether JSON was asked for.</summary>
    /// <param name="parsed">The parsed command line.</param>
    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>The directory, as it was given.</summary>
    /// <param name="parsed">The parsed command line.</param>
    public string Name(ParseResult parsed) => PathOf(parsed);

    /// <summary>Examines the store.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="parsed">The parsed command line.</param>
    public StoreExamination Examine(IStorage storage, ParseResult parsed) => StoreInspection.ExamineOrReport(
        storage, PathOf(parsed), Flag.Prefix(parsed.GetValue(_prefix)), parsed.GetValue(_snapshot));

    /// <summary>What to salvage.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <param name="outDirectory">Where to.</param>
    public SalvageRequest Salvage(ParseResult parsed, string outDirectory) => new()
    {
        Directory = PathOf(parsed),
        Prefix = Flag.Prefix(parsed.GetValue(_prefix)),
        SnapshotPath = parsed.GetValue(_snapshot),
        OutDirectory = outDirectory,
        EngineVersion = EngineVersion.Current,
    };

    /// <summary>Looks at the store, or at one segment file alone, without examining it.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="parsed">The parsed command line.</param>
    public LogView View(IStorage storage, ParseResult parsed)
    {
        var path = PathOf(parsed);
        return File.Exists(path)
            ? LogView.OfFile(storage, path)
            : LogView.OfStore(storage, path, Flag.Prefix(parsed.GetValue(_prefix)), parsed.GetValue(_snapshot));
    }

    private string PathOf(ParseResult parsed) =>
        Flag.Directory(parsed.GetValue(_directory), parsed.GetValue(_walDir))
        ?? throw new CommandFailure(ExitCode.Usage, $"which WAL? 'trader {parsed.CommandResult.Command.Name} DIR'");
}
