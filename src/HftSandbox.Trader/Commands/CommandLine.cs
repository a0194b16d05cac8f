using System.CommandLine;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Trader.Commands;

/// <summary>The command line: which words mean what, and one clear line with the right exit code when something is
/// wrong.</summary>
internal static class CommandLine
{
    private const string ShortHelp =
        """
        trader: records a trading run to a write-ahead log, proves that a replay is the run, recovers after a crash

          trader demo                        record, kill, recover, verify and catch a forgery in ten seconds
          trader record DIR                  record a run (Ctrl-C stops it cleanly)
          trader verify DIR --deep           check every byte and re-derive every event

        'trader --help' lists the commands, 'trader COMMAND --help' the options of one.
        """;

    /// <summary>Parses the arguments, runs the command and returns the exit code.</summary>
    /// <param name="args">Arguments.</param>
    /// <param name="storage">The file system.</param>
    public static int Run(string[] args, IStorage storage)
    {
        if (!StandardStreams.AreOpen())
            return (int)ExitCode.Usage;

        if (args.Length == 0)
        {
            Console.Out.WriteLine(ShortHelp);
            return (int)ExitCode.Ok;
        }

        var parsed = Root(storage).Parse(args, new ParserConfiguration { EnablePosixBundling = false });
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpText)
        {
            foreach (var error in parsed.Errors)
                Tell($"trader: {error.Message}");

            Tell($"trader: see 'trader {CommandName(parsed)}--help'");
            return (int)ExitCode.Usage;
        }

        return Guard(() => parsed.Invoke(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        }));
    }

    private static int Guard(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (CommandFailure failure)
        {
            Tell($"trader: {failure.Message}");
            return (int)failure.Code;
        }
        catch (IOException failure)
        {
            Tell($"trader: {failure.Message}");
            return (int)(failure is StorageException { IsWrite: true } ? ExitCode.Write : ExitCode.Read);
        }
        catch (Exception failure)
        {
            // Nobody expected this, so all of it is shown: it is a bug report.
            Tell($"trader: unexpected failure: {failure}");
            return (int)ExitCode.Unexpected;
        }
    }

    // A standard error that takes nothing, as on a full disk, leaves only the exit code to tell.
    private static void Tell(string line)
    {
        try
        {
            Console.Error.WriteLine(line);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static RootCommand Root(IStorage storage)
    {
        var root = new RootCommand("Records a trading run to a write-ahead log, replays it and recovers from it.");
        HelpText.Install(root);
        RootDefaults.AddTo(root, storage);
        root.Add(RecordCommand.Create(storage));
        root.Add(ReplayCommand.Create(storage));
        root.Add(VerifyCommand.Create(storage));
        root.Add(RecoverCommand.Create(storage));
        root.Add(InspectCommand.Create(storage));
        root.Add(ReportCommand.Create(storage));
        root.Add(SalvageCommand.Create(storage));
        root.Add(MdgCommand.Create(storage));
        root.Add(CrashTestCommand.Create(storage));
        root.Add(DemoCommand.Create(storage));
        root.Add(ConfigCommand.Create());
        return root;
    }

    private static string CommandName(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        return command is RootCommand ? "" : $"{command.Name} ";
    }
}
