using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HftSandbox.Runtime.Storage;
using HftSandbox.Trader.Certificate;

namespace HftSandbox.Trader.Commands;

/// <summary><c>trader crashtest</c>: damages a store in every way that the layers know and checks what must
/// hold.</summary>
internal static class CrashTestCommand
{
    /// <summary>Declares the command.</summary>
    /// <param name="storage">The file system.</param>
    public static Command Create(IStorage storage)
    {
        var names = Layers.All.Select(layer => layer.Name).ToArray();
        var directory = Flag.DirectoryArgument("a store to damage copies of, in memory; default: recorded ones");
        var size = Flag.OneOf("size", "how many of the cases", "small", "small", "medium", "full");
        var layers = new Option<string[]>("--layer", "-layer")
        {
            Description = $"only these: {string.Join(", ", names)}",
            HelpName = "NAME",
            AllowMultipleArgumentsPerToken = true,
        };
        layers.Validators.Add(result =>
        {
            foreach (var unknown in result.Tokens.Select(token => token.Value).Except(names))
                result.AddError($"--layer: '{unknown}' is none of {string.Join(", ", names)}");
        });
        var single = new Option<long?>("--case", "-case")
        {
            Description = "repeat this case of one layer",
            HelpName = "N",
        };
        var part = new Option<string>("--part", "-part")
        {
            Description = "only the K-th of N equal parts of each layer: the counts of all parts add up",
            HelpName = "K/N",
            DefaultValueFactory = _ => LayerPart.Whole.ToString(),
        };
        part.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && LayerPart.Parse(token.Value) is null)
                result.AddError($"--part: '{token.Value}' is no K/N with K from 1 to N");
        });
        var seed = new Option<ulong>("--seed", "-seed")
        {
            Description = "decides the recorded stores",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var threads = new Option<int>("--threads", "-threads")
        {
            Description = "default: one per processor",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var json = Flag.Switch("json", "print the result as one JSON object");
        var command = new Command("crashtest", "cut, flip and scramble stores in memory; certify that nothing is lost")
        {
            directory, size, layers, single, part, seed, threads, json,
        };
        command.SetAction(parsed =>
        {
            var request = new CrashTest(
                Enum.Parse<CertificateSize>(parsed.GetRequiredValue(size), ignoreCase: true),
                parsed.GetValue(layers) is { Length: > 0 } chosen ? chosen : names,
                new SampleSource(storage, parsed.GetValue(directory), parsed.GetValue(seed)),
                parsed.GetValue(directory),
                LayerPart.Parse(parsed.GetRequiredValue(part))!.Value,
                parsed.GetValue(threads));
            if (request.Threads < 1)
                throw new CommandFailure(ExitCode.Usage, $"--threads: {request.Threads} is less than 1");
            return parsed.GetValue(single) is { } number
                ? RunOne(request, number)
                : RunAll(request, parsed.GetValue(json));
        });
        return command;
    }

    private static int RunOne(CrashTest test, long number)
    {
        if (test.Layers is not [var name])
            throw new CommandFailure(ExitCode.Usage, "--case goes with one --layer");
        var layer = test.Create(name);
        var cases = layer.Cases(test.Size);
        if (number < 0 || number >= cases)
            throw new CommandFailure(ExitCode.Usage, $"--case: {name} has cases 0 to {cases - 1} at this size");
        var outcome = LayerRun.One(layer, test.Size, number);
        var what = outcome.Verdict switch
        {
            CaseVerdict.Held => "held",
            CaseVerdict.Undecidable => "undecidable",
            _ => $"failed: {outcome.Text}",
        };
        Console.Out.WriteLine($"{name} case {number}: {what}");
        return (int)(outcome.Verdict == CaseVerdict.Failed ? ExitCode.Unexpected : ExitCode.Ok);
    }

    private static int RunAll(CrashTest test, bool asJson)
    {
        var results = new List<(LayerResult Result, string Claim)>();
        foreach (var name in test.Layers.Distinct())
        {
            var layer = test.Create(name);
            var cases = layer.Cases(test.Size);
            Console.Error.WriteLine(
                $"trader: {name}: {Number(test.Part.End(cases) - test.Part.First(cases))} cases");
            var result = LayerRun.Of(layer, test.Size, test.Part, test.Threads);
            Console.Error.WriteLine(
                $"trader: {name}: {Number(result.Failed)} failed, {result.Elapsed.TotalSeconds:F1} s");
            results.Add((result, layer.Claim));
        }

        if (asJson)
            WriteJson(test, results);
        else
            Print(results);
        var failed = results.Sum(row => row.Result.Failed);
        if (failed == 0)
            return (int)ExitCode.Ok;
        Console.Error.WriteLine($"trader: {Number(failed)} cases failed; --layer NAME --case N repeats one");
        return (int)ExitCode.Unexpected;
    }

    private static void Print(List<(LayerResult Result, string Claim)> results)
    {
        Console.Out.WriteLine(
            $"{"layer",-10}{"cases",11}{"held",11}{"undecidable",13}{"failed",8}{"seconds",9}  claim");
        foreach (var (row, claim) in results)
        {
            var seconds = row.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
            Console.Out.WriteLine(
                $"{row.Layer,-10}{Number(row.Cases),11}{Number(row.Held),11}{Number(row.Undecidable),13}"
                + $"{Number(row.Failed),8}{seconds,9}  {claim}");
        }

        foreach (var (row, _) in results)
        {
            foreach (var failure in row.Failures)
                Console.Out.WriteLine($"{row.Layer} {failure}");
        }
    }

    private static void WriteJson(CrashTest test, List<(LayerResult Result, string Claim)> results) =>
        Output.Json(json =>
        {
            json.WriteString("size", JsonNamingPolicy.CamelCase.ConvertName(test.Size.ToString()));
            json.WriteString("part", test.Part.ToString());
            json.WriteNumber("seed", test.Source.Seed);
            json.WriteString("store", test.Directory ?? "recorded");
            json.WriteArray("layers", results, row => WriteRow(json, row.Result));
        });

    private static void WriteRow(Utf8JsonWriter json, LayerResult row)
    {
        json.WriteStartObject();
        json.WriteString("layer", row.Layer);
        json.WriteNumber("cases", row.Cases);
        json.WriteNumber("held", row.Held);
        json.WriteNumber("undecidable", row.Undecidable);
        json.WriteNumber("failed", row.Failed);
        json.WriteArray("failures", row.Failures, json.WriteStringValue);
        json.WriteNumber("elapsedNs", row.Elapsed.Ticks * TimeSpan.NanosecondsPerTick);
        json.WriteEndObject();
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private sealed record CrashTest(
        CertificateSize Size,
        string[] Layers,
        SampleSource Source,
        string? Directory,
        LayerPart Part,
        int Threads)
    {
        public ILayer Create(string name) =>
            Certificate.Layers.All.Single(layer => layer.Name == name).Create(Source);
    }
}
