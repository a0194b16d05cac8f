namespace HftSandbox.Runtime.Storage.Simulated;

/// <summary>How finely a power loss takes what was not synced.</summary>
public enum CrashGrain
{
    /// <summary>A name's change, a length, a page of 4,096 bytes: each is lost or kept as a whole, in its newest
    /// form.</summary>
    Page,

    /// <summary>The same, but each changed sector of 512 bytes for itself: torn pages.</summary>
    Sector,

    /// <summary>Drawn from a seed: pages lost, kept or torn, each sector in any of the forms that it had since the last
    /// sync, lengths too.</summary>
    Drawn,
}

/// <summary>Which of the changes that were not synced reach the disk when the power goes. The same choice at the same
/// moment is the same disk.</summary>
/// <param name="Grain">What the bits are about.</param>
/// <param name="Bits">Bit i: whether change i is kept; from the 65th on they follow from these. Drawn: the
/// seed.</param>
public readonly record struct CrashChoice(CrashGrain Grain, ulong Bits)
{
    /// <summary>Nothing that was not synced reaches the disk.</summary>
    public static CrashChoice NothingKept => new(CrashGrain.Page, 0);

    /// <summary>Everything does.</summary>
    public static CrashChoice AllKept => new(CrashGrain.Page, ulong.MaxValue);

    /// <summary>Any of it does.</summary>
    /// <param name="seed">Decides which.</param>
    public static CrashChoice Drawn(ulong seed) => new(CrashGrain.Drawn, seed);
}

/// <summary>Reads a choice, one change after the other. One thread.</summary>
internal struct CrashChooser(CrashChoice choice)
{
    private const int PageModes = 3;

    private int _index;
    private ulong _state = choice.Bits;

    /// <summary>Whether the choice is drawn from a seed.</summary>
    public readonly bool IsDrawn => choice.Grain == CrashGrain.Drawn;

    /// <summary>Whether the sectors of a page are chosen one by one.</summary>
    /// <returns>With a seed: for two pages in three; the others are lost or kept whole.</returns>
    public bool TearsPage() => IsDrawn ? Below(PageModes) > 0 : choice.Grain == CrashGrain.Sector;

    /// <summary>A form of a length. With a seed the newest one in half of the cases, since what lies behind a lost
    /// length cannot be seen.</summary>
    /// <param name="newest">Forms that it had since the last sync.</param>
    public int FormOfLength(int newest) => IsDrawn && Keeps() ? newest : Form(newest);

    /// <summary>Whether the next change is kept.</summary>
    public bool Keeps()
    {
        if (IsDrawn)
            return Below(2) == 1;
        if (_index == 64)
        {
            _index = 0;
            // All of them kept or lost: that goes on. Otherwise other bits that follow from these.
            if (_state is not (0 or ulong.MaxValue))
                _state = Mixed(_state + 0x9E3779B97F4A7C15);
        }

        return ((_state >> _index++) & 1) == 1;
    }

    /// <summary>A form of the next change: 0 = as it was at the last sync, <paramref name="newest"/> = as it is
    /// now.</summary>
    /// <param name="newest">Forms that it had since the last sync.</param>
    public int Form(int newest) => IsDrawn ? Below(newest + 1) : Keeps() ? newest : 0;

    private int Below(int bound)
    {
        _state += 0x9E3779B97F4A7C15;
        return (int)((Mixed(_state) >> 33) % (ulong)bound);
    }

    private static ulong Mixed(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
