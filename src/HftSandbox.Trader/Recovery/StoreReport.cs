using System.Globalization;
using System.Text.Json;
using HftSandbox.Events;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Commands;

namespace HftSandbox.Trader.Recovery;

/// <summary>What replay, verify and recover say of a store.</summary>
internal sealed record StoreReport
{
    /// <summary><c>clean</c>, <c>healable</c>, <c>corrupt</c>, <c>brokenChain</c>, <c>diverged</c>,
    /// <c>snapshotMismatch</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>The exit code that goes with it.</summary>
    public required ExitCode ExitCode { get; init; }

    /// <summary>One line about what is wrong; null = nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>The last event kept from the disk.</summary>
    public required ulong LastSequence { get; init; }

    /// <summary>The greatest sequence witnessed as durable.</summary>
    public required ulong DurableSequence { get; init; }

    /// <summary>Inputs applied.</summary>
    public ulong Inputs { get; init; }

    /// <summary>Derived events compared.</summary>
    public ulong DerivedCompared { get; init; }

    /// <summary>Running hash over the store's events; null when nothing was re-derived.</summary>
    public Id16? Digest { get; init; }

    /// <summary>The first event that was derived again and compared; null when nothing was re-derived.</summary>
    public ulong? ProvedFrom { get; init; }

    /// <summary>The first difference.</summary>
    public Divergence? Divergence { get; init; }

    /// <summary>Warnings and notes, one line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The word for a verdict over bytes and chain.</summary>
    /// <param name="verdict">The verdict.</param>
    public static string VerdictOf(StoreVerdict verdict) => verdict switch
    {
        StoreVerdict.Clean => "clean",
        StoreVerdict.Healable => "healable",
        StoreVerdict.Corrupt => "corrupt",
        _ => "brokenChain",
    };

    /// <summary>Warnings, and what a start would cut off.</summary>
    /// <param name="examination">The store.</param>
    public static IReadOnlyList<string> NotesOf(StoreExamination examination) =>
        examination.Discard is { } discard ? [.. examination.Warnings, discard] : examination.Warnings;

    /// <summary>What an examination alone says.</summary>
    /// <param name="examination">The store.</param>
    public static StoreReport Of(StoreExamination examination) => new()
    {
        Verdict = VerdictOf(examination.Verdict),
        ExitCode = StoreInspection.CodeOf(examination.Verdict),
        Problem = examination.Refusal,
        LastSequence = examination.LastSequence,
        DurableSequence = examination.DurableSequence,
        Notes = NotesOf(examination),
    };

    /// <summary>Writes the members that other programs rely on.</summary>
    /// <param name="json">Inside an object.</param>
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("verdict", Verdict);
        json.WriteNumber("lastSequence", LastSequence);
        json.WriteNumber("durableSequence", DurableSequence);
        json.WriteNumber("inputs", Inputs);
        json.WriteNumber("derivedCompared", DerivedCompared);
        if (Digest is { } digest)
            json.WriteString("digest", digest.ToString());

        if (ProvedFrom is { } provedFrom)
            json.WriteNumber("provedFrom", provedFrom);

        if (Divergence is { } divergence)
        {
            json.WriteStartObject("divergence");
            json.WriteNumber("sequence", divergence.Sequence);
            json.WriteString("field", divergence.Field);
            json.WriteString("expected", divergence.Expected);
            json.WriteString("actual", divergence.Actual);
            json.WriteEndObject();
        }

        if (Problem is not null)
            json.WriteString("problem", Problem);
    }

    /// <summary>Prints the report as one JSON object or as lines; notes and the problem go to stderr.</summary>
    /// <param name="asJson">Which.</param>
    /// <returns>The exit code.</returns>
    public int Show(bool asJson)
    {
        foreach (var note in Notes)
            Console.Error.WriteLine($"trader: {note}");

        if (asJson)
        {
            Output.Json(WriteMembers);
        }
        else
        {
            Print();
        }

        if (Problem is not null)
            Console.Error.WriteLine($"trader: {Problem}");

        return (int)ExitCode;
    }

    private void Print()
    {
        var lines = new List<(string Name, string Value)>
        {
            ("verdict", Verdict),
            ("last sequence", Number(LastSequence)),
            ("durable", Number(DurableSequence)),
        };
        if (Digest is { } digest)
        {
            lines.Add(("inputs", Number(Inputs)));
            lines.Add(("derived compared", Number(DerivedCompared)));
            lines.Add(("digest", digest.ToString()));
        }

        Output.Lines([.. lines]);
    }

    private static string Number(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
