namespace HftSandbox.Trader.Report;

/// <summary>First, last, least and greatest value of one stretch of time.</summary>
/// <param name="Count">Values; 0 = none, and the rest is 0.</param>
/// <param name="First">First value.</param>
/// <param name="Min">Least value.</param>
/// <param name="Max">Greatest value.</param>
/// <param name="Last">Last value.</param>
internal readonly record struct Bucket(long Count, Int128 First, Int128 Min, Int128 Max, Int128 Last)
{
    /// <summary>This stretch and the one behind it.</summary>
    /// <param name="next">The one behind it.</param>
    public Bucket Then(in Bucket next) =>
        Count == 0 ? next
        : next.Count == 0 ? this
        : new Bucket(Count + next.Count, First, Int128.Min(Min, next.Min), Int128.Max(Max, next.Max), next.Last);
}

/// <summary>A series of any length in a bounded number of stretches of equal time: where it grows beyond
/// them, they are joined two by two. So what is drawn follows from the values alone, and nothing extreme is
/// lost.</summary>
/// <param name="bucketsMax">Most stretches, an even number.</param>
internal sealed class TimeSeries(int bucketsMax)
{
    private readonly Bucket[] _buckets = new Bucket[bucketsMax];
    private long _widthNs = 1;

    /// <summary>Values taken in.</summary>
    public long Count { get; private set; }

    /// <summary>The stretches with a value: where each begins, and it.</summary>
    public IEnumerable<(long StartNs, Bucket Bucket)> Buckets => _buckets.Index()
        .Where(entry => entry.Item.Count > 0)
        .Select(entry => (entry.Index * _widthNs, entry.Item));

    /// <summary>The next value.</summary>
    /// <param name="timeNs">Its time, from 0; never decreases.</param>
    /// <param name="value">It.</param>
    public void Add(long timeNs, Int128 value)
    {
        while (timeNs / _widthNs >= bucketsMax)
            JoinPairs();
        ref var bucket = ref _buckets[timeNs / _widthNs];
        bucket = bucket.Then(new Bucket(1, value, value, value, value));
        Count++;
    }

    private void JoinPairs()
    {
        for (var pair = 0; pair < bucketsMax / 2; pair++)
            _buckets[pair] = _buckets[2 * pair].Then(_buckets[(2 * pair) + 1]);
        Array.Clear(_buckets, bucketsMax / 2, bucketsMax / 2);
        _widthNs *= 2;
    }
}
