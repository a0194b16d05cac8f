using System.Collections.Immutable;
using HftSandbox.Core.Configuration;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Recovery;

namespace HftSandbox.Trader.Sources;

/// <summary>Another store whose inputs are read: examined as every reader does, up to its valid end.</summary>
internal sealed class WalSource
{
    private readonly IStorage _storage;
    private readonly StoreExamination _examination;
    private readonly ImmutableArray<InstrumentConfig> _instruments;

    private WalSource(IStorage storage, StoreExamination examination, ImmutableArray<InstrumentConfig> instruments)
    {
        _storage = storage;
        _examination = examination;
        _instruments = instruments;
    }

    /// <summary>The directory's name and the last event.</summary>
    public SourceIdentity Identity => new(
        "wal", new DirectoryInfo(_examination.Directory).Name, checked((long)_examination.LastSequence));

    /// <summary>One line each: what is odd and does not matter, what is left out.</summary>
    public IEnumerable<string> Notes => _examination.LastMissing == 0
        ? StoreReport.NotesOf(_examination)
        : StoreReport.NotesOf(_examination).Append(
            $"{_examination.Directory}: events up to sequence {_examination.LastMissing} are not all there: "
            + "the run gets the inputs that are");

    /// <summary>Examines the store.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="directory">Its directory.</param>
    /// <param name="target">The directory that is written.</param>
    /// <exception cref="CommandFailure">It is not there, holds nothing, is damaged, or is the one that is
    /// written.</exception>
    public static WalSource Open(IStorage storage, string directory, string target)
    {
        if (Path.GetFullPath(directory) == Path.GetFullPath(target))
            throw new CommandFailure(ExitCode.Usage, $"{directory}: a store is not recorded from itself");
        using var view = LogView.OfStore(storage, directory, SegmentName.DefaultPrefix, snapshotPath: null);
        var examination = view.ExamineOrRefuse();
        if (examination.LastSequence == 0)
            throw new CommandFailure(ExitCode.Read, $"{directory}: there is no event in it");
        var configuration = view.Configuration() ?? throw new CommandFailure(
            ExitCode.Read, $"{directory}: nothing in it that this program can read names its instruments");
        return new WalSource(storage, examination, configuration.Instruments);
    }

    /// <summary>Refuses the store that is written, under whatever path, and a copy of it.</summary>
    /// <param name="target">The store that is written.</param>
    /// <exception cref="CommandFailure">It is this one.</exception>
    public void RefuseItself(WalStart target)
    {
        if (target.StoreId == _examination.StoreId)
        {
            throw new CommandFailure(
                ExitCode.Usage, $"{_examination.Directory}: it is the store that is written, or a copy of it");
        }
    }

    /// <summary>Opens the feed.</summary>
    /// <param name="instruments">The registry here.</param>
    /// <param name="configurations">Where the log's changed configurations go.</param>
    /// <param name="onBadInput">Told what no run can take.</param>
    /// <param name="onSkipped">Told at the end what was passed over.</param>
    /// <param name="taken">Inputs taken before.</param>
    /// <param name="lastReceiveTimeNs">Receive time of the last of them.</param>
    /// <exception cref="CommandFailure">The registries do not fit.</exception>
    public WalFeed OpenFeed(
        ImmutableArray<InstrumentConfig> instruments,
        ConfigLane configurations,
        Action<string> onBadInput,
        Action<SkippedRecords> onSkipped,
        ulong taken,
        long lastReceiveTimeNs)
    {
        uint[] ids = [.. _instruments.Select(instrument => IdOf(instrument, instruments))];
        var log = new WalReader(_storage, _examination.Segments);
        return new WalFeed(
            log, _examination.Directory, ids, configurations, onBadInput, onSkipped, taken, lastReceiveTimeNs);
    }

    private uint IdOf(InstrumentConfig instrument, ImmutableArray<InstrumentConfig> instruments)
    {
        var index = instruments.ToList().FindIndex(candidate => candidate.Name == instrument.Name);
        if (index < 0)
            throw Unfit($"has {instrument.Name}, and the configuration does not");
        var (there, here) = (RunPlan.Identity(instrument), RunPlan.Identity(instruments[index]));
        return there == here ? (uint)index + 1 : throw Unfit($"has {there}, and the configuration {here}");
    }

    private CommandFailure Unfit(string difference) => new(
        ExitCode.Configuration, $"{_examination.Directory}: the source's registry {difference}");
}
