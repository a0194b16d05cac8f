using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HftSandbox.Events;

namespace HftSandbox.Runtime.Wal;

/// <summary>Collects, record by record, what the Seal of a segment says. Reused from segment to segment.</summary>
internal sealed class SealBuilder : IDisposable
{
    private const int CrcsPerHash = 4096;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly uint[] _crcs = new uint[CrcsPerHash];
    private int _pending;
    private SealBody _body;

    /// <summary>Whether the segment holds no event yet.</summary>
    public bool HasNoEvent => _body.FirstSequence == 0;

    /// <summary>What the Seal says so far; lengths and digest only after <see cref="Finish"/>.</summary>
    public ref readonly SealBody Body => ref _body;

    /// <summary>Starts a segment, whether or not the one before was finished.</summary>
    /// <param name="previousSeal">The seal digest before; zeros if none.</param>
    /// <param name="header">The segment's header, complete.</param>
    public void Start(in Sha256Bytes previousSeal, in SegmentHeader header)
    {
        _body = default;
        _pending = 0;
        _hash.GetHashAndReset(stackalloc byte[Sha256Bytes.SizeBytes]);
        _hash.AppendData(previousSeal);
        _hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<SegmentHeader>(in header)));
    }

    /// <summary>Takes in a control record.</summary>
    /// <param name="crc">Its CRC.</param>
    [HotPath]
    public void Add(uint crc)
    {
        if (_pending == CrcsPerHash)
            HashPending();
        _crcs[_pending++] = crc;
        _body.RecordCount++;
    }

    /// <summary>Takes in an event.</summary>
    /// <param name="crc">Its CRC.</param>
    /// <param name="sequence">Its sequence.</param>
    /// <param name="receiveTimeNs">Its receive time.</param>
    [HotPath]
    public void Add(uint crc, ulong sequence, long receiveTimeNs)
    {
        Add(crc);
        if (HasNoEvent)
        {
            _body.FirstSequence = sequence;
            _body.MinReceiveTimeNs = receiveTimeNs;
            _body.MaxReceiveTimeNs = receiveTimeNs;
        }

        _body.LastSequence = sequence;
        _body.MinReceiveTimeNs = Math.Min(_body.MinReceiveTimeNs, receiveTimeNs);
        _body.MaxReceiveTimeNs = Math.Max(_body.MaxReceiveTimeNs, receiveTimeNs);
    }

    /// <summary>Ends the segment.</summary>
    /// <param name="dataLength">Bytes before the Seal.</param>
    /// <param name="durableSequence">The last event known to be durable.</param>
    public SealBody Finish(long dataLength, ulong durableSequence)
    {
        HashPending();
        _hash.GetHashAndReset(_body.Digest);
        _body.DataLength = dataLength;
        _body.DurableSequence = durableSequence;
        return _body;
    }

    /// <summary>Frees the hash.</summary>
    public void Dispose() => _hash.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void HashPending()
    {
        _hash.AppendData(MemoryMarshal.AsBytes(_crcs.AsSpan(0, _pending)));
        _pending = 0;
    }
}
