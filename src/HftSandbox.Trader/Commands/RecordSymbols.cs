using System.CommandLine;
using HftSandbox.Core.Strategies;
using HftSandbox.Runtime.Agents;

namespace HftSandbox.Trader.Commands;

/// <summary>The options of <c>record</c>; the root command takes the same ones besides the original's.</summary>
internal sealed class RecordSymbols
{
    private readonly Option<string> _walDir = Flag.Text("wal-dir", "where the WAL is written", "DIR");
    private readonly Option<string> _config = Flag.Text("config", "JSON configuration (built-in without)", "FILE");
    private readonly Option<Duration> _reload =
        Flag.Duration("config-reload-interval", "poll the file for changes, 0 = off", "2s");

    private readonly Option<ulong> _orderCount;
    private readonly Option<Duration> _orderInterval =
        Flag.Duration("order-interval", "least time between orders; also paces the sim", "0");

    private readonly Option<string> _snapshotPath = Flag.Text("snapshot-path", "default: DIR/positions.json", "FILE");
    private readonly Option<bool> _recover = Flag.Switch("recover", "continue after a crash");
    private readonly Option<string> _recoverSnapshot =
        Flag.Text("recover-snapshot", "recover from this snapshot", "FILE");

    private readonly Option<string> _recoverPrefix =
        Flag.Text("recover-prefix", "file prefix of the store (wal)", "NAME");

    private readonly Option<int> _maxPayload = Flag.PayloadBound("recover-max-payload");
    private readonly Option<bool> _noChecksum = Flag.Refused("recover-no-checksum");
    private readonly Option<bool> _flat =
        Flag.Switch("flat", "continue with positions, orders and windows at zero");

    private readonly Option<bool> _fromStart = Flag.Switch("from-start", "read a file source anew");
    private readonly Option<string> _source =
        Flag.OneOf(
            "source", "where the inputs come from", "sim", "sim", "binance-ws", "lobster", "events", "wal");

    private readonly Option<string[]> _file = new("--file", "-file")
    {
        Description = "the source's file; lobster: MESSAGES.csv, and with level 1 BOOK.csv behind it; "
            + "wal: the directory of the other store",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _strategy =
        Flag.OneOf(
            "strategy",
            "the one to run, as configured or with its built-in parameters; none = import only",
            null,
            [.. StrategyCatalog.All.Select(strategy => strategy.Name), "none"]);

    private readonly Option<string> _venue = Flag.OneOf("venue", "the venue model", "stub", "stub", "sim", "outside");
    private readonly Option<ulong?> _seed = new("--seed", "-seed")
    {
        Description = "seed of the generator",
        HelpName = "N",
    };

    private readonly Option<string> _durability =
        Flag.Text("durability", "none | interval:10ms | batch | every (interval:10ms)", "POLICY");

    private readonly Option<double> _speed = Flag.Speed("speed", "pace of a file source, 0 = as fast as it goes");
    private readonly Option<Duration> _for = Flag.Duration("for", "stop after this wall time, 0 = never", "0");
    private readonly Option<Duration> _snapshotInterval =
        Flag.Duration("snapshot-interval", "between two snapshots", "30s");

    private readonly Option<string> _segmentBytes =
        Flag.Text("segment-bytes", "segments roll at this size (256MiB)", "SIZE");

    private readonly Option<string> _retain =
        Flag.Text("retain", "delete old segments beyond a size (10GiB) or an age (7d)", "SIZE|AGE");

    private readonly Option<string> _lowWater =
        Flag.Text("low-water", "stop trading and end when less disk is free (32MiB), 0 = never", "SIZE");

    private readonly Option<string> _threading =
        Flag.OneOf("threading", "feed and engine on one thread or on two", "shared", "shared", "dedicated");

    private readonly Option<string> _wait = Flag.OneOf("wait", "how a thread waits", "park", "spin", "yield", "park");
    private readonly Option<uint> _maxBadLines = new("--max-bad-lines", "-max-bad-lines")
    {
        Description = "malformed lines to report and skip",
        HelpName = "N",
    };

    private readonly Option<string> _progress =
        Flag.OneOf("progress", "json: lines on stderr", "auto", "auto", "json");

    private readonly ulong _orderCountDefault;

    /// <summary>Declares the options.</summary>
    /// <param name="orderCountDefault">1 at the root, 0 in <c>record</c>.</param>
    public RecordSymbols(ulong orderCountDefault)
    {
        _orderCountDefault = orderCountDefault;
        _orderCount = new Option<ulong>("--order-count", "-order-count")
        {
            Description = "orders after which a sim run ends, 0 = unlimited",
            HelpName = "N",
            DefaultValueFactory = _ => _orderCountDefault,
        };
    }

    /// <summary>Adds every option to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        Option[] options =
        [
            _walDir, _config, _source, _file, _strategy, _venue, _seed, _orderCount, _orderInterval, _for, _speed,
            _maxBadLines, _recover, _flat, _fromStart, _durability, _segmentBytes, _retain, _lowWater, _snapshotPath,
            _snapshotInterval, _threading, _wait, _reload, _recoverSnapshot, _recoverPrefix, _maxPayload, _noChecksum,
            _progress,
        ];
        foreach (var option in options)
            command.Add(option);
    }

