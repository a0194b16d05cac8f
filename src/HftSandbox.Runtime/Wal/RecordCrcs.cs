using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HftSandbox.Events;

namespace HftSandbox.Runtime.Wal;

/// <summary>Completes records for the disk.</summary>
internal static class RecordCrcs
{
    private const int LowBytesOfWord = 32;
    private const int PreviousCrcWord = 40;

    /// <summary>Fills previousCrc, headerCrc, pad and recordCrc of a record. Each CRC takes its bytes from the value
    /// rather than from memory that was just stored: a load that spans two fresh stores costs 30 ns.</summary>
    /// <param name="record">The record's first byte; lengths are filled in and agree.</param>
    /// <param name="previousCrc">CRC of the record before.</param>
    /// <param name="start">The segment's <see cref="Crc32C.Start"/>.</param>
    /// <returns>The record's CRC.</returns>
    [HotPath]
    public static uint Complete(ref byte record, uint previousCrc, uint start)
    {
        ref var header = ref Unsafe.As<byte, RecordHeader>(ref record);
        header.PreviousCrc = previousCrc;
        var state = Crc32C.Append(start, MemoryMarshal.CreateReadOnlySpan(ref record, PreviousCrcWord));
        state = BitOperations.Crc32C(state, header.InstrumentId | ((ulong)previousCrc << LowBytesOfWord));
        state = BitOperations.Crc32C(state, header.CauseSequence);
        state = BitOperations.Crc32C(state, header.FeedPosition);
        header.HeaderCrc = Crc32C.Finish(state);
        ref var payload = ref Unsafe.Add(ref record, RecordHeader.SizeBytes);
        return CompletePayload(ref payload, (int)header.PayloadLength, state);
    }

    // Behind the payload's whole words come 0–7 bytes of payload, then zeros, so that the CRC ends a word.
    [HotPath]
    private static uint CompletePayload(ref byte payload, int length, uint state)
    {
        var words = length & ~(sizeof(ulong) - 1);
        state = Crc32C.Append(state, MemoryMarshal.CreateReadOnlySpan(ref payload, words));
        ref var last = ref Unsafe.Add(ref payload, words);
        var rest = length - words;
        var tail = Unsafe.ReadUnaligned<ulong>(ref last) & ((1UL << (rest * 8)) - 1);
        if (rest > RecordHeader.RecordCrcBytes)
        {
            state = BitOperations.Crc32C(state, tail);
            Unsafe.WriteUnaligned(ref last, tail);
            last = ref Unsafe.Add(ref last, sizeof(ulong));
            tail = 0;
        }

        var crc = Crc32C.Finish(BitOperations.Crc32C(state, (uint)tail));
        Unsafe.WriteUnaligned(ref last, tail | ((ulong)crc << LowBytesOfWord));
        return crc;
    }
}
