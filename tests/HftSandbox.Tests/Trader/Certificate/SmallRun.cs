using HftSandbox.Trader.Certificate;

namespace HftSandbox.Tests.Trader.Certificate;

/// <summary>Runs layers small, on one thread.</summary>
internal static class SmallRun
{
    public static LayerResult Of(ILayer layer) =>
        LayerRun.Of(layer, CertificateSize.Small, LayerPart.Whole, threads: 1, TestContext.Current.CancellationToken);

    /// <summary>Runs a layer until a case fails, and requires that one does.</summary>
    /// <param name="layer">The layer.</param>
    /// <returns>What differs.</returns>
    public static string FirstFailure(ILayer layer)
    {
        var worker = layer.NewWorker(CertificateSize.Small);
        for (var number = 0L; number < layer.Cases(CertificateSize.Small); number++)
        {
            if (worker.Run(number) is { Verdict: CaseVerdict.Failed } failure)
                return failure.Text;
        }

        throw new InvalidOperationException($"no case of {layer.Name} failed");
    }

    /// <summary>Runs a layer and requires that nothing failed.</summary>
    public static LayerResult Held(ILayer layer)
    {
        var result = Of(layer);
        Assert.True(result.Failures.Count == 0, string.Join('\n', result.Failures.Take(3)));
        Assert.Equal(0, result.Failed);
        Assert.Equal(layer.Cases(CertificateSize.Small), result.Held + result.Undecidable);
        TestContext.Current.SendDiagnosticMessage(
            $"{result.Layer}: {result.Cases} cases, {result.Undecidable} undecidable, {result.Elapsed.TotalSeconds} s");
        return result;
    }
}
