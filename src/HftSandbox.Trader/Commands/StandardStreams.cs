using System.Runtime.InteropServices;

namespace HftSandbox.Trader.Commands;

/// <summary>The two streams that the program writes text to.</summary>
internal static partial class StandardStreams
{
    private const int Output = 1;
    private const int Error = 2;
    private const int GetDescriptorFlags = 1;

    /// <summary>Whether the program was started with both; if not, the one that is there says so. A shell's
    /// <c>2&gt;&amp;-</c> takes one away: the runtime then uses its number for a file of its own, and our text would go
    /// there.</summary>
    public static bool AreOpen()
    {
        var (output, error) = (IsInherited(Output), IsInherited(Error));
        if (error && !output)
            Console.Error.WriteLine("trader: standard output is closed; redirect it instead, with >/dev/null");
        if (output && !error)
            Console.Out.WriteLine("trader: standard error is closed; redirect it instead, with 2>/dev/null");
        return output && error;
    }

    // What came from outside never closes on exec, or it would be closed (execve(2)); all that the runtime keeps open
    // does. No flags are 0, no descriptor -1.
    private static bool IsInherited(int descriptor) => DescriptorControl(descriptor, GetDescriptorFlags) == 0;

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int DescriptorControl(int descriptor, int command);
}