    /// <summary>What was asked.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <param name="directory">The positional directory; null = by <c>--wal-dir</c>.</param>
    /// <param name="json">Whether <c>--json</c> was given.</param>
    public RecordOptions Bind(ParseResult parsed, string? directory, bool json)
    {
        var source = parsed.GetValue(_source)!;
        var files = parsed.GetValue(_file) ?? [];
        if (files.Length > (source == "lobster" ? 2 : 1))
            throw new CommandFailure(ExitCode.Usage, $"--file: one file is read per run, {files.Length} were given");

        if (parsed.GetValue(_recover) && parsed.GetValue(_flat))
            throw new CommandFailure(ExitCode.Usage, "--recover continues the positions, --flat drops them: give one");

        return new RecordOptions
        {
            WalDirectory = Flag.Directory(directory, parsed.GetValue(_walDir)) ?? "testdata/wal",
            Prefix = Flag.Prefix(parsed.GetValue(_recoverPrefix)),
            ConfigPath = parsed.GetValue(_config),
            ConfigReloadIntervalNs = parsed.GetValue(_reload).Ns,
            OrderCount = parsed.GetValue(_orderCount),
            OrderIntervalNs = parsed.GetValue(_orderInterval).Ns,
            SnapshotPath = parsed.GetValue(_snapshotPath),
            RecoverSnapshot = parsed.GetValue(_recoverSnapshot),
            MaxPayloadBytes = parsed.GetValue(_maxPayload),
            Recover = parsed.GetValue(_recover),
            Flat = parsed.GetValue(_flat),
            FromStart = parsed.GetValue(_fromStart),
            Source = source,
            SourceFile = files.FirstOrDefault(),
            BookFile = files.ElementAtOrDefault(1),
            Strategy = parsed.GetValue(_strategy),
            Venue = parsed.GetValue(_venue)!,
            Seed = parsed.GetValue(_seed),
            Durability = Flag.Policy(parsed.GetValue(_durability) ?? "interval:10ms"),
            Speed = parsed.GetValue(_speed),
            ForNs = parsed.GetValue(_for).Ns,
            SnapshotIntervalNs = parsed.GetValue(_snapshotInterval).Ns,
            SegmentBytes = Flag.SegmentBytes(parsed.GetValue(_segmentBytes) ?? "256MiB"),
            Retain = Flag.Retention(parsed.GetValue(_retain)),
            LowWaterBytes = Flag.LowWater(parsed.GetValue(_lowWater) ?? "32MiB"),
            Dedicated = parsed.GetValue(_threading) == "dedicated",
            Wait = Enum.Parse<WaitMode>(parsed.GetValue(_wait)!, ignoreCase: true),
            MaxBadLines = parsed.GetValue(_maxBadLines),
            Json = json,
            ProgressJson = parsed.GetValue(_progress) == "json",
        };
    }
}
