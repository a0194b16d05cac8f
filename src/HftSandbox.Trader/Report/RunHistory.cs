using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>One run.</summary>
/// <param name="Sequence">Its RunStarted.</param>
/// <param name="ReceiveTimeNs">The engine's time then.</param>
/// <param name="WallTimeNs">Wall time then.</param>
/// <param name="Mode">How it relates to what was there.</param>
/// <param name="Configuration">What it began with.</param>
/// <param name="StartNs">Where it begins on the charts' axis.</param>
internal sealed record Run(
    ulong Sequence, long ReceiveTimeNs, long WallTimeNs, RunMode Mode, RunConfiguration Configuration, long StartNs)
{
    /// <summary>Why it stopped; None = the log does not say.</summary>
    public StopReason Stop { get; set; }
}

/// <summary>Which events and runs the log holds.</summary>
internal sealed class RunHistory
{
    private readonly List<Run> _runs = [];
    private RunConfiguration? _configuration;

    /// <summary>The runs whose start is in the log.</summary>
    public IReadOnlyList<Run> Runs => _runs;

    /// <summary>Configurations that took effect within a run.</summary>
    public List<ulong> ConfigChanges { get; } = [];

    /// <summary>First event; 0 = none.</summary>
    public ulong FirstSequence { get; private set; }

    /// <summary>Last event; 0 = none.</summary>
    public ulong LastSequence { get; private set; }

    /// <summary>Events in the log.</summary>
    public ulong Events { get; private set; }

    /// <summary>Events up to the last that are not in it.</summary>
    public ulong Missing => LastSequence - Events;

    /// <summary>Receive time of the first event that has one; 0 = none has.</summary>
    public long FirstTimeNs { get; private set; }

    /// <summary>Receive time of the last event.</summary>
    public long LastTimeNs { get; private set; }

    /// <summary>Time within runs so far, run behind run: the axis of the charts. What lies between two runs does not
    /// count, and neither does going back.</summary>
    public long ElapsedNs { get; private set; }

    /// <summary>The next event.</summary>
    /// <param name="header">Its header.</param>
    /// <returns>Whether events before it are missing.</returns>
    public bool Add(in RecordHeader header)
    {
        var isGap = header.Sequence != LastSequence + 1;
        var startsRun = header.Kind == EventKind.RunStarted;
        if (FirstSequence == 0)
            FirstSequence = header.Sequence;
        if (FirstTimeNs == 0)
            FirstTimeNs = header.ReceiveTimeNs;
        if (LastTimeNs != 0 && !startsRun)
            ElapsedNs += Math.Max(0, header.ReceiveTimeNs - LastTimeNs);
        Events++;
        LastSequence = header.Sequence;
        if (!startsRun)
            LastTimeNs = header.ReceiveTimeNs;
        return isGap;
    }

    /// <summary>A run begins.</summary>
    /// <param name="header">Its record.</param>
    /// <param name="body">Its body.</param>
    /// <param name="configuration">Its configuration.</param>
    /// <returns>Whether its times do not compare with those before: another source, or one read anew.</returns>
    public bool OnStarted(in RecordHeader header, in RunStartedBody body, RunConfiguration configuration)
    {
        var isOther = _configuration is { } before
            && (before.Source != configuration.Source || header.ReceiveTimeNs < LastTimeNs);
        _configuration = configuration;
        LastTimeNs = header.ReceiveTimeNs;
        _runs.Add(new Run(
            header.Sequence, header.ReceiveTimeNs, body.WallTimeNs, body.Mode, configuration, ElapsedNs));
        return isOther;
    }

    /// <summary>A run ends.</summary>
    /// <param name="reason">Why.</param>
    public void OnStopped(StopReason reason)
    {
        if (_runs.Count > 0)
            _runs[^1].Stop = reason;
    }
}
