using System.Globalization;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Snapshots;

/// <summary>A snapshot file that was found.</summary>
/// <param name="Path">The file.</param>
/// <param name="Info">What it is of; null when its bytes are damaged.</param>
/// <param name="State">Canonical JSON of the engine; empty when it cannot be used as a base. Held, because a running
/// daemon soon puts another snapshot in the file's place.</param>
/// <param name="Problem">Why it cannot be used as a base; null when it can.</param>
public sealed record SnapshotCandidate(
    string Path, SnapshotInfo? Info, ReadOnlyMemory<byte> State, string? Problem);

/// <summary>The snapshots of a store: the newest at one path, older ones beside it as <c>name.SEQUENCE.json</c>. One
/// thread.</summary>
/// <param name="storage">The file system.</param>
/// <param name="path">The newest snapshot's path; its directory exists, inside the store's or elsewhere.</param>
public sealed class SnapshotStore(IStorage storage, string path)
{
    /// <summary>File name in the store's directory unless another path is given.</summary>
    public const string DefaultName = "positions.json";

    /// <summary>Older snapshots that are kept.</summary>
    public const int OlderKept = 2;

    private readonly string _directory = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
    private readonly string _stem = System.IO.Path.GetFileNameWithoutExtension(path);
    private readonly string _extension = System.IO.Path.GetExtension(path);

    /// <summary>The newest snapshot's path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Replaces the newest snapshot and keeps the one before; durable on return. A crash at any step leaves
    /// the one before under one of its names, undamaged.</summary>
    /// <param name="info">What the state is of.</param>
    /// <param name="state">Canonical JSON of the engine, at most <see cref="Events.Limits.StateBytesMax"/>
    /// bytes.</param>
    /// <exception cref="StorageException">A call failed; what was there before is still there.</exception>
    public void Save(SnapshotInfo info, ReadOnlySpan<byte> state)
    {
        var temporary = Path + ".tmp";
        var names = storage.List(_directory);
        if (names.Contains(System.IO.Path.GetFileName(temporary)))
            storage.Delete(temporary);
        using (var file = storage.Create(temporary))
        {
            file.Write(0, SnapshotFile.Encode(info, state).Span);
            file.SyncData();
        }

        if (names.Contains(System.IO.Path.GetFileName(Path)))
            storage.Rename(Path, Read(Path).Info is { } replaced ? OlderPath(replaced.Sequence) : Path + ".damaged");
        storage.Rename(temporary, Path);
        storage.SyncDirectory(_directory);
        DeleteOlder();
    }

    /// <summary>Finds the snapshots, newest first: the greatest sequence first, damaged ones last.</summary>
    /// <exception cref="StorageException">A file exists and could not be read.</exception>
    public IReadOnlyList<SnapshotCandidate> Find()
    {
        if (!storage.DirectoryExists(_directory))
            return [];
        var newest = System.IO.Path.GetFileName(Path);
        var names = storage.List(_directory).Where(name => name == newest || IsOlder(name, out _));
        return [.. names.Select(name => Read(System.IO.Path.Join(_directory, name)))
            .OrderByDescending(candidate => candidate.Info is { } info ? info.Sequence + 1 : 0)
            .ThenByDescending(candidate => candidate.Path == Path)];
    }

    private SnapshotCandidate Read(string file)
    {
        try
        {
            var bytes = ReadBytes(file);
            var problem = SnapshotFile.Decode(bytes, out var info, out var state);
            return new SnapshotCandidate(file, info, problem is null ? bytes.AsMemory(state) : default, problem);
        }
        catch (StorageException exception) when (exception.Errno == StorageException.NotFound)
        {
            return new SnapshotCandidate(file, null, default, "the running daemon has renamed it");
        }
    }

    // Empty for a file that is longer than any snapshot.
    private byte[] ReadBytes(string file)
    {
        using var opened = storage.Open(file);
        var length = opened.Length;
        if (length > SnapshotFile.BytesMax)
            return [];
        var bytes = GC.AllocateUninitializedArray<byte>((int)length);
        return opened.Read(0, bytes) == bytes.Length ? bytes : [];
    }

    private string OlderPath(ulong sequence) => System.IO.Path.Join(_directory, $"{_stem}.{sequence}{_extension}");

    private bool IsOlder(string name, out ulong sequence)
    {
        sequence = 0;
        var start = _stem.Length + 1;
        return name.Length > start + _extension.Length
            && name.StartsWith(_stem + ".", StringComparison.Ordinal)
            && name.EndsWith(_extension, StringComparison.Ordinal)
            && ulong.TryParse(
                name.AsSpan(start, name.Length - start - _extension.Length),
                NumberStyles.None, CultureInfo.InvariantCulture, out sequence)
            && name == System.IO.Path.GetFileName(OlderPath(sequence));
    }

    private void DeleteOlder()
    {
        var older = new List<ulong>();
        foreach (var name in storage.List(_directory))
        {
            if (IsOlder(name, out var sequence))
                older.Add(sequence);
        }

        older.Sort();
        foreach (var sequence in older.SkipLast(OlderKept))
            storage.Delete(OlderPath(sequence));
    }
}
