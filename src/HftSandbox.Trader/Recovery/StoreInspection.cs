using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Recovery;

/// <summary>Examines a store on behalf of a command: what cannot be read or continued becomes the command's
/// failure.</summary>
internal static class StoreInspection
{
    private const int AttemptsMax = 20;

    /// <summary>Reads a store that a daemon may be writing: where a file is gone when it is to be opened, the daemon
    /// has renamed a snapshot or retired a segment, and everything is read anew.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="read">Reads; changes nothing.</param>
    /// <exception cref="StorageException">A file could not be read, or one is gone every time.</exception>
    public static T Live<T>(Func<T> read)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return read();
            }
            catch (StorageException failure)
                when (failure.Errno == StorageException.NotFound && attempt < AttemptsMax)
            {
                // Again.
            }
        }
    }

    /// <summary>Examines a store; a refusal is a failure.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="directory">Its directory.</param>
    /// <param name="prefix">Its prefix.</param>
    /// <param name="snapshotPath">Its newest snapshot; null = in the directory.</param>
    /// <exception cref="CommandFailure">Damaged, broken, or of an unknown format.</exception>
    public static StoreExamination Examine(IStorage storage, string directory, string prefix, string? snapshotPath) =>
        Sound(ExamineOrReport(storage, directory, prefix, snapshotPath));

    /// <summary>An examination that is no refusal.</summary>
    /// <param name="examination">Any.</param>
    /// <exception cref="CommandFailure">Damaged or broken.</exception>
    public static StoreExamination Sound(StoreExamination examination) => examination.Refusal is null
        ? examination
        : throw new CommandFailure(CodeOf(examination.Verdict), examination.Refusal);

    /// <summary>Examines a store; the verdict is the caller's to report.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="directory">Its directory.</param>
    /// <param name="prefix">Its prefix.</param>
    /// <param name="snapshotPath">Its newest snapshot; null = in the directory.</param>
    /// <exception cref="CommandFailure">The directory does not exist, or the format is unknown.</exception>
    public static StoreExamination ExamineOrReport(
        IStorage storage, string directory, string prefix, string? snapshotPath)
    {
        if (!storage.DirectoryExists(directory))
            throw new CommandFailure(ExitCode.Read, $"{directory}: no such directory");

        return Supported(() => StoreRecovery.Examine(storage, directory, prefix, snapshotPath));
    }

    /// <summary>Examines one segment file alone.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="CommandFailure">The format is unknown.</exception>
    public static StoreExamination ExamineFile(IStorage storage, string path) =>
        Supported(() => StoreRecovery.ExamineFile(storage, path));

    /// <summary>The exit code of a verdict.</summary>
    /// <param name="verdict">The verdict.</param>
    public static ExitCode CodeOf(StoreVerdict verdict) => verdict switch
    {
        StoreVerdict.Corrupt => ExitCode.Corrupt,
        StoreVerdict.BrokenChain => ExitCode.BrokenChain,
        _ => ExitCode.Ok,
    };

    /// <summary>Does something with a store; that its format is unknown is the command's failure.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="action">What to do.</param>
    /// <exception cref="CommandFailure">The format is unknown.</exception>
    public static T Supported<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (UnsupportedFormatException failure)
        {
            throw new CommandFailure(ExitCode.Read, failure.Message);
        }
    }
}
