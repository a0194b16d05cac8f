using HftSandbox.Runtime.Storage.Simulated;

namespace HftSandbox.Trader.Certificate;

/// <summary>Makes a sync that runs beside the writer come at the same place every time: it waits until the writer's
/// next call to the storage, or until the writer has nothing to do but wait for it. Made and used by the writer's
/// thread.</summary>
internal sealed class SyncGate : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly SemaphoreSlim _opened = new(0);
    private readonly SemaphoreSlim _passed = new(0);
    private readonly Action<StorageCall, string> _before;
    private bool _isAwaited;

    /// <summary>Stands before every call.</summary>
    /// <param name="storage">Its hooks belong to the gate from now on.</param>
    /// <param name="before">Called on the writer's thread before each of its calls, and before a sync beside it takes
    /// effect.</param>
    public SyncGate(FaultyStorage storage, Action<StorageCall, string> before)
    {
        _before = before;
        storage.Before = OnCall;
        storage.After = OnCallEnded;
    }

    /// <summary>A sync beside the writer is about to begin.</summary>
    public void Expect() => _isAwaited = true;

    /// <summary>Lets the sync that was begun take effect, and waits for it; without one, nothing happens.</summary>
    /// <exception cref="TimeoutException">It did not come: the log thinks that there is nothing to sync.</exception>
    public void Pass()
    {
        if (!_isAwaited)
            return;
        _before(StorageCall.SyncData, "");
        _isAwaited = false;
        _opened.Release();
        if (!_passed.Wait(Patience))
            throw new TimeoutException($"a sync that was asked for did not come within {Patience}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _opened.Dispose();
        _passed.Dispose();
    }

    private void OnCall(StorageCall call, string path)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _opened.Wait();
            return;
        }

        Pass();
        _before(call, path);
    }

    private void OnCallEnded(StorageCall call, string path)
    {
        if (Environment.CurrentManagedThreadId != _thread)
            _passed.Release();
    }
}
