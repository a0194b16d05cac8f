using System.Text.Json;

namespace HftSandbox.Tests.Program;

/// <summary>What a store says that a restart must not change: a run that was killed and recovered is compared with one
/// that never was.</summary>
internal static class RunContent
{
    private static readonly string[] PerRunKinds = ["RunStarted", "RunStopped", "Digest"];

    /// <summary>The events without the starts and stops, which a restart adds, without the digests, which then stand
    /// at other places, and without the sequences, which move by that.</summary>
    /// <param name="directory">Where the program runs.</param>
    /// <param name="wal">The store.</param>
    /// <param name="withPositions">Whether the same file was read: its positions are then the same.</param>
    public static List<string> WithoutRuns(TempDirectory directory, string wal, bool withPositions = true) =>
    [
        .. TraderProcess.Run(directory, "inspect", wal, "--json").Exited(0).JsonLines
            .Where(record => !PerRunKinds.Contains(record.GetProperty("kind").GetString()))
            .Select(record => string.Join(' ', record.EnumerateObject()
                .Where(member => member.Name is not ("sequence" or "causeSequence"))
                .Where(member => withPositions || member.Name != "feedPosition")
                .Select(member => member.Name == "body" ? WithoutCause(member.Value) : member.Value.GetRawText()))),
    ];

    /// <summary>The positions that a start would continue with.</summary>
    public static string Positions(TempDirectory directory, string wal) =>
        TraderProcess.Run(directory, "recover", wal, "--json").Exited(0).Json.GetProperty("positions").GetRawText();

    private static string WithoutCause(JsonElement body) => string.Join(' ', body.EnumerateObject()
        .Where(member => member.Name != "causeId")
        .Select(member => member.Value.GetRawText()));
}
