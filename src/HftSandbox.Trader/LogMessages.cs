using Microsoft.Extensions.Logging;

namespace HftSandbox.Trader;

/// <summary>Every diagnostic text of the program, in one place.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Warning, "{Warning}")]
    public static partial void StoreWarning(this ILogger logger, string warning);

    [LoggerMessage(2, LogLevel.Information, "new store {StoreId} in {Directory}")]
    public static partial void StoreCreated(this ILogger logger, string directory, string storeId);

    [LoggerMessage(3, LogLevel.Information,
        "continuing at sequence {Sequence}, epoch {Epoch}, next ClOrdId {ClOrdId}: {How}")]
    public static partial void StoreContinued(
        this ILogger logger, ulong sequence, uint epoch, ulong clOrdId, string how);

    [LoggerMessage(4, LogLevel.Warning, "{Description}")]
    public static partial void TailDropped(this ILogger logger, string description);

    [LoggerMessage(5, LogLevel.Information, "completed the derived set of the last input: {Bytes} bytes appended")]
    public static partial void SetCompleted(this ILogger logger, int bytes);

    [LoggerMessage(6, LogLevel.Warning, "{File}:{Line}: {Reason}; nothing of the line was published")]
    public static partial void BadLine(this ILogger logger, string file, uint line, string reason);

    [LoggerMessage(7, LogLevel.Warning, "configuration not reloaded, the old one stays: {Problem}")]
    public static partial void ReloadRefused(this ILogger logger, string problem);

    [LoggerMessage(8, LogLevel.Information, "configuration reloaded from {File}")]
    public static partial void Reloaded(this ILogger logger, string file);

    [LoggerMessage(9, LogLevel.Error, "{Agent} failed: {Message}")]
    public static partial void AgentFailed(this ILogger logger, string agent, string message);

    [LoggerMessage(10, LogLevel.Information, "stopping: {Reason}")]
    public static partial void Stopping(this ILogger logger, Events.StopReason reason);

    [LoggerMessage(11, LogLevel.Debug, "snapshot {Path} at sequence {Sequence}")]
    public static partial void SnapshotSaved(this ILogger logger, string path, ulong sequence);

    [LoggerMessage(14, LogLevel.Information, "{Count} segments retired; the log now starts with segment {FirstKept}")]
    public static partial void SegmentsRetired(this ILogger logger, int count, ulong firstKept);

    [LoggerMessage(15, LogLevel.Warning, "{Source}: passed over: {Records}")]
    public static partial void PassedOver(this ILogger logger, string source, object records);

    [LoggerMessage(16, LogLevel.Warning,
        "{Source}: goes on with the configuration that was in force where it was left; what --config and environment "
        + "say now is another one and not used: change the file during the run, or use --from-start")]
    public static partial void ConfigurationKept(this ILogger logger, string source);

    [LoggerMessage(12, LogLevel.Warning, "{Warning}")]
    public static partial void ConfigWarning(this ILogger logger, string warning);

    [LoggerMessage(13, LogLevel.Information,
        "{Events} events published, {Orders} orders, durable up to {DurableSequence}")]
    public static partial void Progress(this ILogger logger, ulong events, ulong orders, ulong durableSequence);
}
