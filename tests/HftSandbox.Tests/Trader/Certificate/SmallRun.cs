using HftSandbox.Trader.Certificate;

namespace HftSandbox.Tests.Trader.Certificate;

/// <summary>Runs layers small, on one thread.</summary>
internal static class SmallRun
{
    public static LayerResult Of(ILayer layer) => Of(layer, LayerPart.Whole);

    public static LayerResult Of(ILayer layer, LayerPart part) =>
        LayerRun.Of(layer, CertificateSize.Small, part, threads: 1, TestContext.Current.CancellationToken);

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
    public static LayerResult Held(ILayer layer) => Held(layer, LayerPart.Whole);

    /// <summary>Runs a part of a layer and requires that nothing failed.</summary>
    public static LayerResult Held(ILayer layer, LayerPart part)
    {
        var result = Of(layer, part);
        var cases = layer.Cases(CertificateSize.Small);
        Assert.True(result.Failures.Count == 0, string.Join('\n', result.Failures.Take(3)));
        Assert.Equal(0, result.Failed);
        Assert.Equal(part.End(cases) - part.First(cases), result.Held + result.Undecidable);
        TestContext.Current.SendDiagnosticMessage(
            $"{result.Layer}: {result.Cases} cases, {result.Undecidable} undecidable, {result.Elapsed.TotalSeconds} s");
        return result;
    }
}
