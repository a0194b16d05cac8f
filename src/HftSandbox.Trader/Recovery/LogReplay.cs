using HftSandbox.Core;
using HftSandbox.Events;
using HftSandbox.Runtime.Snapshots;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Agents;
using HftSandbox.Trader.Inspect;

namespace HftSandbox.Trader.Recovery;

/// <summary>Somebody says what the engine's state was after an event.</summary>
/// <param name="Sequence">The event: the last one of an input's derived set.</param>
/// <param name="Sha256">SHA-256 of the canonical state, lower-case hex.</param>
/// <param name="Name">Who says so.</param>
internal sealed record StateWitness(ulong Sequence, string Sha256, string Name)
{
    /// <summary>What the snapshot files of this engine's version that lie on a log say, and its Snapshot
    /// records.</summary>
    /// <param name="examination">The log's store.</param>
    public static IEnumerable<StateWitness> Of(StoreExamination examination) => examination.Snapshots
        .Where(snapshot => EngineBase.OtherVersion(snapshot) is null)
        .Select(snapshot => new StateWitness(snapshot.Info!.Sequence, snapshot.Info.StateSha256, snapshot.Path))
        .Concat(examination.SnapshotRecords.Select(record => new StateWitness(
            record.Sequence,
            Convert.ToHexStringLower(record.StateSha256),
            $"the Snapshot record of {record.Sequence}")));
}

/// <summary>Runs the inputs of a log through an engine and compares whatever the engine derives, and its state
/// wherever a
/// snapshot was taken, with what the log says. One thread; memory is bounded by the longest record and the
/// state.</summary>
internal sealed class LogReplay
{
    private readonly WalReader _log;
    private readonly TradingEngine _engine;
    private readonly DerivationCheck _check;
    private readonly Queue<StateWitness> _witnesses;
    private readonly int _maxPayloadBytes;
    private readonly byte[] _payload = new byte[Limits.RecordBytesMax];
    private StateBuffer? _state;
    private bool _onRecord;

    /// <summary>Starts before the first event that <paramref name="log"/> will give.</summary>
    /// <param name="log">Events only, from the one that follows the engine's last.</param>
    /// <param name="engine">New, or restored from a snapshot; its output is replaced.</param>
    /// <param name="witnesses">What is known of the state; those up to the engine's event are passed over.</param>
    /// <param name="maxPayloadBytes">Longer payloads are refused.</param>
    /// <param name="laws">What must hold besides; null = nothing is asked.</param>
    public LogReplay(
        WalReader log,
        TradingEngine engine,
        IEnumerable<StateWitness> witnesses,
        int maxPayloadBytes = int.MaxValue,
        ConservationLaws? laws = null)
    {
        _maxPayloadBytes = maxPayloadBytes;
        _log = log;
        _engine = engine;
        _check = new DerivationCheck(log, laws);
        _witnesses = new Queue<StateWitness>(witnesses
            .Where(witness => witness.Sequence > engine.LastSequence)
            .OrderBy(witness => witness.Sequence));
        engine.Output = _check;
    }

    /// <summary>Inputs applied so far.</summary>
    public ulong Inputs { get; private set; }

    /// <summary>Derived events compared so far.</summary>
    public ulong DerivedCompared => _check.Compared;

    /// <summary>The first difference; null as long as there is none.</summary>
    public Divergence? Divergence { get; private set; }

    /// <summary>The first witness whose state is another one; null as long as there is none.</summary>
    public StateWitness? WrongState { get; private set; }

    /// <summary>One line about what differs, for people; null as long as nothing does.</summary>
    public string? Problem => this switch
    {
        { Divergence: { Field: "input" } found } =>
            $"sequence {found.Sequence}: {found.Expected} is not an input that the engine takes, {found.Actual}"
                + Writer,
        { Divergence: { } found } =>
            $"sequence {found.Sequence}: {found.Field} is {found.Expected} in the log, and {found.Actual} is derived"
                + Writer,
        { WrongState: { } wrong } =>
            $"sequence {wrong.Sequence}: the state is not the one in {wrong.Name} ({wrong.Sha256[..16]}…){Writer}",
        _ => null,
    };

    /// <summary>What explains a difference without any damage: another version wrote the log.</summary>
    private string Writer => _engine.Configuration?.EngineVersion is { } writer && writer != EngineVersion.Current
        ? $"; engine {TerminalText.Escape(writer)} wrote this and engine {EngineVersion.Current} may derive something "
            + "else: go on with the version that wrote it, or begin a new store"
        : "";

    /// <summary>The exit code that goes with it.</summary>
    public ExitCode ExitCode => this switch
    {
        { Divergence: not null } => ExitCode.Diverged,
        { WrongState: not null } => ExitCode.SnapshotMismatch,
        _ => ExitCode.Ok,
    };

    /// <summary>The records that the log lacks of its last input's derived set, as the ring holds them.</summary>
    public ReadOnlyMemory<byte> Completion => _check.Completion;

    /// <summary>The next input, without applying it.</summary>
    /// <param name="header">Its header; undefined when the answer is false.</param>
    /// <returns>False when the log has ended or differs.</returns>
    public bool Peek(out RecordHeader header)
    {
        header = default;
        if (Divergence is not null || WrongState is not null || _check.AtEnd)
            return false;

        if (!_onRecord)
            _onRecord = _log.MoveNext();

        if (!_onRecord)
            return false;

        header = _log.Header;
        if (!header.IsInput)
            Divergence = new Divergence(header.Sequence, "kind", header.Kind.ToString(), "nothing more is derived");

        return header.IsInput;
    }

    /// <summary>Applies the next input and compares what follows from it.</summary>
    /// <returns>False when there was none, or when something differs.</returns>
    public bool Step()
    {
        if (!Peek(out var header))
            return false;

        if (header.PayloadLength > _maxPayloadBytes)
        {
            throw new CommandFailure(
                ExitCode.Read,
                $"sequence {header.Sequence}: a payload of {header.PayloadLength} bytes is longer than the bound " +
                $"of {_maxPayloadBytes} that was asked for");
        }

        var payload = _payload.AsSpan(0, _log.Payload.Length);
        _log.Payload.CopyTo(payload);
        _check.BeginInput();
        if (!Take(in header, payload))
            return false;

        _onRecord = false;
        Inputs++;
        Divergence = _check.Divergence;
        while (_witnesses.TryPeek(out var witness) && witness.Sequence <= _engine.LastSequence && Divergence is null)
            Compare(_witnesses.Dequeue());

        return Divergence is null && WrongState is null;
    }

    // Under genuine checksums a log can still say anything. An input that the engine refuses was never taken by one, so
    // whatever the engine throws at it is told as a difference; a log that can no longer be read is not.
    private bool Take(in RecordHeader header, ReadOnlySpan<byte> payload)
    {
        try
        {
            _engine.OnInput(in header, payload);
            return true;
        }
        catch (Exception refusal) when (refusal is not (IOException or OutOfMemoryException))
        {
            var reason = $"refused: {refusal.Message.ReplaceLineEndings(" ")}";
            Divergence = new Divergence(header.Sequence, "input", header.Kind.ToString(), reason);
            return false;
        }
    }

    private void Compare(StateWitness witness)
    {
        _state ??= new StateBuffer();
        _state.Clear();
        _engine.WriteState(_state);
        if (witness.Sequence != _engine.LastSequence || SnapshotFile.Sha256Of(_state.Written.Span) != witness.Sha256)
            WrongState ??= witness;
    }
}
