namespace HftSandbox.Trader.Certificate;

/// <summary>What the records of a sample say was durable.</summary>
internal sealed class SampleWitness
{
    private readonly SampleStore _sample;
    private readonly int[] _lastBefore;

    /// <summary>Takes stock of a sample.</summary>
    /// <param name="sample">The sample; what its records say never decreases.</param>
    public SampleWitness(SampleStore sample)
    {
        _sample = sample;
        _lastBefore = new int[sample.Records.Length + 1];
        _lastBefore[0] = -1;
        for (var i = 0; i < sample.Records.Length; i++)
            _lastBefore[i + 1] = sample.Records[i].Durable > 0 ? i : _lastBefore[i];
    }

    /// <summary>The greatest sequence that a stretch of records says was durable; 0 = it says nothing.</summary>
    /// <param name="from">Index of the first.</param>
    /// <param name="to">Index behind the last.</param>
    public ulong In(int from, int to)
    {
        var last = _lastBefore[to];
        return last >= from ? _sample.Records[last].Durable : 0;
    }
}
