using System.CommandLine;
using System.Globalization;
using HftSandbox.Events;

namespace HftSandbox.Trader.Commands;

/// <summary>A place in a log, given as a sequence or as a receive time.</summary>
/// <param name="Sequence">The sequence; null = by time.</param>
/// <param name="TimeNs">Nanoseconds since 1970-01-01 UTC; 0 = by sequence.</param>
internal readonly record struct LogPoint(ulong? Sequence, long TimeNs)
{
    /// <summary>Whether a record lies before this point.</summary>
    /// <param name="header">The record.</param>
    public bool IsAfter(in RecordHeader header) =>
        Sequence is { } sequence ? header.Sequence < sequence : header.ReceiveTimeNs < TimeNs;

    /// <summary>Whether a record lies behind this point.</summary>
    /// <param name="header">The record.</param>
    public bool IsBefore(in RecordHeader header) =>
        Sequence is { } sequence ? header.Sequence > sequence : header.ReceiveTimeNs > TimeNs;

    /// <summary>Declares an option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is for.</param>
    public static Option<LogPoint?> Option(string name, string description) => new($"--{name}", $"-{name}")
    {
        Description = description,
        HelpName = "SEQ|TIME",
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
                return new LogPoint(sequence, 0);

            const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var time))
                return new LogPoint(null, (time - DateTimeOffset.UnixEpoch).Ticks * 100);

            result.AddError($"--{name}: '{text}' is neither a sequence nor a time such as 2024-08-08T23:55:00Z");
            return null;
        },
    };
}
