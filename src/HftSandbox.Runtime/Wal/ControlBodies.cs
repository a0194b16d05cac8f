using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace HftSandbox.Runtime.Wal;

/// <summary>A SHA-256.</summary>
[InlineArray(SizeBytes)]
public struct Sha256Bytes
{
    /// <summary>Size in bytes.</summary>
    public const int SizeBytes = 32;

    private byte _first;
}

/// <summary>Text in UTF-8, zero-padded to 64 bytes.</summary>
[InlineArray(SizeBytes)]
public struct Text64
{
    /// <summary>Size in bytes.</summary>
    public const int SizeBytes = 64;

    private byte _first;

    /// <summary>The text, cut behind the last whole character that fits.</summary>
    /// <param name="text">Any text.</param>
    public static Text64 From(string text)
    {
        Text64 bytes = default;
        Utf8.FromUtf16(text, bytes, out _, out _);
        return bytes;
    }

    /// <inheritdoc/>
    public override readonly string ToString() =>
        Encoding.UTF8.GetString(((ReadOnlySpan<byte>)this).TrimEnd((byte)0));
}

/// <summary>Body of a Sync record: everything up to <see cref="DurableSequence"/> was written before a data sync began
/// that has since succeeded.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct SyncBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 24;

    /// <summary>The last durable event.</summary>
    [FieldOffset(0)] public ulong DurableSequence;

    /// <summary>End of the synced data in the segment being written then, in bytes from its start.</summary>
    [FieldOffset(8)] public long Offset;

    /// <summary>How long the sync took.</summary>
    [FieldOffset(16)] public long SyncNs;
}

/// <summary>Body of a Snapshot record: a snapshot file is complete and durable.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct SnapshotBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 104;

    /// <summary>The event after which the state was taken.</summary>
    [FieldOffset(0)] public ulong Sequence;

    /// <summary>SHA-256 of the canonical state.</summary>
    [FieldOffset(8)] public Sha256Bytes StateSha256;

    /// <summary>File name, without directory.</summary>
    [FieldOffset(40)] public Text64 Name;
}

/// <summary>Body of a Seal record: the segment is complete.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct SealBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 88;

    /// <summary>Records before this one, control records included.</summary>
    [FieldOffset(0)] public ulong RecordCount;

    /// <summary>First event in the segment; 0 = none.</summary>
    [FieldOffset(8)] public ulong FirstSequence;

    /// <summary>Last event in the segment; 0 = none.</summary>
    [FieldOffset(16)] public ulong LastSequence;

    /// <summary>Least receive time of its events; 0 = none.</summary>
    [FieldOffset(24)] public long MinReceiveTimeNs;

    /// <summary>Greatest receive time of its events; 0 = none.</summary>
    [FieldOffset(32)] public long MaxReceiveTimeNs;

    /// <summary>Bytes of the segment before this record, headers included.</summary>
    [FieldOffset(40)] public long DataLength;

    /// <summary>The last event known to be durable when this was written.</summary>
    [FieldOffset(48)] public ulong DurableSequence;

    /// <summary>SHA-256(previous seal's digest, zeros if none ‖ the 4,096-byte segment header ‖ the record CRCs of all
    /// records before this one, in order, 4 bytes each).</summary>
    [FieldOffset(56)] public Sha256Bytes Digest;
}

/// <summary>Body of a Retire record: the segments before the first kept one are about to be deleted.</summary>
[StructLayout(LayoutKind.Explicit, Size = SizeBytes)]
public struct RetireBody
{
    /// <summary>Size of the body in bytes.</summary>
    public const int SizeBytes = 144;

    /// <summary>Number of the oldest segment that stays.</summary>
    [FieldOffset(0)] public ulong FirstKeptSegment;

    /// <summary>The event after which the covering snapshot was taken.</summary>
    [FieldOffset(8)] public ulong SnapshotSequence;

    /// <summary>Seal digest of the newest deleted segment.</summary>
    [FieldOffset(16)] public Sha256Bytes LastDeletedSeal;

    /// <summary>SHA-256 of that snapshot's canonical state.</summary>
    [FieldOffset(48)] public Sha256Bytes SnapshotStateSha256;

    /// <summary>File name of that snapshot, without directory.</summary>
    [FieldOffset(80)] public Text64 SnapshotName;
}
