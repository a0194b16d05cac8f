using HftSandbox.Events;

namespace HftSandbox.Adapters;

/// <summary>Turns the outside into input events and stamps their times. Everything on one thread.</summary>
public interface IFeed : IDisposable
{
    /// <summary>Stands in the header of every event of this feed that brings no source of its own.</summary>
    SourceId Source { get; }

    /// <summary><see cref="StopReason.None"/> while it goes on; <see cref="StopReason.SourceEnd"/> after the last
    /// event; <see cref="StopReason.BadInput"/> when more bad lines than allowed came. It may change in the same
    /// <see cref="Poll"/> that returns the last events.</summary>
    StopReason Ended { get; }

    /// <summary>Fills slots from the start of <paramref name="free"/>.</summary>
    /// <param name="free">Slots to fill; may end inside one outside message, the rest follows in the next call.</param>
    /// <returns>How many were filled; 0 = nothing now, or ended.</returns>
    /// <exception cref="CaptureException">The file cannot be read on.</exception>
    int Poll(Span<InputEvent> free);
}

/// <summary>Where a file source goes on after a restart. The default is its start.</summary>
/// <param name="Position">Feed position (line, from 1) of the last logged input; 0 = from the start.</param>
/// <param name="InputsAtPosition">Inputs already logged for that line: they are not given again.</param>
/// <param name="LastReceiveTimeNs">Receive time of the last logged input: none of a later one lies before it.</param>
public readonly record struct FeedResume(uint Position, uint InputsAtPosition, long LastReceiveTimeNs);

/// <summary>A line of a file source from which no event was made.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record BadLine(string File, uint Line, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}: {Reason}";
}
