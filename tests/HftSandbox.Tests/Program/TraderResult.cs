using System.Text.Json;

namespace HftSandbox.Tests.Program;

/// <summary>One line of <c>--progress json</c>.</summary>
public readonly record struct TraderProgress(ulong PublishedSequence, ulong AppendedSequence, ulong DurableSequence)
{
    /// <summary>Reads a line of standard error; null if it is another line, or the half of one.</summary>
    public static TraderProgress? Parse(string line)
    {
        if (!line.StartsWith("{\"", StringComparison.Ordinal) || !line.EndsWith('}'))
            return null;
        try
        {
            var json = JsonDocument.Parse(line).RootElement;
            return new TraderProgress(
                json.GetProperty("publishedSequence").GetUInt64(),
                json.GetProperty("appendedSequence").GetUInt64(),
                json.GetProperty("durableSequence").GetUInt64());
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException)
        {
            return null;
        }
    }
}

/// <summary>What a process left behind when it ended.</summary>
/// <param name="ExitCode">Its exit code; 128 + the signal's number if a signal ended it.</param>
/// <param name="Output">All of standard output.</param>
/// <param name="Error">All of standard error.</param>
/// <param name="Progress">The progress lines, in order.</param>
public sealed record TraderResult(int ExitCode, string Output, string Error, IReadOnlyList<TraderProgress> Progress)
{
    /// <summary>Each line of standard output as JSON.</summary>
    public IEnumerable<JsonElement> JsonLines =>
        Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement);

    /// <summary>The only line of standard output as JSON.</summary>
    public JsonElement Json => JsonLines.Single();

    /// <summary>The exit code is this one; otherwise the failure shows what the program said.</summary>
    public TraderResult Exited(int code)
    {
        Assert.True(ExitCode == code, $"exit code {ExitCode} instead of {code}\n{Error}\n{Output}");
        return this;
    }
}
