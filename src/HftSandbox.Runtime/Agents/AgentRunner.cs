namespace HftSandbox.Runtime.Agents;

/// <summary>One thread that runs one or several agents in turn until it is stopped or one of them throws.</summary>
public sealed class AgentRunner : IDisposable
{
    private readonly IAgent[] _agents;
    private readonly IClock _clock;
    private readonly IdleStrategy _wait;
    private readonly Action<IAgent, Exception> _onFault;
    private readonly Thread _thread;
    private volatile bool _stopping;

    /// <summary>A thread that is not yet started.</summary>
    /// <param name="agents">At least one; run in this order.</param>
    /// <param name="clock">Read once per duty cycle.</param>
    /// <param name="wait">How to wait when none of them had anything to do.</param>
    /// <param name="onFault">Called on this thread, once at most, with the first exception and the agent it came
    /// from; no agent runs after that.</param>
    public AgentRunner(IEnumerable<IAgent> agents, IClock clock, WaitMode wait, Action<IAgent, Exception> onFault)
    {
        _agents = [.. agents];
        ArgumentOutOfRangeException.ThrowIfZero(_agents.Length);
        _clock = clock;
        _wait = new IdleStrategy(wait);
        _onFault = onFault;
        _thread = new Thread(Run)
        {
            Name = string.Join('+', _agents.Select(agent => agent.Name)),
            IsBackground = true,
        };
    }

    /// <summary>The names of its agents.</summary>
    public string Name => _thread.Name!;

    /// <summary>Whether the thread is running.</summary>
    public bool IsRunning => _thread.IsAlive;

    /// <summary>Starts the thread; once.</summary>
    public void Start() => _thread.Start();

    /// <summary>Asks the thread to end after the duty cycle it is in, and waits for it, unless called on it.</summary>
    public void Stop()
    {
        _stopping = true;
        if (_thread.IsAlive && Thread.CurrentThread != _thread)
            _thread.Join();
    }

    /// <summary>As <see cref="Stop"/>.</summary>
    public void Dispose() => Stop();

    private void Run()
    {
        var current = _agents[0];
        try
        {
            while (!_stopping)
            {
                var nowNs = _clock.MonotonicNs;
                var work = 0;
                foreach (var agent in _agents)
                {
                    current = agent;
                    work += agent.DoWork(nowNs);
                }

                if (work > 0)
                    _wait.Reset();
                else
                    _wait.Idle();
            }
        }
        catch (Exception failure)
        {
            _onFault(current, failure);
        }
    }
}
