using HftSandbox.Events;

namespace HftSandbox.Core.Venues;

/// <summary>What one of our own venues says.</summary>
internal struct VenueMessage
{
    /// <summary>ExecutionReport or CancelReject.</summary>
    public EventKind Kind;

    /// <summary>The report, if it is one.</summary>
    public ExecutionReportBody Report;

    /// <summary>The reject, if it is one.</summary>
    public CancelRejectBody Reject;
}

/// <summary>What a venue has said and the engine has not taken yet, in order. Empty between two inputs.</summary>
internal sealed class VenueOutbox
{
    // The most that a venue says to one request, and once more: the engine takes it before it asks anything else.
    private const int Capacity = 8;

    private readonly VenueMessage[] _messages = new VenueMessage[Capacity];
    private int _taken;
    private int _said;

    [HotPath]
    public void Say(in ExecutionReportBody report)
    {
        ref VenueMessage message = ref _messages[_said++];
        message.Kind = EventKind.ExecutionReport;
        message.Report = report;
    }

    [HotPath]
    public void Say(in CancelRejectBody reject)
    {
        ref VenueMessage message = ref _messages[_said++];
        message.Kind = EventKind.CancelReject;
        message.Reject = reject;
    }

    /// <summary>Takes the oldest message; it stays valid until the next call.</summary>
    /// <returns>False = there is none.</returns>
    [HotPath]
    public bool TryTake(out int message)
    {
        message = _taken;
        if (_taken < _said)
        {
            _taken++;
            return true;
        }

        _taken = _said = 0;
        return false;
    }

    public ref readonly VenueMessage this[int message]
    {
        [HotPath]
        get => ref _messages[message];
    }
}
