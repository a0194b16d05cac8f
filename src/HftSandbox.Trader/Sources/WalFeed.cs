using HftSandbox.Adapters;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Inspect;

namespace HftSandbox.Trader.Sources;

/// <summary>The inputs of another store's log, with their times, sources and feed positions. Its runs are passed over:
/// this run has its own.</summary>
internal sealed class WalFeed : IFeed
{
    private readonly WalReader _log;
    private readonly string _directory;
    private readonly uint[] _instrumentIds;
    private readonly ConfigLane _configurations;
    private readonly Action<string> _onBadInput;
    private readonly Action<SkippedRecords> _onSkipped;
    private readonly SkippedRecords _skipped = new();
    private RunConfiguration? _configuration;
    private long _lastReceiveTimeNs;

    /// <summary>Stands behind the inputs that were taken before.</summary>
    /// <param name="log">All events of the log; disposed with the feed.</param>
    /// <param name="directory">The log's directory.</param>
    /// <param name="instrumentIds">Ids here by id there − 1.</param>
    /// <param name="configurations">Where the log's changed configurations go.</param>
    /// <param name="onBadInput">Told what no run can take, on the thread that polls; the feed ends there.</param>
    /// <param name="onSkipped">Told at the end what was passed over.</param>
    /// <param name="taken">Inputs taken before; 0 = from the start.</param>
    /// <param name="lastReceiveTimeNs">Receive time of the last of them.</param>
    /// <exception cref="CaptureException">The log does not hold those inputs.</exception>
    public WalFeed(
        WalReader log,
        string directory,
        uint[] instrumentIds,
        ConfigLane configurations,
        Action<string> onBadInput,
        Action<SkippedRecords> onSkipped,
        ulong taken = 0,
        long lastReceiveTimeNs = 0)
    {
        _log = log;
        _directory = directory;
        _instrumentIds = instrumentIds;
        _configurations = configurations;
        _onBadInput = onBadInput;
        _onSkipped = onSkipped;
        for (ulong passed = 0; passed < taken; passed++)
        {
            if (!MoveNext())
                throw Another(taken);
            _lastReceiveTimeNs = _log.Header.ReceiveTimeNs;
        }

        if (_lastReceiveTimeNs != lastReceiveTimeNs)
            throw Another(taken);
    }

    /// <inheritdoc/>
    public SourceId Source => SourceId.Events;

    /// <inheritdoc/>
    public StopReason Ended { get; private set; }

    /// <inheritdoc/>
    [HotPath]
    public int Poll(Span<InputEvent> free)
    {
        var filled = 0;
        while (filled < free.Length && Ended == StopReason.None)
        {
            if (!MoveNext())
                Ended = StopReason.SourceEnd;
            else if (Refusal(in _log.Header) is { } refusal)
                OnBadInput(refusal);
            else
                Take(in _log.Header, ref free[filled++]);
        }

        return filled;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _log.Dispose();
        _onSkipped(_skipped);
    }

    /// <summary>Goes to the next input.</summary>
    [HotPath]
    private bool MoveNext()
    {
        while (_log.MoveNext())
        {
            ref readonly var header = ref _log.Header;
            if (!header.IsInput)
                _skipped.Derived++;
            else if (header.Kind is EventKind.RunStarted or EventKind.RunStopped)
                _skipped.Runs++;
            else
                return true;
        }

        return false;
    }

    /// <summary>Why an input is none that a run here can take; null = it can. Genuine checksums prove no
    /// content.</summary>
    private string? Refusal(in RecordHeader header)
    {
        if (!OutsideInput.Takes(header.Kind) || RecordSchema.BodyOf(in header) is null)
            return $"{header.Kind} of version {header.Version} with {header.PayloadLength} bytes is no input";
        if (header.InstrumentId == 0 ? OutsideInput.NeedsInstrument(header.Kind) : !IsKnown(header.InstrumentId))
            return $"instrument {header.InstrumentId} is not in the source's registry";
        if (header.ReceiveTimeNs < _lastReceiveTimeNs)
        {
            return $"the receive time {header.ReceiveTimeNs} lies before the {_lastReceiveTimeNs} that it follows: "
                + "the source holds runs that read something anew, and they do not make one run";
        }

        return header.Kind == EventKind.Config && !TryReadConfiguration() ? _configurations.Fault : null;
    }

    private bool TryReadConfiguration()
    {
        _configuration = _configurations.Read(_log.Payload[ConfigBody.SizeBytes..]);
        return _configuration is not null;
    }

    private bool IsKnown(uint instrumentId) => instrumentId - 1 < (uint)_instrumentIds.Length;

    [HotPath]
    private void Take(in RecordHeader header, ref InputEvent slot)
    {
        _lastReceiveTimeNs = header.ReceiveTimeNs;
        var body = slot.Start(new RecordHeader
        {
            PayloadLength = (uint)EventSchema.Bodies[header.Kind].Size,
            Kind = header.Kind,
            Version = header.Version,
            Flags = header.Flags,
            Source = OutsideInput.SourceOf(header.Source, header.Kind),
            EventTimeNs = header.EventTimeNs,
            ReceiveTimeNs = header.ReceiveTimeNs,
            InstrumentId = header.InstrumentId == 0 ? 0 : _instrumentIds[header.InstrumentId - 1],
            FeedPosition = header.FeedPosition,
        });
        _log.Payload[..body.Length].CopyTo(body);
        if (header.Kind == EventKind.Config)
            _configurations.Add(_configuration!);
    }

    private void OnBadInput(string reason)
    {
        _onBadInput($"{_directory}: sequence {_log.Header.Sequence}: {reason}");
        Ended = StopReason.BadInput;
    }

    private CaptureException Another(ulong taken) => new(
        _directory, 0, $"it does not hold the {taken} inputs that the log has of it: it is another one");
}
