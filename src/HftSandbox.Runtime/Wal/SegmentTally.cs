using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HftSandbox.Events;

namespace HftSandbox.Runtime.Wal;

/// <summary>Counts and digests the records of one segment, for comparison with its Seal.</summary>
internal sealed class SegmentTally : IDisposable
{
    private const int CrcsPerAppend = 4096;

    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly uint[] _crcs = new uint[CrcsPerAppend];
    private int _crcCount;
    private long _minReceiveTimeNs;
    private long _maxReceiveTimeNs;

    /// <summary>Records so far.</summary>
    public ulong RecordCount { get; private set; }

    /// <summary>First event; 0 = none.</summary>
    public ulong FirstSequence { get; private set; }

    /// <summary>Last event; 0 = none.</summary>
    public ulong LastSequence { get; private set; }

    /// <summary>Starts a segment.</summary>
    /// <param name="previousSeal">Digest of the seal before; zeros if none.</param>
    /// <param name="header">The segment's 4,096 header bytes.</param>
    public void Start(in Sha256Bytes previousSeal, ReadOnlySpan<byte> header)
    {
        Drain();
        _digest.GetHashAndReset(stackalloc byte[Sha256Bytes.SizeBytes]);
        _digest.AppendData(previousSeal);
        _digest.AppendData(header);
        (RecordCount, FirstSequence, LastSequence, _minReceiveTimeNs, _maxReceiveTimeNs) = (0, 0, 0, 0, 0);
    }

    /// <summary>Adds a record.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="crc">Its record CRC.</param>
    public void Add(in RecordHeader header, uint crc)
    {
        if (_crcCount == CrcsPerAppend)
            Drain();
        _crcs[_crcCount++] = crc;
        RecordCount++;
        if (header.IsControl)
            return;
        LastSequence = header.Sequence;
        if (FirstSequence == 0)
        {
            FirstSequence = header.Sequence;
            _minReceiveTimeNs = _maxReceiveTimeNs = header.ReceiveTimeNs;
            return;
        }

        _minReceiveTimeNs = Math.Min(_minReceiveTimeNs, header.ReceiveTimeNs);
        _maxReceiveTimeNs = Math.Max(_maxReceiveTimeNs, header.ReceiveTimeNs);
    }

    /// <summary>What a Seal says otherwise than the records before it; null when it agrees.</summary>
    /// <param name="seal">Its body.</param>
    /// <param name="offset">Where it lies.</param>
    public string? Disagreement(in SealBody seal, long offset)
    {
        Drain();
        Span<byte> digest = stackalloc byte[Sha256Bytes.SizeBytes];
        _digest.GetCurrentHash(digest);
        if (seal.RecordCount != RecordCount)
            return $"the seal counts {seal.RecordCount} records, there are {RecordCount}";
        if (seal.FirstSequence != FirstSequence || seal.LastSequence != LastSequence)
            return $"the seal is of sequences {seal.FirstSequence}..{seal.LastSequence}, "
                + $"there are {FirstSequence}..{LastSequence}";
        if (seal.DataLength != offset)
            return $"the seal says {seal.DataLength} bytes, there are {offset}";
        if (seal.MinReceiveTimeNs != _minReceiveTimeNs || seal.MaxReceiveTimeNs != _maxReceiveTimeNs)
            return "the seal's times are not those of the records";
        return digest.SequenceEqual(seal.Digest) ? null : "the seal's digest is not that of the records";
    }

    /// <inheritdoc/>
    public void Dispose() => _digest.Dispose();

    private void Drain()
    {
        _digest.AppendData(MemoryMarshal.AsBytes(_crcs.AsSpan(0, _crcCount)));
        _crcCount = 0;
    }
}
