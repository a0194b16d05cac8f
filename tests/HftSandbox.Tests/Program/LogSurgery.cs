using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using HftSandbox.Events;

namespace HftSandbox.Tests.Program;

/// <summary>Cuts into a store's segments with nothing but the numbers of FORMAT.md: finds records, changes them, and
/// makes
/// every CRC, link and seal behind the change valid again, as a careful forger would.</summary>
internal sealed class LogSurgery
{
    public const int FirstRecord = 8192;
    private const int SealKind = 0x7F03;

    private readonly List<(string Path, byte[] Bytes)> _segments;

    private LogSurgery(List<(string Path, byte[] Bytes)> segments) => _segments = segments;

    public static LogSurgery Open(string directory) => new([.. SegmentFiles(directory)
        .Select(path => (path, File.ReadAllBytes(path)))]);

    public static string[] SegmentFiles(string directory) => [.. Directory.GetFiles(directory, "wal-*.wal")
        .Where(path => Path.GetFileName(path).Length == "wal-20260101-000000-0000000001.wal".Length)
        .OrderBy(path => path[^14..], StringComparer.Ordinal)];

    /// <summary>Offsets of the records of one segment, as far as their lengths lead.</summary>
    public static List<int> RecordsOf(byte[] segment)
    {
        var offsets = new List<int>();
        var at = FirstRecord;
        while (at + 64 <= segment.Length && U32(segment, at) is >= 72 and <= 1 << 20 && U16(segment, at + 8) != 0)
        {
            offsets.Add(at);
            if (U16(segment, at + 8) == SealKind)
            {
                break;
            }

            at += (int)U32(segment, at);
        }

        return offsets;
    }

    /// <summary>Changes every record for which the answer is true, in place, then repairs all that follows.</summary>
    public int Edit(Func<EventKind, ulong, byte[], int, bool> edit)
    {
        var edited = 0;
        foreach (var (_, bytes) in _segments)
        {
            edited += RecordsOf(bytes).Count(at => edit((EventKind)U16(bytes, at + 8), U64(bytes, at + 16), bytes, at));
        }

        Repair();
        return edited;
    }

    /// <summary>Takes out every record for which the answer is true; the others keep their sequences, and every CRC and
    /// link is made valid. Index and trailer go too: they are disposable.</summary>
    public int Remove(Func<EventKind, bool> remove)
    {
        var removed = 0;
        for (var i = 0; i < _segments.Count; i++)
        {
            var (path, bytes) = _segments[i];
            var kept = new MemoryStream();
            kept.Write(bytes, 0, FirstRecord);
            foreach (var at in RecordsOf(bytes))
            {
                if (remove((EventKind)U16(bytes, at + 8)))
                {
                    removed++;
                }
                else
                {
                    kept.Write(bytes, at, (int)U32(bytes, at));
                }
            }

            _segments[i] = (path, kept.ToArray());
        }

        Repair();
        return removed;
    }

    public void Save()
    {
        foreach (var (path, bytes) in _segments)
        {
            File.WriteAllBytes(path, bytes);
        }
    }

    public static ushort U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    public static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    public static ulong U64(byte[] bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));

    public static void Put32(byte[] bytes, int at, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);

    public static void Put64(byte[] bytes, int at, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), value);

    public static uint Crc(params ReadOnlySpan<byte[]> parts)
    {
        var state = uint.MaxValue;
        foreach (var part in parts)
        {
            foreach (var value in part)
            {
                state = BitOperations.Crc32C(state, value);
            }
        }

        return ~state;
    }

    private void Repair()
    {
        uint previousCrc = 0;
        byte[] previousSeal = new byte[32];
        long previousLength = 0;
        for (var i = 0; i < _segments.Count; i++)
        {
            var bytes = _segments[i].Bytes;
            if (i > 0)
            {
                Put32(bytes, 112, previousCrc);
                Put64(bytes, 120, (ulong)previousLength);
                previousSeal.CopyTo(bytes, 144);
                Put32(bytes, 4092, Crc(bytes[..4092]));
                bytes.AsSpan(0, 4096).CopyTo(bytes.AsSpan(4096));
            }

            (previousCrc, previousSeal, previousLength) = RepairRecords(bytes, previousCrc, previousSeal);
        }
    }

    private static (uint LastCrc, byte[] Seal, long Length) RepairRecords(
        byte[] bytes, uint previousCrc, byte[] previousSeal)
    {
        var salt = new byte[4];
        Put32(salt, 0, Crc(bytes[32..48]));
        var sealing = new MemoryStream();
        sealing.Write(previousSeal);
        sealing.Write(bytes, 0, 4096);
        var seal = previousSeal;
        var end = FirstRecord;
        var count = 0;
        foreach (var at in RecordsOf(bytes))
        {
            var length = (int)U32(bytes, at);
            if (U16(bytes, at + 8) == SealKind)
            {
                seal = SHA256.HashData(sealing.ToArray());
                Put64(bytes, at + 64, (ulong)count);
                Put64(bytes, at + 64 + 40, (ulong)at);
                seal.CopyTo(bytes, at + 64 + 56);
            }

            Put32(bytes, at + 44, previousCrc);
            Put32(bytes, at + 60, Crc(salt, bytes[at..(at + 60)]));
            previousCrc = Crc(salt, bytes[at..(at + 60)], bytes[(at + 64)..(at + length - 4)]);
            Put32(bytes, at + length - 4, previousCrc);
            sealing.Write(bytes, at + length - 4, 4);
            count++;
            end = at + length;
        }

        return (previousCrc, seal, end);
    }
}
