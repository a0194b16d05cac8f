using System.Collections.Immutable;
using HftSandbox.Events;
using HftSandbox.Runtime.Storage.Simulated;

namespace HftSandbox.Trader.Certificate;

/// <summary>A segment of a sample.</summary>
/// <param name="Path">Where it lies in the sample's directory.</param>
/// <param name="Bytes">All of it.</param>
/// <param name="Number">Its number.</param>
/// <param name="DataEnd">End of its last record.</param>
/// <param name="HeaderDurable">What its header says was durable.</param>
/// <param name="SequenceBefore">The last event before it.</param>
/// <param name="FirstRecord">Index of its first record in <see cref="SampleStore.Records"/>.</param>
internal sealed record SampleSegment(
    string Path,
    ReadOnlyMemory<byte> Bytes,
    ulong Number,
    int DataEnd,
    ulong HeaderDurable,
    ulong SequenceBefore,
    int FirstRecord);

/// <summary>A record of a sample.</summary>
/// <param name="Segment">Index of its segment.</param>
/// <param name="Offset">Where it starts there.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Expected">The event that is expected where it starts: itself, or behind a control record the
/// next.</param>
/// <param name="Durable">What it says was durable; 0 = nothing.</param>
internal readonly record struct SampleRecord(
    int Segment, int Offset, int Length, EventKind Kind, ulong Expected, ulong Durable)
{
    /// <summary>Where it ends.</summary>
    public int End => Offset + Length;
}

/// <summary>A file of a sample that is no segment.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Bytes">All of it.</param>
/// <param name="Witnessed">A snapshot: the event that it says was durable; else 0.</param>
/// <param name="IsSnapshot">Whether it is a snapshot.</param>
internal sealed record SampleFile(string Path, ReadOnlyMemory<byte> Bytes, ulong Witnessed, bool IsSnapshot);

/// <summary>A whole store in memory that layers damage, and everything that is true of it. Immutable.</summary>
internal sealed record SampleStore
{
    /// <summary>The directory on the disk in memory.</summary>
    public const string Directory = "/sample";

    /// <summary>Where it is from, in words.</summary>
    public required string Name { get; init; }

    /// <summary>Its segments, ascending.</summary>
    public required ImmutableArray<SampleSegment> Segments { get; init; }

    /// <summary>Its records in order, control records included.</summary>
    public required ImmutableArray<SampleRecord> Records { get; init; }

    /// <summary>Lock file, snapshots and the rest.</summary>
    public required ImmutableArray<SampleFile> Files { get; init; }

    /// <summary>The last event.</summary>
    public required ulong LastSequence { get; init; }

    /// <summary>W: the last event that was known to be durable.</summary>
    public required ulong DurableSequence { get; init; }

    /// <summary>Epoch of the last writer.</summary>
    public required uint Epoch { get; init; }

    /// <summary>Bytes of all segments.</summary>
    public long LogBytes => Segments.Sum(segment => (long)segment.Bytes.Length);

    /// <summary>What the snapshots say was durable.</summary>
    public ulong SnapshotSequence => Files.Select(file => file.Witnessed).DefaultIfEmpty().Max();

    /// <summary>The place of a byte of the log.</summary>
    /// <param name="position">Bytes from the start of the first segment, all segments in a row.</param>
    /// <returns>Index of the segment and offset in it; behind the last byte the end of the last segment.</returns>
    public (int Segment, int Offset) Locate(long position)
    {
        var index = 0;
        while (index + 1 < Segments.Length && position >= Segments[index].Bytes.Length)
            position -= Segments[index++].Bytes.Length;
        return (index, (int)position);
    }

    /// <summary>The first record of a segment that ends behind an offset; the one behind the segment's last if none
    /// does.</summary>
    /// <param name="segment">Index of the segment.</param>
    /// <param name="offset">Bytes from its start.</param>
    public int RecordAt(int segment, int offset)
    {
        var low = Segments[segment].FirstRecord;
        var high = EndOfRecords(segment);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Records[middle].End > offset)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    /// <summary>Index behind a segment's last record.</summary>
    /// <param name="segment">Index of the segment.</param>
    public int EndOfRecords(int segment) =>
        segment + 1 < Segments.Length ? Segments[segment + 1].FirstRecord : Records.Length;

    /// <summary>The event expected where a record starts; behind the last record the one after the last.</summary>
    /// <param name="record">Index of the record.</param>
    public ulong ExpectedAt(int record) => record < Records.Length ? Records[record].Expected : LastSequence + 1;

    /// <summary>Lays the store down on an empty disk.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="withSnapshots">Whether its snapshots are there.</param>
    public void LayOn(MemoryStorage disk, bool withSnapshots = true)
    {
        disk.Clear();
        disk.CreateDirectory(Directory);
        foreach (var file in Files)
        {
            if (withSnapshots || !file.IsSnapshot)
                disk.Put(file.Path, file.Bytes);
        }

        foreach (var segment in Segments)
            disk.Put(segment.Path, segment.Bytes);
    }
}
