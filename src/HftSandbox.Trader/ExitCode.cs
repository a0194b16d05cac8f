namespace HftSandbox.Trader;

/// <summary>The exit codes; other programs rely on them.</summary>
internal enum ExitCode
{
    /// <summary>Done; also a healed torn tail, and a clean stop on a signal.</summary>
    Ok = 0,

    /// <summary>Unexpected failure.</summary>
    Unexpected = 1,

    /// <summary>Usage, or the output exists.</summary>
    Usage = 2,

    /// <summary>Configuration.</summary>
    Configuration = 3,

    /// <summary>Write, sync or disk-full failure.</summary>
    Write = 4,

    /// <summary>Read failure, unreadable path, or input beyond repair.</summary>
    Read = 5,

    /// <summary>Locked by another daemon.</summary>
    Locked = 6,

    /// <summary>The last run did not stop cleanly.</summary>
    Unclean = 7,

    /// <summary>Bytes that do not validate, in the durable part.</summary>
    Corrupt = 10,

    /// <summary>Bytes that validate but break sequence, chain or segment links.</summary>
    BrokenChain = 11,

    /// <summary>A derived event differs from the log.</summary>
    Diverged = 12,

    /// <summary>A snapshot differs.</summary>
    SnapshotMismatch = 13,
}

/// <summary>An outcome that ends a command: one clear line and an exit code.</summary>
/// <param name="code">The exit code.</param>
/// <param name="message">What happened, where, and what to do.</param>
internal sealed class CommandFailure(ExitCode code, string message) : Exception(message)
{
    /// <summary>The exit code.</summary>
    public ExitCode Code { get; } = code;
}
