using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using HftSandbox.Events;
using HftSandbox.Runtime.Storage;
using HftSandbox.Runtime.Storage.Simulated;
using HftSandbox.Runtime.Wal;
using HftSandbox.Trader.Recovery;

namespace HftSandbox.Trader.Certificate;

/// <summary>Whether a log that ends inside a derived set is completed as the run itself completed it. What is recovered
/// is a prefix of what was written, so every last event is looked at once. Any thread.</summary>
/// <param name="written">The segments as they were at last, by path.</param>
internal sealed class CompletionCheck(IReadOnlyDictionary<string, byte[]> written)
{
    private readonly Lazy<IReadOnlyDictionary<ulong, byte[]>> _events = new(() => EventsOf(written));
    private readonly ConcurrentDictionary<ulong, string?> _known = new();

    /// <summary>Completes a recovered log.</summary>
    /// <param name="disk">Where it lies.</param>
    /// <param name="found">What was found.</param>
    /// <returns>What does not hold; null when it does.</returns>
    public string? Problem(IStorage disk, StoreExamination found) =>
        _known.GetOrAdd(found.LastSequence, _ => Compare(disk, found));

    /// <summary>Everything of a record but its CRCs: what two writings of one event have in common.</summary>
    /// <param name="record">The record.</param>
    public static byte[] WithoutCrcs(ReadOnlySpan<byte> record)
    {
        byte[] compared = [.. record[..^RecordHeader.RecordCrcBytes]];
        RecordHeader.At(compared).PreviousCrc = 0;
        RecordHeader.At(compared).HeaderCrc = 0;
        return compared;
    }

    private string? Compare(IStorage disk, StoreExamination found)
    {
        var completion = RebuiltEngine.AtEnd(disk, found).Completion.Span;
        for (var next = found.LastSequence + 1; ; next++)
        {
            var original = _events.Value.GetValueOrDefault(next);
            var isThere = original is not null && !RecordHeader.At(original).IsInput;
            if (completion.IsEmpty || !isThere)
            {
                return completion.IsEmpty && !isThere
                    ? null
                    : $"event {next} is {(isThere ? "not completed" : "completed although the run had none")}";
            }

            var length = (int)MemoryMarshal.AsRef<RecordHeader>(completion).TotalLength;
            if (!WithoutCrcs(completion[..length]).AsSpan().SequenceEqual(original))
                return $"event {next} is completed as another one";
            completion = completion[length..];
        }
    }

    // By sequence; what was retired before is not among them.
    private static Dictionary<ulong, byte[]> EventsOf(IReadOnlyDictionary<string, byte[]> written)
    {
        var store = new MemoryStorage();
        foreach (var (path, bytes) in written)
            store.Put(path, bytes);
        var events = new Dictionary<ulong, byte[]>();
        using var log = new WalReader(store, StoreRecovery.Examine(store, SampleStore.Directory).Segments);
        while (log.MoveNext())
            events.Add(log.Header.Sequence, WithoutCrcs(log.Record));
        return events;
    }
}
