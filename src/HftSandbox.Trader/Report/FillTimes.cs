using System.Numerics;

namespace HftSandbox.Trader.Report;

/// <summary>Times from an order's intent to its first fill, in nanoseconds of receive time.</summary>
internal sealed class FillTimes
{
    private readonly List<long> _timesNs = [];
    private bool _isSorted = true;

    /// <summary>Orders with a fill.</summary>
    public int Count => _timesNs.Count;

    /// <summary>Takes in an order's.</summary>
    /// <param name="ns">Nanoseconds.</param>
    public void Add(long ns)
    {
        _timesNs.Add(ns);
        _isSorted = false;
    }

    /// <summary>The least time that at least <paramref name="percent"/> percent of the orders did not exceed (nearest
    /// rank: the ⌈n · percent / 100⌉-th of n); 0 percent is the least of all.</summary>
    /// <param name="percent">0 to 100; there must be an order.</param>
    public long Percentile(int percent)
    {
        if (!_isSorted)
            _timesNs.Sort();
        _isSorted = true;
        var rank = (int)(((long)_timesNs.Count * percent + 99) / 100);
        return _timesNs[Math.Max(rank, 1) - 1];
    }
}

/// <summary>Ratios as integer basis points.</summary>
internal static class BasisPoints
{
    /// <summary><paramref name="part"/> of <paramref name="whole"/>, rounded toward zero; null of nothing.</summary>
    /// <param name="part">Of either sign.</param>
    /// <param name="whole">Of either sign.</param>
    public static BigInteger? Of(BigInteger part, BigInteger whole) => whole.IsZero ? null : part * 10_000 / whole;
}
