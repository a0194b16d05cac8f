using System.Diagnostics;
using System.Runtime.ExceptionServices;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>A data sync that succeeded.</summary>
/// <param name="Sequence">The last event written before it began.</param>
/// <param name="Offset">Where the data ended when it began.</param>
/// <param name="ElapsedNs">How long it took.</param>
internal readonly record struct SyncResult(ulong Sequence, long Offset, long ElapsedNs);

/// <summary>Runs data syncs on a thread of its own, one at a time, so that the writer goes on writing. All members
/// belong to the writer's thread.</summary>
internal sealed class SyncThread : IDisposable
{
    private const int Idle = 0;
    private const int Requested = 1;
    private const int Ended = 2;

    private readonly IClock _clock;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private int _state;
    private IStorageFile? _file;
    private SyncResult _result;
    private Exception? _failure;
    private volatile bool _stopping;

    /// <summary>Starts the thread.</summary>
    /// <param name="clock">Measures the syncs.</param>
    public SyncThread(IClock clock)
    {
        _clock = clock;
        _thread = new Thread(Run) { Name = "wal-sync", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether a sync was begun whose end has not been collected.</summary>
    public bool IsBusy => Volatile.Read(ref _state) != Idle;

    /// <summary>Begins a sync.</summary>
    /// <param name="file">What to sync; stays open until the end is collected.</param>
    /// <param name="sequence">The last event written.</param>
    /// <param name="offset">Where the data ends.</param>
    public void Begin(IStorageFile file, ulong sequence, long offset)
    {
        Debug.Assert(!IsBusy, "one sync at a time");
        _file = file;
        _result = new SyncResult(sequence, offset, 0);
        Volatile.Write(ref _state, Requested);
        _wake.Set();
    }

    /// <summary>Collects the end of the sync that was begun, if it is there.</summary>
    /// <param name="result">What succeeded.</param>
    /// <returns>Whether there was an end.</returns>
    /// <exception cref="StorageException">It failed.</exception>
    public bool TryCollect(out SyncResult result)
    {
        result = default;
        if (Volatile.Read(ref _state) != Ended)
            return false;
        Volatile.Write(ref _state, Idle);
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
        result = _result;
        return true;
    }

    /// <summary>Ends the thread; waits for a sync that is running.</summary>
    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _wake.WaitOne();
            if (_stopping)
                return;
            if (Volatile.Read(ref _state) == Requested)
                Sync();
        }
    }

    private void Sync()
    {
        try
        {
            var beganNs = _clock.MonotonicNs;
            _file!.SyncData();
            _result = _result with { ElapsedNs = _clock.MonotonicNs - beganNs };
        }
        catch (Exception failure)
        {
            _failure = failure;
        }

        Volatile.Write(ref _state, Ended);
    }
}
