using HftSandbox.Runtime.Storage;
using HftSandbox.Trader.Commands;
using HftSandbox.Trader.Config;
using HftSandbox.Trader.Recovery;
using HftSandbox.Trader.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;

namespace HftSandbox.Trader.Hosting;

/// <summary>The generic host around a run: signals, diagnostics, configuration reload and progress are services of
/// it.</summary>
internal static class TraderHost
{
    // A stop drains the rings, syncs, snapshots and seals; nothing may cut that short.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromHours(1);

    /// <summary>Records one run.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="options">What was asked for.</param>
    /// <returns>What the run did.</returns>
    /// <exception cref="CommandFailure">It could not begin.</exception>
    public static RunResult Record(IStorage storage, RecordOptions options)
    {
        using var diagnostics = new LoggerConfiguration()
            .MinimumLevel.Is(options.Json ? LogEventLevel.Warning : LogEventLevel.Information)
            .WriteTo.Console(
                outputTemplate: "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:l}{NewLine}",
                standardErrorFromLevel: LogEventLevel.Verbose)
            .CreateLogger();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders().AddSerilog(diagnostics);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);

        using var loggers = LoggerFactory.Create(logging => logging.AddSerilog(diagnostics));
        var config = ConfigInput.Load(options, loggers.CreateLogger<TraderConfig>());
        var logger = loggers.CreateLogger<Pipeline>();

        // What is wrong with the request is said first. Then starting is recovering, and there is no other start path.
        var wal = options.Source == "wal"
            ? WalSource.Open(storage, RunPlan.FileOf(options), options.WalDirectory)
            : null;
        foreach (var note in wal?.Notes ?? [])
            logger.StoreWarning(note);
        var source = wal?.Identity ?? RunPlan.SourceOf(options);
        using var store = StoreSession.Open(storage, options, logger);
        var plan = RunPlan.Create(store, source, options, config.Config, wal);
        using var pipeline = new Pipeline(store, plan, options, logger);
        builder.Services.AddSingleton(pipeline);
        builder.Services.AddHostedService<TradingService>();
        builder.Services.AddHostedService(services => new ProgressService(
            pipeline, options.ProgressJson, services.GetRequiredService<ILogger<ProgressService>>()));
        if (options.ConfigPath is { } path && options.ConfigReloadIntervalNs > 0)
        {
            builder.Services.AddHostedService(services => new ConfigReloadService(
                pipeline,
                config.Watch(path),
                path,
                TimeSpan.FromTicks(Math.Max(options.ConfigReloadIntervalNs / 100, TimeSpan.TicksPerMillisecond)),
                services.GetRequiredService<ILogger<ConfigReloadService>>()));
        }

        using var host = builder.Build();
        host.Run();
        return pipeline.Result ?? throw new InvalidOperationException("the pipeline ended without a result");
    }
}
