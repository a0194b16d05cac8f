namespace HftSandbox.Trader.Certificate;

/// <summary>How much of the certificate is run.</summary>
internal enum CertificateSize
{
    /// <summary>A few seconds for each layer: cases spread evenly over the full run's.</summary>
    Small,

    /// <summary>About a minute for each layer.</summary>
    Medium,

    /// <summary>Every case.</summary>
    Full,
}

/// <summary>A layer of the certificate: one kind of fault, as numbered cases that do not depend on each other. The same
/// number is the same case on every machine. Immutable, so that several threads can share it.</summary>
internal interface ILayer
{
    /// <summary>One or two words, as on the command line: <c>cut</c>, <c>flip</c> …</summary>
    string Name { get; }

    /// <summary>One sentence: what is done, and what must hold.</summary>
    string Claim { get; }

    /// <summary>Cases of a run, from 0.</summary>
    /// <param name="size">How much is run.</param>
    long Cases(CertificateSize size);

    /// <summary>A worker with buffers of its own.</summary>
    /// <param name="size">How much is run: decides which case a number is.</param>
    ILayerWorker NewWorker(CertificateSize size);
}

/// <summary>Runs cases of a layer, one after another. One thread.</summary>
internal interface ILayerWorker
{
    /// <summary>Runs a case.</summary>
    /// <param name="number">From 0 to the layer's number of cases, exclusive.</param>
    /// <returns>What came of it. An exception is a failure too.</returns>
    CaseOutcome Run(long number);
}

/// <summary>What came of a case.</summary>
/// <param name="Verdict">Whether what must hold held.</param>
/// <param name="Text">What differs, in one line with the place; empty when it held.</param>
internal readonly record struct CaseOutcome(CaseVerdict Verdict, string Text)
{
    /// <summary>What must hold held.</summary>
    public static CaseOutcome Held => new(CaseVerdict.Held, "");

    /// <summary>Nothing on the disk can tell this state from a shorter log; counted apart.</summary>
    public static CaseOutcome Undecidable => new(CaseVerdict.Undecidable, "");

    /// <summary>It did not hold.</summary>
    /// <param name="text">What differs, in one line with the place.</param>
    public static CaseOutcome Failed(string text) => new(CaseVerdict.Failed, text);
}

/// <summary>Whether what must hold held.</summary>
internal enum CaseVerdict
{
    /// <summary>It held.</summary>
    Held,

    /// <summary>What cannot be decided in principle: the last unwitnessed group, or the newest segments gone together
    /// with the snapshots.</summary>
    Undecidable,

    /// <summary>It did not hold.</summary>
    Failed,
}
