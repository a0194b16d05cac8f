using System.CommandLine;
using HftSandbox.Trader.Config;

namespace HftSandbox.Trader.Commands;

/// <summary><c>trader config check FILE</c>: every problem of a configuration, with its place.</summary>
internal static class ConfigCommand
{
    /// <summary>Declares the command.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "a JSON configuration" };
        var check = new Command("check", "all problems in one pass: line, column, what may have been meant") { file };
        check.SetAction(parsed => Check(parsed.GetRequiredValue(file)));
        return new Command("config", "about configurations") { check };
    }

    private static int Check(string file)
    {
        var result = ConfigLoader.Load(file, ConfigInput.Environment, new Dictionary<string, string>());
        foreach (var problem in result.Problems)
            Console.Out.WriteLine(problem);

        if (result.Config is not null)
        {
            Console.Out.WriteLine($"{file}: ok, {result.Config.Instruments.Length} symbols");
            return (int)ExitCode.Ok;
        }

        return (int)(result.IsUnreadable ? ExitCode.Read : ExitCode.Configuration);
    }
}
