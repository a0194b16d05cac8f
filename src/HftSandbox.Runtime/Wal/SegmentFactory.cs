using System.Runtime.InteropServices;
using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Storage;

namespace HftSandbox.Runtime.Wal;

/// <summary>Makes segments. A segment appears under its name only when its header is durable: both copies go into
/// <c>prefix.next</c>, fdatasync, rename, fsync of the directory. A crash before the rename leaves a <c>.next</c> that
/// the next start deletes; a crash after it leaves a segment without records.</summary>
internal sealed class SegmentFactory(IStorage storage, IClock clock, WalOptions options, WalStart start)
{
    private readonly string _nextPath = Path.Join(options.Directory, SegmentName.Next(options.Prefix));

    /// <summary>Deletes what an earlier process was preparing.</summary>
    public void DeleteStaleNext()
    {
        try
        {
            storage.Delete(_nextPath);
        }
        catch (StorageException failure) when (failure.Errno == StorageException.NotFound)
        {
            // The usual case: nothing was left.
        }
    }

    /// <summary>Makes a segment, durable and under its name.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="durableSequence">The last event known to be durable.</param>
    /// <param name="lastSequence">The last event of the log.</param>
    /// <param name="predecessor">How the segment before ended.</param>
    /// <param name="header">Its header.</param>
    public IStorageFile Create(
        ulong number,
        ulong durableSequence,
        ulong lastSequence,
        in SegmentPredecessor predecessor,
        out SegmentHeader header)
    {
        header = HeaderOf(number, durableSequence, lastSequence, predecessor);
        using (var next = storage.Create(_nextPath))
        {
            var copies = new SegmentHeader[] { header, header };
            next.Write(0, MemoryMarshal.AsBytes(copies.AsSpan()));
            next.SyncData();
        }

        var path = Path.Join(options.Directory, SegmentName.Format(options.Prefix, header.CreatedNs, number));
        storage.Rename(_nextPath, path);
        storage.SyncDirectory(options.Directory);
        return storage.Open(path, writable: true);
    }

    private SegmentHeader HeaderOf(
        ulong number, ulong durableSequence, ulong lastSequence, in SegmentPredecessor predecessor)
    {
        var header = new SegmentHeader
        {
            Magic = SegmentHeader.MagicValue,
            FormatMajor = SegmentHeader.MajorVersion,
            HeaderLength = SegmentHeader.SizeBytes,
            StoreId = start.StoreId,
            SegmentId = RandomId.Next(),
            SegmentNumber = number,
            FirstSequence = lastSequence + 1,
            CreatedNs = clock.WallNs,
            Epoch = start.Epoch,
            Pid = (uint)Environment.ProcessId,
            MaxRecordLength = Limits.RecordBytesMax,
            ChecksumKind = SegmentHeader.ChecksumCrc32C,
            DurableSequence = durableSequence,
            PredecessorNumber = predecessor.Number,
            PredecessorLastSequence = predecessor.LastSequence,
            PredecessorLastCrc = predecessor.LastCrc,
            PredecessorEnd = predecessor.End,
            PredecessorDataLength = predecessor.DataLength,
            PredecessorCutOffset = predecessor.CutOffset,
            PredecessorBytesDiscarded = predecessor.BytesDiscarded,
            PredecessorSealDigest = predecessor.SealDigest,
            Host = Text64.From(options.Host),
            EngineVersion = Text64.From(options.EngineVersion),
        };
        var bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<SegmentHeader>(in header));
        header.HeaderCrc = Crc32C.Of(bytes[..(SegmentHeader.SizeBytes - sizeof(uint))]);
        return header;
    }
}
