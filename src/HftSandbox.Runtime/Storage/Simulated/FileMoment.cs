namespace HftSandbox.Runtime.Storage.Simulated;

/// <summary>What of a file was durable at one moment and what was not. Immutable.</summary>
/// <param name="Durable">Its bytes at the last sync.</param>
/// <param name="Lengths">The lengths that it had since, oldest first.</param>
/// <param name="Pages">The pages written since, ascending.</param>
internal sealed record FileMoment(ReadOnlyMemory<byte> Durable, int[] Lengths, PageMoment[] Pages)
{
    /// <summary>Lengths and pages that may be lost.</summary>
    public int PageChanges => Math.Min(Lengths.Length, 1) + Pages.Length;

    /// <summary>Lengths and sectors that may be lost.</summary>
    public int SectorChanges => Math.Min(Lengths.Length, 1) + Pages.Sum(page => page.ChangedSectors);

    /// <summary>The bytes that a power loss leaves.</summary>
    /// <param name="chooser">What is kept; steps over this file's changes.</param>
    public ReadOnlyMemory<byte> AfterPowerLoss(ref CrashChooser chooser)
    {
        if (Lengths.Length == 0 && Pages.Length == 0)
            return Durable;
        var length = Durable.Length;
        if (Lengths.Length > 0 && chooser.FormOfLength(Lengths.Length) is > 0 and var form)
            length = Lengths[form - 1];
        var bytes = new byte[length];
        Durable.Span[..Math.Min(length, Durable.Length)].CopyTo(bytes);
        foreach (var page in Pages)
            page.Apply(bytes, ref chooser);
        return bytes;
    }
}

/// <summary>The forms that a page had since the last sync. Immutable.</summary>
internal sealed class PageMoment
{
    private const int SectorBytes = 512;
    private const int Sectors = CachedFile.PageBytes / SectorBytes;

    private readonly int _offset;
    private readonly byte[][] _forms;
    private readonly bool[] _isChanged = new bool[Sectors];

    /// <summary>Finds the sectors that changed.</summary>
    /// <param name="index">The page.</param>
    /// <param name="durable">The file at the last sync.</param>
    /// <param name="forms">The page's forms since, oldest first.</param>
    public PageMoment(int index, ReadOnlySpan<byte> durable, byte[][] forms)
    {
        _offset = index * CachedFile.PageBytes;
        _forms = forms;
        for (var sector = 0; sector < Sectors; sector++)
        {
            _isChanged[sector] = IsChanged(durable, sector * SectorBytes);
            ChangedSectors += _isChanged[sector] ? 1 : 0;
        }
    }

    /// <summary>Sectors of which any form is not the durable one.</summary>
    public int ChangedSectors { get; }

    /// <summary>Puts into a file whatever reached the disk.</summary>
    public void Apply(Span<byte> file, ref CrashChooser chooser)
    {
        if (!chooser.TearsPage())
        {
            if (chooser.Form(_forms.Length) is > 0 and var form)
                Copy(_forms[form - 1], file, 0, CachedFile.PageBytes);
            return;
        }

        for (var sector = 0; sector < Sectors; sector++)
        {
            if (_isChanged[sector] && chooser.Form(_forms.Length) is > 0 and var form)
                Copy(_forms[form - 1], file, sector * SectorBytes, SectorBytes);
        }
    }

    private void Copy(byte[] page, Span<byte> file, int from, int length)
    {
        length = Math.Min(length, file.Length - _offset - from);
        if (length > 0)
            page.AsSpan(from, length).CopyTo(file[(_offset + from)..]);
    }

    private bool IsChanged(ReadOnlySpan<byte> durable, int from)
    {
        Span<byte> before = stackalloc byte[SectorBytes];
        before.Clear();
        var start = Math.Min(_offset + from, durable.Length);
        durable.Slice(start, Math.Min(SectorBytes, durable.Length - start)).CopyTo(before);
        foreach (var form in _forms)
        {
            if (!form.AsSpan(from, SectorBytes).SequenceEqual(before))
                return true;
        }

        return false;
    }
}
