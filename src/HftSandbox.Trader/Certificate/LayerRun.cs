using System.Diagnostics;
using System.Globalization;

namespace HftSandbox.Trader.Certificate;

/// <summary>A row of the certificate.</summary>
internal sealed record LayerResult
{
    /// <summary>Failures that are told in words; the rest is counted.</summary>
    public const int FailuresShownMax = 20;

    /// <summary>The layer.</summary>
    public required string Layer { get; init; }

    /// <summary>Cases that were run.</summary>
    public required long Cases { get; init; }

    /// <summary>Cases in which what must hold held.</summary>
    public required long Held { get; init; }

    /// <summary>Cases that cannot be decided in principle.</summary>
    public required long Undecidable { get; init; }

    /// <summary>Cases in which it did not hold.</summary>
    public required long Failed { get; init; }

    /// <summary>The first of them by number, each with its number.</summary>
    public required IReadOnlyList<string> Failures { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Elapsed { get; init; }
}

/// <summary>One of so many equal parts of a layer, by case numbers: their counts add up to the layer's, wherever and
/// whenever each was run.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Of">How many parts.</param>
internal readonly record struct LayerPart(int Number, int Of)
{
    /// <summary>The whole layer.</summary>
    public static LayerPart Whole => new(1, 1);

    /// <summary>Reads <c>2/8</c>; null = that is no part.</summary>
    public static LayerPart? Parse(string text) =>
        text.Split('/') is [var number, var of]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
        && int.TryParse(of, NumberStyles.None, CultureInfo.InvariantCulture, out var parts)
        && n >= 1 && n <= parts
            ? new LayerPart(n, parts)
            : null;

    /// <summary>Its first case.</summary>
    /// <param name="cases">Cases of the layer.</param>
    public long First(long cases) => (long)((Int128)cases * (Number - 1) / Of);

    /// <summary>The case behind its last one.</summary>
    /// <param name="cases">Cases of the layer.</param>
    public long End(long cases) => (long)((Int128)cases * Number / Of);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Of}");
}

/// <summary>Runs the cases of a layer on several threads; which thread runs a case does not matter to it.</summary>
internal static class LayerRun
{
    private const int CasesPerTurn = 16;

    /// <summary>Runs a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="size">How much of it.</param>
    /// <param name="part">Which part of those cases.</param>
    /// <param name="threads">At least one.</param>
    /// <param name="cancellation">Ends the run early; what ran is reported.</param>
    public static LayerResult Of(
        ILayer layer, CertificateSize size, LayerPart part, int threads, CancellationToken cancellation = default)
    {
        var watch = Stopwatch.StartNew();
        var cases = layer.Cases(size);
        var tally = new Tally(part.First(cases), part.End(cases));
        var started = new Thread[threads];
        for (var i = 0; i < threads; i++)
        {
            started[i] = new Thread(() => Work(layer, size, tally, cancellation));
            started[i].Start();
        }

        foreach (var thread in started)
            thread.Join();
        return tally.Result(layer.Name, watch.Elapsed);
    }

    /// <summary>Runs one case.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="size">Decides which case the number is.</param>
    /// <param name="number">The case.</param>
    public static CaseOutcome One(ILayer layer, CertificateSize size, long number)
    {
        var worker = layer.NewWorker(size);
        return Run(worker, number);
    }

    private static void Work(ILayer layer, CertificateSize size, Tally tally, CancellationToken cancellation)
    {
        var worker = layer.NewWorker(size);
        while (!cancellation.IsCancellationRequested && tally.TryTake(CasesPerTurn, out var first, out var end))
        {
            for (var number = first; number < end; number++)
                tally.Add(number, Run(worker, number));
        }
    }

    private static CaseOutcome Run(ILayerWorker worker, long number)
    {
        try
        {
            return worker.Run(number);
        }
        catch (Exception failure)
        {
            // Whatever a case throws, it is the product's or the layer's defect: both are told.
            return CaseOutcome.Failed(failure.ToString().ReplaceLineEndings(" "));
        }
    }

    private sealed class Tally(long firstCase, long endCase)
    {
        private readonly Lock _gate = new();
        private readonly SortedDictionary<long, string> _failures = [];
        private long _next = firstCase;
        private long _held;
        private long _undecidable;
        private long _failed;

        public bool TryTake(int count, out long first, out long end)
        {
            first = Interlocked.Add(ref _next, count) - count;
            end = Math.Min(first + count, endCase);
            return first < endCase;
        }

        public void Add(long number, CaseOutcome outcome)
        {
            lock (_gate)
            {
                _held += outcome.Verdict == CaseVerdict.Held ? 1 : 0;
                _undecidable += outcome.Verdict == CaseVerdict.Undecidable ? 1 : 0;
                if (outcome.Verdict != CaseVerdict.Failed)
                    return;
                _failed++;
                _failures.Add(number, $"case {number}: {outcome.Text}");
                if (_failures.Count > LayerResult.FailuresShownMax)
                    _failures.Remove(_failures.Keys.Last());
            }
        }

        public LayerResult Result(string layer, TimeSpan elapsed) => new()
        {
            Layer = layer,
            Cases = _held + _undecidable + _failed,
            Held = _held,
            Undecidable = _undecidable,
            Failed = _failed,
            Failures = [.. _failures.Values],
            Elapsed = elapsed,
        };
    }
}
