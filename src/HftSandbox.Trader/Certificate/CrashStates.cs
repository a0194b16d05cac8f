using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>A disk after power loss: which boundary of which script, and what got to the disk.</summary>
internal readonly record struct CrashState(CrashScript Script, CrashBoundary Boundary, CrashChoice Choice);

/// <summary>Every state of the disk that is tried, by number.</summary>
internal sealed class CrashStates
{
    private const int EverySubsetOf = 12;
    private const int DrawnMin = 512;
    private const ulong Mixer = 0x9E3779B97F4A7C15;

    private static readonly DurabilityPolicy[] Policies =
        [DurabilityPolicy.None, CrashScript.OnRequest, DurabilityPolicy.Batch, DurabilityPolicy.Every];

    private readonly List<(CrashScript Script, CrashBoundary Boundary)> _boundaries = [];
    private readonly List<long> _firsts = [];

    /// <summary>Plays the script under every policy.</summary>
    /// <param name="seeds">How often, each time with other events.</param>
    /// <param name="decorate">Wraps the disk under the script.</param>
    public CrashStates(int seeds, Func<IStorage, IStorage> decorate)
    {
        for (var seed = 1; seed <= seeds; seed++)
        {
            foreach (var policy in Policies)
                Add(CrashScript.Play(policy, (ulong)seed, decorate));
        }
    }

    /// <summary>How many there are.</summary>
    public long Count { get; private set; }

    /// <summary>A state.</summary>
    /// <param name="number">From 0.</param>
    public CrashState At(long number)
    {
        var index = _firsts.BinarySearch(number);
        index = index < 0 ? ~index - 1 : index;
        var (script, boundary) = _boundaries[index];
        var inBoundary = (ulong)(number - _firsts[index]);
        if (inBoundary < (ulong)Subsets(boundary.Disk.PageChanges))
            return new CrashState(script, boundary, Subset(CrashGrain.Page, boundary.Disk.PageChanges, inBoundary));
        inBoundary -= (ulong)Subsets(boundary.Disk.PageChanges);
        var choice = inBoundary < (ulong)Torn(boundary)
            ? Subset(CrashGrain.Sector, boundary.Disk.SectorChanges, inBoundary)
            : CrashChoice.Drawn(inBoundary);
        return new CrashState(script, boundary, choice);
    }

    // All of them, or so many that follow from their number.
    private static CrashChoice Subset(CrashGrain grain, int changes, ulong number) =>
        new(grain, changes > EverySubsetOf ? (number + 1) * Mixer : number);

    private static long Subsets(int changes) => 1L << Math.Min(changes, EverySubsetOf);

    // Where only names changed, there is nothing to tear.
    private static bool CanTear(CrashBoundary boundary) => boundary.Disk.SectorChanges > boundary.Disk.PageChanges;

    private static long Torn(CrashBoundary boundary) =>
        CanTear(boundary) && boundary.Disk.SectorChanges <= EverySubsetOf ? 1L << boundary.Disk.SectorChanges : 0;

    private static long Drawn(CrashBoundary boundary) =>
        CanTear(boundary) ? Math.Max(Subsets(boundary.Disk.PageChanges), DrawnMin) : 0;

    private void Add(CrashScript script)
    {
        foreach (var boundary in script.Boundaries)
        {
            _boundaries.Add((script, boundary));
            _firsts.Add(Count);
            Count += Subsets(boundary.Disk.PageChanges) + Torn(boundary) + Drawn(boundary);
        }
    }
}
