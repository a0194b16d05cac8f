using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text.RegularExpressions;

namespace HftSandbox.Trader.Commands;

/// <summary>The library's help, with flags in their usual spelling: of <c>--name</c> and its alias <c>-name</c> it
/// would show the alias.</summary>
internal sealed partial class HelpText(HelpAction library) : SynchronousCommandLineAction
{
    /// <summary>Puts it in front of a root command's help.</summary>
    /// <param name="root">The root command.</param>
    public static void Install(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpText((HelpAction)option.Action!);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var invocation = parseResult.InvocationConfiguration;
        var output = invocation.Output;
        using var text = new StringWriter();
        invocation.Output = text;
        var exit = library.Invoke(parseResult);
        invocation.Output = output;
        output.Write(SingleDash().Replace(text.ToString(), "  --$1"));
        return exit;
    }

    // Takes one space of the padding, so that the second column stays where it is.
    [GeneratedRegex("^  -([a-z][a-z-]+(?: <[^>]+>)?) ", RegexOptions.Multiline)]
    private static partial Regex SingleDash();
}
