namespace HftSandbox.Trader.Certificate;

/// <summary>What happens to a sector.</summary>
internal enum SectorFaultKind
{
    /// <summary>It reads as zeros.</summary>
    Zeroed,

    /// <summary>It holds what another store has at this place: a recycled block.</summary>
    OtherStore,

    /// <summary>It holds what the next segment has at this place: a write that went astray.</summary>
    OtherSegment,

    /// <summary>The sector behind it holds it too.</summary>
    Duplicated,

    /// <summary>It cannot be read.</summary>
    Unreadable,

    /// <summary>It changed places with another one.</summary>
    Swapped,
}

/// <summary>A sector of a sample.</summary>
/// <param name="Segment">Index of its segment.</param>
/// <param name="Offset">Where it starts there.</param>
/// <param name="Length">Its bytes; fewer at the end of a file.</param>
internal readonly record struct Sector(int Segment, int Offset, int Length);

/// <summary>A fault of a sector.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Sector">To which one.</param>
/// <param name="Other">The one that it changed places with, or that was overwritten with it; else itself.</param>
internal readonly record struct SectorFault(SectorFaultKind Kind, Sector Sector, Sector Other);

/// <summary>All faults of a sample's sectors, by number.</summary>
internal sealed class SectorFaults
{
    private static readonly SectorFaultKind[] SingleKinds =
    [
        SectorFaultKind.Zeroed, SectorFaultKind.OtherStore, SectorFaultKind.OtherSegment, SectorFaultKind.Duplicated,
        SectorFaultKind.Unreadable,
    ];

    private readonly Sector[] _sectors;
    private readonly Sector[] _whole;

    /// <summary>Lays sectors over a sample.</summary>
    /// <param name="sample">The sample.</param>
    public SectorFaults(SampleStore sample)
    {
        const int Small = 512;
        const int Large = 4096;
        _sectors = [.. SectorsOf(sample, Small), .. SectorsOf(sample, Large)];
        _whole = [.. SectorsOf(sample, Small).Where(sector => sector.Length == Small)];
    }

    /// <summary>Faults of one sector.</summary>
    public long Singles => (long)_sectors.Length * SingleKinds.Length;

    /// <summary>Pairs of sectors.</summary>
    public long Pairs => (long)_whole.Length * (_whole.Length - 1) / 2;

    /// <summary>A fault of one sector.</summary>
    /// <param name="number">From 0.</param>
    public SectorFault Single(long number)
    {
        var index = (int)(number / SingleKinds.Length);
        var kind = SingleKinds[number % SingleKinds.Length];
        return new SectorFault(kind, _sectors[index], kind == SectorFaultKind.Duplicated ? Next(index) : default);
    }

    /// <summary>Two sectors that changed places.</summary>
    /// <param name="pair">From 0.</param>
    public SectorFault Swap(long pair)
    {
        // In the order (1,0) (2,0) (2,1) (3,0) …
        var high = (int)((1 + Math.Sqrt(1 + (8.0 * pair))) / 2);
        while ((long)high * (high - 1) / 2 > pair)
            high--;
        while ((long)(high + 1) * high / 2 <= pair)
            high++;
        var low = (int)(pair - ((long)high * (high - 1) / 2));
        return new SectorFault(SectorFaultKind.Swapped, _whole[low], _whole[high]);
    }

    private static IEnumerable<Sector> SectorsOf(SampleStore sample, int size)
    {
        for (var segment = 0; segment < sample.Segments.Length; segment++)
        {
            var length = sample.Segments[segment].Bytes.Length;
            for (var offset = 0; offset < length; offset += size)
                yield return new Sector(segment, offset, Math.Min(size, length - offset));
        }
    }

    // The last sector of a file has none behind it and overwrites the one before.
    private Sector Next(int index)
    {
        var isLast = index + 1 == _sectors.Length || _sectors[index + 1].Offset == 0;
        return _sectors[isLast && index > 0 ? index - 1 : Math.Min(index + 1, _sectors.Length - 1)];
    }
}
