using System.Collections.Immutable;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Trader.Certificate;

/// <summary>The stores that layers damage: recorded from a seed, or all the same one from a directory.</summary>
/// <param name="storage">Where the directory is read from.</param>
/// <param name="directory">A store; null = recorded ones.</param>
/// <param name="seed">Decides what is recorded.</param>
internal sealed class SampleSource(IStorage storage, string? directory, ulong seed)
{
    private readonly Dictionary<(SampleShape, ulong), SampleStore> _recorded = [];
    private SampleStore? _loaded;

    /// <summary>The seed.</summary>
    public ulong Seed => seed;

    /// <summary>A store to damage.</summary>
    /// <param name="shape">How large, if it is recorded.</param>
    public SampleStore Store(SampleShape shape) => directory is null
        ? Recorded(shape, seed)
        : _loaded ??= SampleReader.Load(storage, directory);

    /// <summary>Another store than the one to damage.</summary>
    /// <param name="shape">How large.</param>
    public SampleStore Other(SampleShape shape) => Recorded(shape, seed + 1);

    private SampleStore Recorded(SampleShape shape, ulong recordedSeed)
    {
        if (!_recorded.TryGetValue((shape, recordedSeed), out var sample))
            _recorded.Add((shape, recordedSeed), sample = SampleRecorder.Record(shape, recordedSeed));
        return sample;
    }
}

/// <summary>A layer by name.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Create">Makes it.</param>
internal sealed record LayerEntry(string Name, Func<SampleSource, ILayer> Create);

/// <summary>The layers of the certificate, in the order in which they are run.</summary>
internal static class Layers
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<LayerEntry> All { get; } =
    [
        new("cut", source => new CutLayer(source.Store(CutLayer.Shape))),
        new("flip", source => new FlipLayer(source.Store(FlipLayer.Shape))),
        new("sector", source => new SectorLayer(source.Store(FlipLayer.Shape), source.Other(FlipLayer.Shape))),
        new("crash", _ => new CrashLayer()),
        new("fault", _ => new FaultLayer()),
        new("model", _ => new ModelLayer()),
        new("snapshots", _ => new SnapshotLayer()),
        new("fuzz", source => new FuzzLayer(source.Store(FuzzLayer.Shape))),
    ];
}
