namespace HftSandbox.Runtime.Storage.Simulated;

/// <summary>What happened to a name.</summary>
internal enum NameChangeKind
{
    Created,
    Renamed,
    Deleted,
}

/// <summary>A change of names that was not synced.</summary>
/// <param name="Kind">What.</param>
/// <param name="Path">The name.</param>
/// <param name="Target">Renamed: the new name, in the same directory; else the same.</param>
/// <param name="File">The file; null = deleted.</param>
internal sealed record NameChange(NameChangeKind Kind, string Path, string Target, CachedFile? File);

/// <summary>What of a <see cref="SimulatedDisk"/> was durable at one moment and what was not: the power can be cut
/// there, later, as often as wanted. Immutable, for any number of threads.</summary>
public sealed class DiskMoment
{
    private readonly string[] _directories;
    private readonly KeyValuePair<string, CachedFile>[] _names;
    private readonly NameChange[] _changes;
    private readonly (CachedFile File, FileMoment Moment)[] _files;

    internal DiskMoment(
        IEnumerable<string> directories,
        IEnumerable<KeyValuePair<string, CachedFile>> durableNames,
        IEnumerable<NameChange> changes)
    {
        _directories = [.. directories];
        _names = [.. durableNames];
        _changes = [.. changes];
        _files =
        [
            .. _names.Select(name => name.Value)
                .Concat(_changes.Where(change => change.File is not null).Select(change => change.File!))
                .Distinct()
                .Select(file => (file, file.Moment())),
        ];
        PageChanges = _changes.Length + _files.Sum(file => file.Moment.PageChanges);
        SectorChanges = _changes.Length + _files.Sum(file => file.Moment.SectorChanges);
    }

    /// <summary>Changes of names, lengths and pages that a power loss may take: with <see cref="CrashGrain.Page"/>
    /// there are 2 to this power choices.</summary>
    public int PageChanges { get; }

    /// <summary>The same with sectors in place of pages: for <see cref="CrashGrain.Sector"/>.</summary>
    public int SectorChanges { get; }

    /// <summary>Cuts the power.</summary>
    /// <param name="choice">What of the changes reaches the disk.</param>
    /// <param name="disk">Holds afterwards what is left, and nothing else.</param>
    public void CutPower(CrashChoice choice, MemoryStorage disk)
    {
        var chooser = new CrashChooser(choice);
        var names = Names(ref chooser);
        disk.Clear();
        foreach (var directory in _directories)
            disk.CreateDirectory(directory);
        foreach (var (file, moment) in _files)
        {
            // Every file steps through its changes, so that a choice means the same whether or not it has a name.
            var bytes = moment.AfterPowerLoss(ref chooser);
            foreach (var (path, named) in names)
            {
                if (named == file)
                    disk.Put(path, bytes);
            }
        }
    }

    // Of the changes of one name none is kept without those before it.
    private Dictionary<string, CachedFile> Names(ref CrashChooser chooser)
    {
        var names = new Dictionary<string, CachedFile>(_names, StringComparer.Ordinal);
        HashSet<string>? lost = null;
        foreach (var change in _changes)
        {
            var keeps = chooser.Keeps();
            if (keeps && lost?.Contains(change.Path) != true && lost?.Contains(change.Target) != true)
            {
                SimulatedDisk.Apply(change, names);
                continue;
            }

            lost ??= new HashSet<string>(StringComparer.Ordinal);
            lost.Add(change.Path);
            lost.Add(change.Target);
        }

        return names;
    }
}
