using HftSandbox.Core.Orders;
using HftSandbox.Events;

namespace HftSandbox.Core.Venues;

/// <summary>A venue outside the engine: requests leave with the log, and what it says comes as inputs.</summary>
internal sealed class OutsideVenue : Venue
{
    /// <inheritdoc/>
    public override SourceId Source => SourceId.Engine;

    /// <inheritdoc/>
    [HotPath]
    public override void New(in Order order)
    {
    }

    /// <inheritdoc/>
    [HotPath]
    public override void Cancel(in Order order, ulong clOrdId)
    {
    }

    /// <inheritdoc/>
    [HotPath]
    public override void Replace(in Order order, in PendingRequest request)
    {
    }
}
