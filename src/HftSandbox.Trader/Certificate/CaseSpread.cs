namespace HftSandbox.Trader.Certificate;

/// <summary>Which cases of a full run a smaller one takes: so many, spread evenly.</summary>
/// <param name="Total">Cases of the full run.</param>
/// <param name="Small">Cases of a small run at most.</param>
/// <param name="Medium">Cases of a medium run at most.</param>
internal readonly record struct CaseSpread(long Total, long Small, long Medium)
{
    /// <summary>A spread over a store: the larger it is, the longer a case takes, and the fewer are run.</summary>
    /// <param name="total">Cases of the full run.</param>
    /// <param name="small">Cases of a small run over a store of usual size.</param>
    /// <param name="sample">The store.</param>
    /// <param name="usualBytes">Usual size.</param>
    public static CaseSpread Over(long total, long small, SampleStore sample, long usualBytes)
    {
        const int MediumPerSmall = 20;
        var few = Math.Max(1, small / Math.Max(1, sample.LogBytes / usualBytes));
        return new CaseSpread(total, few, few * MediumPerSmall);
    }

    /// <summary>Cases of a run.</summary>
    /// <param name="size">How much is run.</param>
    public long Cases(CertificateSize size) => size switch
    {
        CertificateSize.Small => Math.Min(Small, Total),
        CertificateSize.Medium => Math.Min(Medium, Total),
        _ => Total,
    };

    /// <summary>The full run's number of a case.</summary>
    /// <param name="size">How much is run.</param>
    /// <param name="number">The case.</param>
    public long PositionOf(CertificateSize size, long number) => (long)((Int128)number * Total / Cases(size));
}
