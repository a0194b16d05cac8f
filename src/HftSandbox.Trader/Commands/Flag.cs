using System.CommandLine;
using System.Globalization;
using HftSandbox.Events;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Config;

namespace HftSandbox.Trader.Commands;

/// <summary>Makes options. Each is accepted as <c>--name v</c>, <c>--name=v</c>, <c>-name v</c> and <c>-name=v</c>, as
/// the original program's flags were.</summary>
internal static class Flag
{
    private static readonly (string Suffix, long Bytes)[] ByteUnits =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("B", 1), ("", 1),
    ];

    /// <summary>A text.</summary>
    public static Option<string> Text(string name, string description, string helpName) =>
        new($"--{name}", $"-{name}") { Description = description, HelpName = helpName };

    /// <summary>True or false, false by default.</summary>
    public static Option<bool> Switch(string name, string description) =>
        new($"--{name}", $"-{name}") { Description = description };

    /// <summary>One of some words; without a preset it may be absent.</summary>
    public static Option<string> OneOf(string name, string description, string? preset, params string[] values)
    {
        var option = new Option<string>($"--{name}", $"-{name}") { Description = description };
        if (preset is not null)
            option.DefaultValueFactory = _ => preset;

        option.AcceptOnlyFromAmong(values);
        return option;
    }

    /// <summary>A duration in Go syntax.</summary>
    public static Option<Duration> Duration(string name, string description, string preset) =>
        new($"--{name}", $"-{name}")
        {
            Description = description,
            HelpName = "DURATION",
            DefaultValueFactory = _ => GoDuration.TryParse(preset, out var ns, out var reason)
                ? new Duration(ns)
                : throw new ArgumentException(reason, nameof(preset)),
            CustomParser = result =>
            {
                var text = result.Tokens.Single().Value;
                if (!GoDuration.TryParse(text, out var ns, out var reason))
                    result.AddError($"--{name}: '{text}' {reason}; a duration is 20us, 50ms, 2s, 1m30s or 0");
                return new Duration(ns);
            },
        };

    /// <summary>A pace: 0 = as fast as it goes, 1 = real time.</summary>
    public static Option<double> Speed(string name, string description) => new($"--{name}", $"-{name}")
    {
        Description = description,
        HelpName = "X",
        CustomParser = result =>
        {
            var text = result.Tokens.Single().Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var speed)
                && double.IsFinite(speed))
            {
                return speed;
            }

            result.AddError($"--{name}: '{text}' is not a pace such as 0, 1 or 2.5");
            return 0;
        },
    };

    /// <summary>Greatest payload that is accepted.</summary>
    public static Option<int> PayloadBound(string name) => new($"--{name}", $"-{name}")
    {
        Description = "refuse records with a longer payload",
        HelpName = "BYTES",
        DefaultValueFactory = _ => Limits.RecordBytesMax,
    };

    /// <summary>A switch of the original that is refused when it is on.</summary>
    public static Option<bool> Refused(string name)
    {
        var option = new Option<bool>($"--{name}", $"-{name}")
        {
            Description = "refused: unchecked bytes are never applied",
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<bool>())
                result.AddError($"--{name}: refused: bytes that were not checked are never applied");
        });
        return option;
    }

    /// <summary>A directory given by position; a misspelled flag is not taken for one.</summary>
    public static Argument<string?> DirectoryArgument(string description)
    {
        var argument = new Argument<string?>("DIR")
        {
            Description = description,
            Arity = ArgumentArity.ZeroOrOne,
        };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] } flag])
                result.AddError($"{flag.Value}: no such flag here");
        });
        return argument;
    }

    /// <summary>The directory a command is about, given by position or by its alias <c>--wal-dir</c>.</summary>
    public static string? Directory(string? positional, string? flag) =>
        positional is null || flag is null || positional == flag
            ? positional ?? flag
            : throw new CommandFailure(ExitCode.Usage, $"two directories: {positional} and --wal-dir {flag}");

    /// <summary>A file prefix; the default without one.</summary>
    public static string Prefix(string? text) => text is null || SegmentName.IsValidPrefix(text)
        ? text ?? SegmentName.DefaultPrefix
        : throw new CommandFailure(ExitCode.Usage, $"'{text}' is no file prefix: letters, digits, '.', '_' and '-'");

    /// <summary>The size at which segments roll.</summary>
    public static long SegmentBytes(string text)
    {
        const long Min = 64 << 10;
        const long Max = 64L << 30;
        var bytes = ByteCount("segment-bytes", text);
        return bytes is >= Min and <= Max
            ? bytes
            : throw new CommandFailure(ExitCode.Usage, $"--segment-bytes: {text} is not between 64KiB and 64GiB");
    }

    /// <summary>How much of the past is kept: a size, or an age in days or any other duration.</summary>
    public static RetentionLimit Retention(string? text)
    {
        const long DayNs = 86_400_000_000_000;
        const NumberStyles Digits = NumberStyles.None;
        if (text is null)
            return default;
        if (text.EndsWith('d') && long.TryParse(text[..^1], Digits, CultureInfo.InvariantCulture, out var days)
            && days is > 0 and <= long.MaxValue / DayNs)
            return new RetentionLimit(0, days * DayNs);
        if (TryDuration(text, out var ns) && ns > 0)
            return new RetentionLimit(0, ns);
        if (TryByteCount(text, out var bytes) && bytes > 0)
            return new RetentionLimit(bytes, 0);
        throw new CommandFailure(
            ExitCode.Usage, $"--retain: '{text}' is neither a size such as 10GiB nor an age such as 7d or 12h");
    }

    /// <summary>The room at which a run ends; 0 = none.</summary>
    public static long LowWater(string text) => ByteCount("low-water", text);

    /// <summary>A durability policy.</summary>
    public static DurabilityPolicy Policy(string text) =>
        DurabilityPolicy.TryParse(text, TryDuration, out var policy)
            ? policy
            : throw new CommandFailure(
                ExitCode.Usage, $"--durability: '{text}' is not none, interval:10ms, batch or every");

    /// <summary>A number of bytes such as <c>65536</c>, <c>64KiB</c> or <c>256MiB</c>.</summary>
    private static long ByteCount(string name, string text) => TryByteCount(text, out var bytes)
        ? bytes
        : throw new CommandFailure(ExitCode.Usage, $"--{name}: '{text}' is not a size such as 65536, 64KiB or 256MiB");

    private static bool TryByteCount(string text, out long bytes)
    {
        foreach (var (suffix, unit) in ByteUnits)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                && long.TryParse(text[..^suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && count <= long.MaxValue / unit)
            {
                bytes = count * unit;
                return true;
            }
        }

        bytes = 0;
        return false;
    }

    private static bool TryDuration(string text, out long ns) => GoDuration.TryParse(text, out ns, out _);
}

/// <summary>A duration as the command line writes it.</summary>
/// <param name="Ns">Nanoseconds.</param>
internal readonly record struct Duration(long Ns)
{
    /// <inheritdoc/>
    public override string ToString() => GoDuration.Format(Ns);
}
