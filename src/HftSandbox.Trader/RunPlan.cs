using HftSandbox.Adapters;
using HftSandbox.Adapters.Binance;
using HftSandbox.Adapters.Lobster;
using HftSandbox.Adapters.Sim;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;
using HftSandbox.Trader.Commands;
using HftSandbox.Trader.Config;
using HftSandbox.Trader.Recovery;
using HftSandbox.Trader.Sources;
using Microsoft.Extensions.Logging;

namespace HftSandbox.Trader;

/// <summary>What one run is made of: the configuration that goes into its RunStarted, how it relates to what the store
/// holds, and where its feed begins.</summary>
internal sealed partial record RunPlan
{
    /// <summary>Everything that can influence a derived event.</summary>
    public required RunConfiguration Configuration { get; init; }

    /// <summary>How the run relates to what the store holds.</summary>
    public required RunMode Mode { get; init; }

    /// <summary>The engine's time at the start: it goes on with the same source, and is unknown with another.</summary>
    public required long StartTimeNs { get; init; }

    /// <summary>Orders or ticks after which the run ends; 0 = unlimited.</summary>
    public required ulong CountMax { get; init; }

    /// <summary>Whether <see cref="CountMax"/> counts ticks.</summary>
    public required bool CountTicks { get; init; }

    /// <summary>0 = as fast as it goes, 1 = as the receive times say.</summary>
    public required double Speed { get; init; }

    /// <summary>The source's file, of <c>wal</c> the directory of another store; null for <c>sim</c>.</summary>
    public required string? SourceFile { get; init; }

    /// <summary>The store whose inputs are read; null for other sources.</summary>
    public WalSource? Wal { get; init; }

    /// <summary>The book rows that go with it; null = none.</summary>
    public required string? BookFile { get; init; }

    /// <summary>Malformed lines to report and skip.</summary>
    public required uint MaxBadLines { get; init; }

    /// <summary>Whether the feed goes on where the store's last run left it.</summary>
    public required bool Resume { get; init; }

    /// <summary>Whether the run goes on with what was in force there, and something else was asked for.</summary>
    public required bool KeepsConfiguration { get; init; }

    /// <summary>The way of the configurations that the source brings.</summary>
    public required ConfigLane Configurations { get; init; }

    /// <summary>Plans a run.</summary>
    /// <param name="store">The recovered store.</param>
    /// <param name="source">What the inputs are read from.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="config">The effective configuration.</param>
    /// <param name="wal">The store whose inputs are read; null for other sources.</param>
    /// <exception cref="CommandFailure">The store cannot be continued like that.</exception>
    public static RunPlan Create(
        StoreSession store, SourceIdentity source, RecordOptions options, TraderConfig config, WalSource? wal = null)
    {
        wal?.RefuseItself(store.Start);
        var isSim = options.Source == "sim";
        var strategies = options.Strategy switch
        {
            null => config.Strategies,
            "none" => [],
            { } name when config.Strategies.Any(strategy => strategy.Name == name) =>
                [.. config.Strategies.Where(strategy => strategy.Name == name)],
            { } name => [OrderSection.WithDefaults(name, config.Order.Symbol)],
        };
        var asked = WithFlags(
            config.ToRunConfiguration(source, options.Venue, options.Seed ?? config.Seed, strategies), options);
        var previous = store.Engine.Configuration;
        var same = previous is not null && previous.Source == source;
        if (previous is not null)
        {
            RefuseChangedRegistry(previous, asked);
            RefuseChangedVenue(store.Engine, previous.Venue, options);
            RefuseUnfinishedSource(store.Engine, previous.Source, source, options);
        }

        var resume = same && (isSim || !options.FromStart);
        var configuration = resume && BringsConfigurations(source) ? Resumed(previous!, asked, options) : asked;
        return new RunPlan
        {
            Configuration = configuration,
            Mode = previous is null ? RunMode.New : options.Flat ? RunMode.Flat : RunMode.Continue,
            StartTimeNs = resume ? store.Engine.NowNs : 0,
            CountMax = isSim ? options.OrderCount : 0,
            CountTicks = !configuration.Features.EnableOrderFlow || configuration.Strategies.IsEmpty,
            Speed = isSim ? options.OrderIntervalNs > 0 ? 1 : 0 : options.Speed,
            SourceFile = options.SourceFile,
            Wal = wal,
            BookFile = options.BookFile,
            MaxBadLines = options.MaxBadLines,
            Resume = resume,
            KeepsConfiguration = !configuration.ToJson().AsSpan().SequenceEqual(asked.ToJson()),
            Configurations = new ConfigLane(asked, config.SimVenue, options),
        };
    }

    /// <summary>Opens the feed.</summary>
    /// <param name="engine">Recovered; says where the feed goes on.</param>
    /// <param name="logger">Takes malformed lines.</param>
    /// <exception cref="CaptureException">The source cannot be read.</exception>
    /// <exception cref="CommandFailure">The source's registry does not fit the configured one.</exception>
    public IFeed OpenFeed(TradingEngine engine, ILogger logger)
    {
        if (KeepsConfiguration)
            logger.ConfigurationKept(SourceFile!);
        return FeedOf(engine, logger);
    }

