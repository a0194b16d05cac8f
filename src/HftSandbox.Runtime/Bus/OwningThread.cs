using System.Diagnostics;

namespace HftSandbox.Runtime.Bus;

/// <summary>Asserts, in Debug builds, that one end of a ring is touched by one thread: the first that touches
/// it.</summary>
internal struct OwningThread
{
    private int _id;

    /// <summary>Fails when another thread touched this end before.</summary>
    [Conditional("DEBUG")]
    public void Assert()
    {
        if (_id == 0)
            _id = Environment.CurrentManagedThreadId;
        Debug.Assert(_id == Environment.CurrentManagedThreadId, "this end of the ring belongs to another thread");
    }

    /// <summary>The next thread that touches this end owns it.</summary>
    [Conditional("DEBUG")]
    public void Forget() => _id = 0;
}
