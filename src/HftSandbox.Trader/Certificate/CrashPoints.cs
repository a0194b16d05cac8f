using System.Collections.Immutable;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;

namespace HftSandbox.Trader.Certificate;

/// <summary>A moment between two calls to the storage, and what the store had promised by then.</summary>
/// <param name="Disk">What was durable and what was not.</param>
/// <param name="Promise">What must survive.</param>
/// <param name="Events">What the script writes.</param>
/// <param name="Place">The call that was about to come, for people.</param>
internal sealed record CrashPoint(DiskMoment Disk, StorePromise Promise, ScriptEvents Events, string Place)
{
    private const int ExhaustiveBits = 12;
    private const int DrawnBits = 10;

    // An odd factor: a bijection modulo every power of two, so no choice comes twice.
    private const ulong Spread = 0x9E3779B97F4A7C15;

    /// <summary>The states in which a power loss may leave the disk: all subsets of up to twelve changes, 4,096 of them
    /// if there are more; the same with the sectors of torn pages; and some that are drawn.</summary>
    public long States => PageStates + SectorStates + DrawnStates;

    private long PageStates => 1L << Math.Min(Disk.PageChanges, ExhaustiveBits);

    // One page that has one sector changed cannot tear.
    private long SectorStates =>
        Disk.SectorChanges > Disk.PageChanges ? 1L << Math.Min(Disk.SectorChanges, ExhaustiveBits) : 0;

    // With few sectors changed the subsets are nearly all that there is.
    private long DrawnStates => Disk.SectorChanges < DrawnBits ? 0 : 1L << ExhaustiveBits;

    /// <summary>A state.</summary>
    /// <param name="number">From 0 to <see cref="States"/>, exclusive.</param>
    public CrashChoice Choice(long number)
    {
        if (number < PageStates)
            return Subset(CrashGrain.Page, Disk.PageChanges, number);
        number -= PageStates;
        return number < SectorStates
            ? Subset(CrashGrain.Sector, Disk.SectorChanges, number)
            : CrashChoice.Drawn((ulong)(number - SectorStates));
    }

    private static CrashChoice Subset(CrashGrain grain, int changes, long number)
    {
        if (changes <= ExhaustiveBits)
            return new CrashChoice(grain, (ulong)number);
        var mask = changes >= 64 ? ulong.MaxValue : (1UL << changes) - 1;
        return new CrashChoice(grain, ((ulong)number * Spread) & mask);
    }
}

/// <summary>All moments of a script at which the power may fail. Immutable.</summary>
internal sealed class CrashPoints
{
    private readonly ImmutableArray<CrashPoint> _points;
    private readonly long[] _ends;

    private CrashPoints(IEnumerable<CrashPoint> points)
    {
        _points = [.. points];
        _ends = new long[_points.Length];
        for (var i = 0; i < _points.Length; i++)
            _ends[i] = (i == 0 ? 0 : _ends[i - 1]) + _points[i].States;
    }

    /// <summary>How many there are.</summary>
    public int Count => _points.Length;

    /// <summary>States of the disk over all of them.</summary>
    public long States => _ends[^1];

    /// <summary>Plays scripts and stops at every call.</summary>
    /// <param name="events">What is written, one play for each.</param>
    /// <param name="shapes">How, one play for each.</param>
    /// <param name="decorate">Put between the store and the disk, so that something can be broken.</param>
    public static CrashPoints Of(
        IEnumerable<ScriptEvents> events, IReadOnlyList<ScriptShape> shapes, Func<IStorage, IStorage> decorate) =>
        new(events.SelectMany(written => shapes.SelectMany(shape => OfOne(written, shape, decorate))));

    /// <summary>A state.</summary>
    /// <param name="number">From 0 to <see cref="States"/>, exclusive.</param>
    public (CrashPoint Point, CrashChoice Choice) State(long number)
    {
        var index = Array.BinarySearch(_ends, number + 1);
        index = index < 0 ? ~index : index;
        var point = _points[index];
        return (point, point.Choice(number - (_ends[index] - point.States)));
    }

    private static List<CrashPoint> OfOne(
        ScriptEvents events, ScriptShape shape, Func<IStorage, IStorage> decorate)
    {
        var disk = new SimulatedDisk();
        var storage = new FaultyStorage(decorate(disk));
        var points = new List<CrashPoint>();
        using var store = new ScriptStore(storage, events, shape);
        store.BeforeChange = call => points.Add(Point($"before {call} {points.Count}"));
        try
        {
            StoreScript.Play(store, storage, events);
        }
        catch (InvalidOperationException refused)
        {
            // A store that is refused although no power failed is for the trial of its last state to tell.
            points.Add(Point(refused.Message));
        }

        points.Add(Point("at the end"));
        return points;

        CrashPoint Point(string place) => new(
            disk.Moment(), new StorePromise(store.Acknowledged, store.Snapshot), events, $"{shape.Policy} {place}");
    }
}
