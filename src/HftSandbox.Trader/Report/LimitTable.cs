using HftSandbox.Core.Configuration;
using HftSandbox.Core.Risk;
using HftSandbox.Events;

namespace HftSandbox.Trader.Report;

/// <summary>How far one value of a limit was used.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="InstrumentId">Its instrument; 0 = all.</param>
/// <param name="Value">Its value; 0 = off.</param>
/// <param name="FromSequence">The first event from which it was in force; 0 = before the first event of the
/// log.</param>
internal sealed record LimitUse(Limit Limit, uint InstrumentId, long Value, ulong FromSequence)
{
    /// <summary>Decisions that came as far as this limit and had something to compare.</summary>
    public long Decisions { get; set; }

    /// <summary>The greatest value that a decision compared with it; null = none did.</summary>
    public Int128? Greatest { get; set; }

    /// <summary>The greatest of those that were let through.</summary>
    public Int128? GreatestAllowed { get; set; }

    /// <summary>How often it denied.</summary>
    public long Denied { get; set; }

    /// <summary>Whether an order met or passed it.</summary>
    public bool IsTouched => Value != 0 && Greatest >= Value;
}

/// <summary>The limits in force as the log goes on, and how far each was used.</summary>
internal sealed class LimitTable
{
    private readonly Dictionary<(Limit, uint InstrumentId, long Value), LimitUse> _uses = [];
    private readonly Queue<long> _forwardedNs = new();
    private RunConfiguration? _configuration;
    private Id16 _hash;

    /// <summary>One row for each limit, instrument and value; in the order of limits, instruments and time.</summary>
    public IEnumerable<LimitUse> Rows => _uses.Values
        .OrderBy(use => Limit.All.Index().First(limit => limit.Item == use.Limit).Index)
        .ThenBy(use => use.InstrumentId)
        .ThenBy(use => use.FromSequence);

    /// <summary>Decisions whose limits the log does not hold: they quote another hash than the configuration in
    /// force.</summary>
    public long UnknownDecisions { get; private set; }

    /// <summary>A configuration takes effect.</summary>
    /// <param name="configuration">It.</param>
    /// <param name="sequence">From when on.</param>
    public void Load(RunConfiguration configuration, ulong sequence)
    {
        _configuration = configuration;
        _hash = RiskLimits.HashOf(configuration);
        if (configuration.Risk.OrderRateLimit == 0)
            _forwardedNs.Clear();
        foreach (var limit in Limit.All)
        {
            for (uint id = 1; id <= configuration.Instruments.Length && (id == 1 || !limit.IsGlobal); id++)
            {
                var key = (limit, limit.IsGlobal ? 0 : id, ValueOf(limit, id));
                _uses.TryAdd(key, new LimitUse(limit, key.Item2, key.Item3, sequence));
            }
        }
    }

    /// <summary>Times from here on do not compare with those before.</summary>
    public void ForgetTimes() => _forwardedNs.Clear();

    /// <summary>Orders forwarded within the window before a moment.</summary>
    /// <param name="nowNs">Receive time.</param>
    public int OrdersInWindow(long nowNs)
    {
        while (_forwardedNs.TryPeek(out var ns) && nowNs - ns >= _configuration!.Risk.OrderRateWindowNs)
            _forwardedNs.Dequeue();
        return _forwardedNs.Count;
    }

    /// <summary>Takes in a decision.</summary>
    /// <param name="header">Its record.</param>
    /// <param name="asked">What it decided on.</param>
    public void Add(in RecordHeader header, Asked asked)
    {
        if (asked.Decision.Decision == Decision.Allow && _configuration!.Risk.OrderRateLimit != 0)
            _forwardedNs.Enqueue(header.ReceiveTimeNs);
        if (asked.Decision.LimitsHash != _hash)
        {
            UnknownDecisions++;
            return;
        }

        if (header.InstrumentId - 1 >= (uint)_configuration!.Instruments.Length)
            return;
        foreach (var limit in Limit.All)
        {
            if (limit.IsReachedBy(asked.Decision.Reason))
                Add(UseOf(limit, header.InstrumentId), limit, asked);
        }
    }

    private static void Add(LimitUse use, Limit limit, Asked asked)
    {
        if (limit.ObservedIn(asked) is not { } observed)
            return;
        use.Decisions++;
        if (use.Greatest is null || observed > use.Greatest)
            use.Greatest = observed;
        if (asked.Decision.Reason == limit.Reason)
            use.Denied++;
        else if (asked.Decision.Decision == Decision.Allow && !(observed <= use.GreatestAllowed))
            use.GreatestAllowed = observed;
    }

    private LimitUse UseOf(Limit limit, uint instrumentId) =>
        _uses[(limit, limit.IsGlobal ? 0 : instrumentId, ValueOf(limit, instrumentId))];

    private long ValueOf(Limit limit, uint instrumentId)
    {
        var risk = _configuration!.Risk;
        return limit.ValueOf(risk, _configuration.Instruments[(int)instrumentId - 1].Limits ?? risk.Limits);
    }
}
