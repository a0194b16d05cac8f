using HftSandbox.Events;

namespace HftSandbox.Core;

/// <summary>What happened since the last RunStarted, that event included. Not part of the state: a snapshot does not
/// keep it.</summary>
public sealed class RunTotals
{
    private readonly ulong[] _denied = new ulong[(int)RiskReason.ArithmeticOverflow + 1];
    private ulong _eventsBefore;

    /// <summary>Inputs.</summary>
    public ulong Inputs { get; private set; }

    /// <summary>Events: inputs and derived.</summary>
    public ulong Events { get; private set; }

    /// <summary>New orders asked for, denied ones included.</summary>
    public ulong OrderIntents { get; internal set; }

    /// <summary>Fills.</summary>
    public ulong Fills { get; internal set; }

    /// <summary>Orders denied for a reason.</summary>
    /// <param name="reason">The reason.</param>
    public ulong Denied(RiskReason reason) => _denied[(int)reason];

    internal void Begin(ulong eventsBefore)
    {
        _eventsBefore = eventsBefore;
        Inputs = Events = OrderIntents = Fills = 0;
        Array.Clear(_denied);
    }

    [HotPath]
    internal void CountDenied(RiskReason reason) => _denied[(int)reason]++;

    [HotPath]
    internal void CountInput(ulong eventsNow)
    {
        Inputs++;
        Events = eventsNow - _eventsBefore;
    }
}
