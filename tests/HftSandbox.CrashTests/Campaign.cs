using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using HftSandbox.Tests;

namespace HftSandbox.CrashTests;

/// <summary>A number of independent cases of one layer. By default a slice of them runs; HFTSANDBOX_CAMPAIGN=full runs
/// the whole layer, HFTSANDBOX_CAMPAIGN=100 that many. HFTSANDBOX_CAMPAIGN_SEED repeats a choice of cases,
/// HFTSANDBOX_CAMPAIGN_RESULTS names the file that gets one JSON line per campaign; the stores of failed cases are
/// left beside it.</summary>
/// <param name="layer">Its name in the results.</param>
/// <param name="slice">Cases by default.</param>
/// <param name="full">Cases of the whole layer.</param>
internal sealed class Campaign(string layer, int slice, int full)
{
    private const int FailuresShown = 5;

    private static readonly Lock ResultsLock = new();
    private static readonly string? Wanted = Variable("HFTSANDBOX_CAMPAIGN");
    private static readonly string? Results = Variable("HFTSANDBOX_CAMPAIGN_RESULTS");

    private readonly List<string> _failures = [];

    /// <summary>More than the slice was asked for.</summary>
    public static bool IsOn => Wanted is not null;

    /// <summary>How many cases run.</summary>
    public int Cases { get; } = Wanted switch
    {
        null => slice,
        "full" => full,
        _ => Math.Min(full, int.Parse(Wanted, CultureInfo.InvariantCulture)),
    };

    /// <summary>What every random choice comes from.</summary>
    public int Seed { get; } =
        Variable("HFTSANDBOX_CAMPAIGN_SEED") is { } seed
            ? int.Parse(seed, CultureInfo.InvariantCulture)
            : Random.Shared.Next();

    /// <summary>Runs cases 0 to <see cref="Cases"/> - 1, each in a directory of its own with random numbers of its own,
    /// and fails if one failed.</summary>
    /// <param name="run">The case.</param>
    /// <param name="parallel">How many run at once.</param>
    public void Run(Action<int, TempDirectory, Random> run, int parallel = 2)
    {
        var clock = Stopwatch.StartNew();
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel };
        Parallel.For(0, Cases, options, number => RunCase(number, run));
        Report(Cases, clock.Elapsed);
    }

    /// <summary>Writes the row of a campaign that counted its cases itself, and fails if one failed.</summary>
    public void Report(int cases, TimeSpan elapsed)
    {
        var row = JsonSerializer.Serialize(new
        {
            layer,
            cases,
            failed = _failures.Count,
            elapsedSeconds = Math.Round(elapsed.TotalSeconds, 1),
            seed = Seed,
        });
        Note(row);
        Assert.True(_failures.Count == 0, string.Join("\n\n", [row, .. _failures.Take(FailuresShown)]));
    }

    /// <summary>Writes a line into the test output and the results.</summary>
    public static void Note(string row)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(row);
        if (Results is null)
            return;
        lock (ResultsLock)
            File.AppendAllText(Results, row + "\n");
    }

    /// <summary>Counts a failure.</summary>
    public void Failed(string what)
    {
        lock (_failures)
            _failures.Add(what);
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private void RunCase(int number, Action<int, TempDirectory, Random> run)
    {
        using var directory = new TempDirectory();
        try
        {
            run(number, directory, new Random(unchecked((Seed * 1_000_003) + number)));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed($"case {number} of {layer}, seed {Seed}: {failure.Message}\n{failure.StackTrace}");
            Keep(directory, number);
        }
    }

    private void Keep(TempDirectory directory, int number)
    {
        if (Results is null)
            return;
        var name = string.Create(CultureInfo.InvariantCulture, $"{Results}.{layer}-{Seed}-{number}");
        using var copy = Process.Start("cp", ["-a", directory.Path, name]);
        copy.WaitForExit();
    }
}