    private IFeed FeedOf(TradingEngine engine, ILogger logger) => Configuration.Source.Kind switch
    {
        "sim" => OpenGenerator(engine),
        "events" => OpenEvents(engine, logger),
        "wal" => OpenWal(engine, logger),
        "lobster" => new LobsterFeed(
            SourceFile!,
            BookFile,
            Configuration.Instruments,
            bad => logger.BadLine(bad.File, bad.Line, bad.Reason),
            ResumeOf(engine, SourceId.Lobster),
            MaxBadLines),
        _ => new BinanceCaptureFeed(
            SourceFile!,
            Configuration.Instruments,
            bad => logger.BadLine(bad.File, bad.Line, bad.Reason),
            ResumeOf(engine, SourceId.BinanceWs),
            MaxBadLines),
    };

    private FeedResume ResumeOf(TradingEngine engine, SourceId source)
    {
        var read = engine.Feed(source);
        return Resume ? new FeedResume(read.Position, read.InputsAtPosition, StartTimeNs) : default;
    }

    private EventFeed OpenEvents(TradingEngine engine, ILogger logger)
    {
        var last = Resume ? OutsideInput.SourcesOfInputs.Max(source => engine.Feed(source).Position) : 0;
        return new EventFeed(
            SourceFile!,
            Configuration.Instruments,
            Configurations,
            bad => logger.BadLine(bad.File, bad.Line, bad.Reason),
            skipped => Tell(logger, skipped),
            new FeedResume(last, InputsAtPosition: 1, StartTimeNs),
            MaxBadLines);
    }

    private WalFeed OpenWal(TradingEngine engine, ILogger logger)
    {
        ulong taken = 0;
        foreach (var source in OutsideInput.SourcesOfInputs)
            taken += Resume ? engine.Feed(source).Inputs : 0;
        return Wal!.OpenFeed(
            Configuration.Instruments,
            Configurations,
            logger.StoreWarning,
            skipped => Tell(logger, skipped),
            taken,
            StartTimeNs);
    }

    private void Tell(ILogger logger, SkippedRecords skipped)
    {
        if (skipped.Count > 0)
            logger.PassedOver(SourceFile!, skipped);
    }

    private TickGenerator OpenGenerator(TradingEngine engine)
    {
        if (!Resume)
            return new TickGenerator(Configuration.Generator, Configuration.Seed, Configuration.Instruments);

        var quotes = new QuoteBody[Configuration.Instruments.Length];
        for (var i = 0; i < quotes.Length; i++)
            quotes[i] = engine.LastQuote((uint)i + 1);

        return new TickGenerator(
            Configuration.Generator,
            Configuration.Seed,
            Configuration.Instruments,
            new GeneratorResume(engine.Feed(SourceId.Sim).Inputs, StartTimeNs),
            quotes);
    }

    /// <summary>What the inputs are read from.</summary>
    /// <param name="options">What was asked for.</param>
    /// <exception cref="CommandFailure">No such source or file.</exception>
    public static SourceIdentity SourceOf(RecordOptions options)
    {
        if (options.Source == "sim")
        {
            return options.SourceFile is null
                ? new SourceIdentity("sim", "", 0)
                : throw new CommandFailure(ExitCode.Usage, "--file goes with a file source, and --source is sim");
        }

        var file = Existing(FileOf(options));
        if (options.BookFile is null)
            return new SourceIdentity(options.Source, file.Name, file.Length);

        var book = Existing(options.BookFile);
        return new SourceIdentity(options.Source, $"{file.Name}, {book.Name}", file.Length + book.Length);
    }

    /// <summary>The file or directory of a source that has one.</summary>
    /// <param name="options">What was asked for.</param>
    /// <exception cref="CommandFailure">None was given.</exception>
    public static string FileOf(RecordOptions options) => options.SourceFile ?? throw new CommandFailure(
        ExitCode.Usage,
        $"--source {options.Source} needs --file {(options.Source == "wal" ? "DIR" : "FILE")}");

    private static FileInfo Existing(string path) => new FileInfo(path) is { Exists: true } file
        ? file
        : throw new CommandFailure(ExitCode.Read, $"{path}: no such file");

    private static void RefuseChangedVenue(TradingEngine engine, string before, RecordOptions options)
    {
        if (options.Flat && options.Venue == "outside")
        {
            throw new CommandFailure(
                ExitCode.Usage, "--flat: what an outside venue holds does not become zero by our saying so");
        }

        if (!options.Flat && before != options.Venue && engine.OpenOrders.Count > 0)
        {
            throw new CommandFailure(
                ExitCode.Usage,
                $"--venue {options.Venue}: {engine.OpenOrders.Count} orders are open at venue {before}: continue with "
                    + $"--venue {before}, or give them up with --flat");
        }
    }

    private static void RefuseUnfinishedSource(
        TradingEngine engine, SourceIdentity previous, SourceIdentity source, RecordOptions options)
    {
        var finished = previous.Kind == "sim" || engine.LastStop == StopReason.SourceEnd;
        if (previous != source && !finished && !options.FromStart)
        {
            throw new CommandFailure(
                ExitCode.Usage,
                $"the store's last run did not finish {previous.Kind} {previous.Name} " +
                $"({(previous.Kind == "wal" ? $"up to {previous.SizeBytes}" : $"{previous.SizeBytes} bytes")}): " +
                $"go on with that file, or leave it with --from-start");
        }
    }
}
