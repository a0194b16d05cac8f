using System.Text.RegularExpressions;

namespace HftSandbox.Tests.Program;

/// <summary>What a store says that a restart must not change: a run that was killed and recovered is compared with one
/// that never was.</summary>
internal static partial class RunContent
{
    /// <summary>The events without the starts and stops, which a restart adds, without the digests, which then stand
    /// at other places, and without the sequences, which move by that.</summary>
    /// <param name="directory">Where the program runs.</param>
    /// <param name="wal">The store.</param>
    /// <param name="withPositions">Whether the same file was read: its positions are then the same.</param>
    public static List<string> WithoutRuns(TempDirectory directory, string wal, bool withPositions = true) =>
    [
        .. TraderProcess.Run(directory, "inspect", wal, "--json").Exited(0).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(record => !OfARun().IsMatch(record))
            .Select(record => Sequences().Replace(record, ""))
            .Select(record => withPositions ? record : FeedPosition().Replace(record, "")),
    ];

    /// <summary>The positions that a start would continue with.</summary>
    public static string Positions(TempDirectory directory, string wal) =>
        TraderProcess.Run(directory, "recover", wal, "--json").Exited(0).Json.GetProperty("positions").GetRawText();

    [GeneratedRegex("""^[^{]*\{[^{]*"kind":"(RunStarted|RunStopped|Digest)",""")]
    private static partial Regex OfARun();

    [GeneratedRegex("""
        "(sequence|causeSequence|causeId)":("[^"]*"|[0-9]+),?
        """)]
    private static partial Regex Sequences();

    [GeneratedRegex("""
        "feedPosition":[0-9]+,?
        """)]
    private static partial Regex FeedPosition();
}
