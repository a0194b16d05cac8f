using HftSandbox.Runtime.Storage;

namespace HftSandbox.Trader.Certificate;

/// <summary>Random sequences of everything that can happen to a log, against a list: append, sync, roll, snapshot,
/// retire, read the tail, stop, die, lose power, recover. Case N is the sequence of seed N.</summary>
internal sealed class ModelLayer : ILayer
{
    private const int OperationsMax = 40;

    private static readonly CaseSpread Spread = new(100_000, Small: 300, Medium: 6_000);

    // Groups come most often: the more there is, the more can be lost.
    private static readonly (int Weight, Func<ModelLog, string?> Operation)[] Operations =
    [
        (10, log => log.Append()),
        (3, log => log.Sync()),
        (3, log => log.Snapshot()),
        (2, log => log.Retire()),
        (3, log => log.ReadTail()),
        (2, log => log.Stop()),
        (3, log => log.Die()),
        (3, log => log.LosePower()),
    ];

    private readonly Func<IStorage, IStorage> _decorate;

    /// <summary>Plays nothing yet.</summary>
    /// <param name="decorate">Wraps the disk; a harness that plants a bug does. Null = nothing does.</param>
    public ModelLayer(Func<IStorage, IStorage>? decorate = null) => _decorate = decorate ?? (disk => disk);

    /// <inheritdoc/>
    public string Name => "model";

    /// <inheritdoc/>
    public string Claim =>
        "random append, sync, roll, snapshot, retire, tail, stop, kill, power loss: always what a list says";

    /// <inheritdoc/>
    public long Cases(CertificateSize size) => Spread.Cases(size);

    /// <inheritdoc/>
    public ILayerWorker NewWorker(CertificateSize size) => new Worker(size, _decorate);

    private sealed class Worker(CertificateSize size, Func<IStorage, IStorage> decorate) : ILayerWorker
    {
        public CaseOutcome Run(long number)
        {
            var seed = Spread.PositionOf(size, number);
            using var log = new ModelLog((ulong)seed, decorate);
            var problem = log.Open();
            var count = log.Below(OperationsMax) + 1;
            for (var i = 0; i < count && problem is null; i++)
                problem = Pick(log)(log);
            problem ??= log.LosePower() ?? log.ReadTail();
            return problem is null ? CaseOutcome.Held : CaseOutcome.Failed($"{problem}; seed {seed}, {log}");
        }

        private static Func<ModelLog, string?> Pick(ModelLog log)
        {
            var left = log.Below(Operations.Sum(operation => operation.Weight));
            foreach (var (weight, operation) in Operations)
            {
                if (left < weight)
                    return operation;
                left -= weight;
            }

            throw new InvalidOperationException("the weights do not add up");
        }
    }
}
