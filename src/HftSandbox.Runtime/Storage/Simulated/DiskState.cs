namespace HftSandbox.Runtime.Storage.Simulated;

/// <summary>What a <see cref="SimulatedDisk"/> knows at a moment. Immutable; any thread.</summary>
public sealed class DiskState
{
    private readonly string[] _directories;
    private readonly Dictionary<string, DiskFile> _durableNames;
    private readonly NameChange[] _nameChanges;
    private readonly Dictionary<DiskFile, FrozenFile> _files;
    private readonly DiskFile[] _order;

    internal DiskState(
        string[] directories,
        Dictionary<string, DiskFile> durableNames,
        NameChange[] nameChanges,
        Dictionary<DiskFile, FrozenFile> files)
    {
        _directories = directories;
        _durableNames = durableNames;
        _nameChanges = nameChanges;
        _files = files;
        _order = [.. files.Keys];
        Uncertain = nameChanges.Length
            + files.Values.Sum(file => file.Dirty.Length + (file.LengthChanged ? 1 : 0));
    }

    /// <summary>What may or may not have got to the disk: changes of names, of lengths, and pages.</summary>
    public int Uncertain { get; }

    /// <summary>Whether a page may be torn or hold a version in between.</summary>
    public bool CanTear => _files.Values.Any(file => file.Dirty.Length > 0);

    /// <summary>One of the disks that power loss can leave.</summary>
    /// <param name="image">Where it goes; whatever it held is gone.</param>
    /// <param name="kept">Bit i: the i-th uncertain thing got to the disk, a page in its newest version. Where there
    /// are more than 64, <paramref name="tear"/> decides about the rest.</param>
    /// <param name="tear">0 = pages are whole; else decides, for each page that got to the disk, which older version it
    /// holds or which sectors of it are older.</param>
    public void Crash(MemoryStorage image, ulong kept, ulong tear)
    {
        image.Clear();
        foreach (var directory in _directories)
            image.CreateDirectory(directory);
        var bits = new Choices(kept, tear);
        var names = new Dictionary<string, DiskFile>(_durableNames, StringComparer.Ordinal);
        foreach (var change in _nameChanges)
        {
            if (bits.Next())
                change.ApplyTo(names);
        }

        var contents = new Dictionary<DiskFile, byte[]>();
        foreach (var file in _order)
            contents[file] = ContentOf(_files[file], bits);
        foreach (var (path, file) in names)
            image.Put(path, contents[file]);
    }

    private static byte[] ContentOf(FrozenFile file, Choices bits)
    {
        var newLength = file.LengthChanged && bits.Next();
        return file.Content(newLength, (dirty, before) => bits.Next() ? bits.Tear(dirty, before) : before);
    }

    private sealed class Choices(ulong kept, ulong tear)
    {
        private const int Bits = 64;

        private readonly bool _tears = tear != 0;
        private ulong _random = kept ^ tear;
        private int _next;

        public bool Next() => _next++ < Bits ? (kept >> (_next - 1) & 1) != 0 : (Random() & 1) != 0;

        public byte[] Tear(DirtyPage dirty, byte[] before)
        {
            if (!_tears)
                return dirty.Versions[^1];
            var newer = dirty.Versions[(int)(Random() % (ulong)dirty.Versions.Length)];
            return FrozenFile.Torn(before, newer, (int)(Random() & 0xFF) | (int)(Random() & 0xFF));
        }

        // SplitMix64 (Steele, Lea, Flood 2014): the same choices for the same number, everywhere.
        private ulong Random()
        {
            var mixed = _random += 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }
}
