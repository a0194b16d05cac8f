using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

/// <summary>A built log in a directory of its own, to be damaged.</summary>
internal sealed class StoreDirectory : IDisposable
{
    private readonly TempDirectory _directory = new();

    public StoreDirectory(LogBuilder log)
    {
        Log = log;
        log.Save(_directory.Path);
    }

    public LogBuilder Log { get; }

    public PosixStorage Storage { get; } = new();

    public string Path => _directory.Path;

    public string SnapshotPath => _directory["positions.json"];

    /// <summary>Three segments, two of them sealed; of the events 1–16 those to 13 were durable.</summary>
    public static LogBuilder ThreeSegments() => new LogBuilder()
        .Open().Events(4).Sync().Events(2).Seal()
        .Open(durable: 6).Events(3).Sync(8).Events(2).Seal(durable: 10)
        .Open(durable: 11).Events(2).Sync(13).Events(3, payloadBytes: 33);

    public string File(int segment) => _directory[Log.Segments[segment].Name];

    public void Write(int segment, byte[] bytes) => System.IO.File.WriteAllBytes(File(segment), bytes);

    public StoreExamination Examine() => StoreRecovery.Examine(Storage, Path);

    public WalStart Heal() => StoreRecovery.Heal(Storage, Examine());

    /// <summary>Names and bytes of everything in the directory.</summary>
    public SortedDictionary<string, string> Content() => new(
        Directory.GetFiles(Path).ToDictionary(
            file => System.IO.Path.GetFileName(file),
            file => Convert.ToHexString(System.IO.File.ReadAllBytes(file))),
        StringComparer.Ordinal);

    public void Dispose() => _directory.Dispose();
}
