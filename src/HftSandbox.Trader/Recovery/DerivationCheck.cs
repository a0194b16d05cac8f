using System.Buffers;
using HftSandbox.Events;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Inspect;

namespace HftSandbox.Trader.Recovery;

/// <summary>Where the engine's records go when it replays: each is compared with the next one in the log. When the log
/// ends inside a derived set, the rest is kept in <see cref="Completion"/>. One thread.</summary>
internal sealed class DerivationCheck : IRecordOutput
{
    private const int PreviousCrcOffset = 44;
    private const int CauseOffset = 48;
    private const int HeaderCrcOffset = 60;

    private readonly WalReader _log;
    private readonly ConservationLaws? _laws;
    private readonly byte[] _claimed = new byte[Limits.RecordBytesMax];
    private readonly ArrayBufferWriter<byte> _completion = new();
    private int _claimedLength;
    private bool _inputSeen;

    /// <summary>Compares with the events that <paramref name="log"/> stands before.</summary>
    /// <param name="log">Stands on the input that is being applied whenever the engine starts to write.</param>
    /// <param name="laws">What must hold besides; null = nothing is asked.</param>
    public DerivationCheck(WalReader log, ConservationLaws? laws)
    {
        _log = log;
        _laws = laws;
    }

    /// <summary>Derived events compared so far.</summary>
    public ulong Compared { get; private set; }

    /// <summary>The first difference; null as long as there is none.</summary>
    public Divergence? Divergence { get; private set; }

    /// <summary>Whether the log has ended.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>The records that the log lacks of its last input's derived set, ready for the ring.</summary>
    public ReadOnlyMemory<byte> Completion => _completion.WrittenMemory;

    /// <summary>The engine is about to take the input on which the log stands.</summary>
    public void BeginInput()
    {
        _inputSeen = false;
        _claimedLength = 0;
    }

    /// <summary>Whether two records are the same event: all bytes but the CRCs, which depend on the place in the
    /// log.</summary>
    /// <param name="expected">A record as the ring or the log holds it.</param>
    /// <param name="actual">Another one.</param>
    public static bool IsSame(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual) =>
        expected.Length == actual.Length
        && expected[..PreviousCrcOffset].SequenceEqual(actual[..PreviousCrcOffset])
        && expected[CauseOffset..HeaderCrcOffset].SequenceEqual(actual[CauseOffset..HeaderCrcOffset])
        && expected[RecordHeader.SizeBytes..^RecordHeader.RecordCrcBytes]
            .SequenceEqual(actual[RecordHeader.SizeBytes..^RecordHeader.RecordCrcBytes]);

    /// <inheritdoc/>
    public Span<byte> Claim(int totalLength)
    {
        ComparePending();
        _claimedLength = totalLength;
        return _claimed.AsSpan(0, totalLength);
    }

    /// <inheritdoc/>
    public void Commit()
    {
        ComparePending();
        _claimedLength = 0;
    }

    private void ComparePending()
    {
        if (_claimedLength == 0 || Divergence is not null)
            return;

        var actual = _claimed.AsSpan(0, _claimedLength);
        if (!_inputSeen)
        {
            _inputSeen = true;
        }
        else if (!AtEnd && _log.MoveNext())
        {
            Compared++;
        }
        else
        {
            AtEnd = true;
            _completion.Write(actual);
            return;
        }

        Compare(actual);
    }

    private void Compare(ReadOnlySpan<byte> actual)
    {
        var expected = _log.Record;
        if (IsSame(expected, actual))
            Divergence = _laws?.Add(_log.Header, _log.Payload);
        else if (FieldDifference.Between(expected, actual, _ => null) is { } difference)
            Divergence = new Divergence(_log.Header.Sequence, difference.Field, difference.Expected, difference.Actual);
    }
}

/// <summary>The first derived event that the log tells differently.</summary>
/// <param name="Sequence">Its sequence in the log.</param>
/// <param name="Field">The header or body field.</param>
/// <param name="Expected">What the log says.</param>
/// <param name="Actual">What the engine derives.</param>
internal sealed record Divergence(ulong Sequence, string Field, string Expected, string Actual);
