namespace HftSandbox.CrashTests;

/// <summary>What a disk must still have of a store after the worst power cut: of each file only the bytes that it had
/// when a successful sync of it began, and only the names that its directory had when a successful sync of that
/// began. It knows nothing of the program but its system calls.</summary>
internal sealed class DiskWitness
{
    private Dictionary<string, long> _lengths = [];
    private HashSet<string> _names = [];
    private List<UnsyncedRename> _renames = [];
    private int _begun;
    private int _listed;

    // A kill may fall between a rename and the news of its end: then only the disk knows whether it happened.
    private sealed record UnsyncedRename(string From, string To)
    {
        public bool IsDone { get; set; }
    }

    /// <summary>The same knowledge about a copy of the store.</summary>
    public DiskWitness Clone() => new() { _lengths = new(_lengths), _names = [.. _names], _renames = [.. _renames] };

    /// <summary>What a sync that begins now would make durable; to be called when it has succeeded.</summary>
    /// <param name="call">The sync.</param>
    /// <param name="store">The store's directory.</param>
    public Action? Begin(TracedCall call, string store)
    {
        if (call.Name == "rename")
            return BeginRename(new(Path.GetFileName(call.Path), Path.GetFileName(call.NewPath)));
        if (call.Name is not ("fsync" or "fdatasync"))
            return null;
        if (call.Path == store)
        {
            string[] names = [.. Directory.GetFiles(store).Select(path => Path.GetFileName(path)!)];
            UnsyncedRename[] renames = [.. _renames.Where(rename => rename.IsDone)];
            var begun = ++_begun;
            return () => Synced(names, renames, begun);
        }

        var file = new FileInfo(call.Path);
        if (!file.Exists)
            return null;
        var (name, length) = (file.Name, file.Length);
        return () => Synced(name, length);
    }

    /// <summary>Cuts the power: what need not be there is gone.</summary>
    public void CutPower(string store)
    {
        if (!Directory.Exists(store))
            return;
        foreach (var rename in _renames.AsEnumerable().Reverse())
            Undo(rename, Path.Join(store, rename.From), Path.Join(store, rename.To));

        _renames.Clear();
        foreach (var path in Directory.GetFiles(store))
        {
            var name = Path.GetFileName(path);
            if (!_names.Contains(name))
            {
                File.Delete(path);
                continue;
            }

            using var file = new FileStream(path, FileMode.Open);
            file.SetLength(Math.Min(file.Length, _lengths.GetValueOrDefault(name)));
        }
    }

    private Action BeginRename(UnsyncedRename rename)
    {
        _renames.Add(rename);
        return () =>
        {
            rename.IsDone = true;
            MoveLength(rename.From, rename.To);
        };
    }

    private void Undo(UnsyncedRename rename, string from, string to)
    {
        if (File.Exists(from) || !File.Exists(to))
            return;
        File.Move(to, from);
        if (rename.IsDone)
            MoveLength(rename.To, rename.From);
    }

    private void MoveLength(string from, string to)
    {
        _lengths[to] = _lengths.GetValueOrDefault(from);
        _lengths.Remove(from);
    }

    // Two threads may sync the directory at once: the later beginning has seen more.
    private void Synced(string[] names, UnsyncedRename[] renames, int begun)
    {
        _renames.RemoveAll(rename => renames.Any(synced => ReferenceEquals(synced, rename)));
        if (begun < _listed)
            return;
        _listed = begun;
        _names = [.. names];
    }

    private void Synced(string name, long length) => _lengths[name] = length;
}
