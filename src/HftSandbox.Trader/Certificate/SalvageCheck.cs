using HftSandbox.Events;
using HftSandbox.Runtime.Agents;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Trader.Certificate;

/// <summary>What is salvaged from a damaged sample: every event that is whole, and nothing else. One thread.</summary>
/// <param name="sample">The sample, as it is true.</param>
internal sealed class SalvageCheck(SampleStore sample)
{
    private const string OutDirectory = "/salvaged";
    private const int PreviousCrcOffset = 44;
    private const int CauseOffset = 48;
    private const int HeaderCrcOffset = 60;

    private readonly SystemClock _clock = new();

    /// <summary>Whether two records are the same but for the CRCs: those are of the segment that a record lies
    /// in.</summary>
    /// <param name="one">A whole record.</param>
    /// <param name="two">Another one.</param>
    public static bool AreSame(ReadOnlySpan<byte> one, ReadOnlySpan<byte> two) =>
        one.Length == two.Length
        && one[..PreviousCrcOffset].SequenceEqual(two[..PreviousCrcOffset])
        && one[CauseOffset..HeaderCrcOffset].SequenceEqual(two[CauseOffset..HeaderCrcOffset])
        && one[RecordHeader.SizeBytes..^RecordHeader.RecordCrcBytes]
            .SequenceEqual(two[RecordHeader.SizeBytes..^RecordHeader.RecordCrcBytes]);

    /// <summary>Salvages what lies in the sample's directory.</summary>
    /// <param name="disk">Where the damaged store lies.</param>
    /// <param name="map">What is damaged.</param>
    /// <param name="recordsMove">Whether whole records may lie elsewhere now, and be found there.</param>
    /// <returns>What does not hold; null when everything does.</returns>
    public string? Problem(IStorage disk, DamageMap map, bool recordsMove = false)
    {
        var request = new SalvageRequest
        {
            Directory = SampleStore.Directory,
            OutDirectory = OutDirectory,
            EngineVersion = "certificate",
            SegmentBytes = 1 << 20,
        };
        var report = StoreSalvage.Run(disk, _clock, request);
        if (report.Events == 0)
            return FirstMissing(0, map);
        var salvaged = StoreRecovery.Examine(disk, OutDirectory);
        if (salvaged.Refusal is { } refusal)
            return $"what was salvaged is refused: {refusal}";
        return Compare(disk, salvaged, map, recordsMove);
    }

    private string? Compare(IStorage disk, StoreExamination salvaged, DamageMap map, bool recordsMove)
    {
        using var log = new WalReader(disk, salvaged.Segments);
        var index = 0;
        while (log.MoveNext())
        {
            for (; index < sample.Records.Length && !IsEvent(index, log.Header.Sequence); index++)
            {
                if (IsMissed(index, map))
                    return $"event {sample.Records[index].Expected} was whole and is not salvaged";
            }

            if (index == sample.Records.Length)
                return $"event {log.Header.Sequence} is salvaged and never was";
            if (!recordsMove && !map.IsWhole(index))
                return $"event {log.Header.Sequence} is salvaged although its record is damaged";
            if (!IsSame(log.Record, index))
                return $"event {log.Header.Sequence} is salvaged as another one";
            index++;
        }

        return FirstMissing(index, map);
    }

    private string? FirstMissing(int index, DamageMap map)
    {
        for (; index < sample.Records.Length; index++)
        {
            if (IsMissed(index, map))
                return $"event {sample.Records[index].Expected} was whole and is not salvaged";
        }

        return null;
    }

    private bool IsMissed(int index, DamageMap map) => !IsControl(index) && map.IsWhole(index);

    private bool IsEvent(int index, ulong sequence) =>
        !IsControl(index) && sample.Records[index].Expected == sequence;

    private bool IsControl(int index) => ((ushort)sample.Records[index].Kind & 0x7F00) == 0x7F00;

    private bool IsSame(ReadOnlySpan<byte> salvaged, int index)
    {
        var record = sample.Records[index];
        return AreSame(salvaged, sample.Segments[record.Segment].Bytes.Span.Slice(record.Offset, record.Length));
    }
}
