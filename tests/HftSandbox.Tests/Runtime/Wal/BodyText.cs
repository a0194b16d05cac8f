using System.Numerics;
using System.Text;
using HftSandbox.Events;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

/// <summary>Bodies made from, and shown by, their declared layout.</summary>
internal static class BodyText
{
    private static readonly Type[] Signed =
        [typeof(long), typeof(Px), typeof(Qty), typeof(Notional), typeof(Fee), typeof(Cost)];

    private static readonly Dictionary<EventKind, Layout> Controls = new()
    {
        [EventKind.Sync] = Layout.Of(typeof(SyncBody)),
        [EventKind.Snapshot] = Layout.Of(typeof(SnapshotBody)),
        [EventKind.Seal] = Layout.Of(typeof(SealBody)),
        [EventKind.Retire] = Layout.Of(typeof(RetireBody)),
    };

    public static Layout LayoutOf(EventKind kind) =>
        Controls.TryGetValue(kind, out var layout) ? layout : EventSchema.Bodies[kind];

    /// <summary>A body whose fields all differ: enums 1, reserved 0, signed values negative.</summary>
    public static byte[] Sample(EventKind kind, string jsonTail)
    {
        var layout = LayoutOf(kind);
        var payload = new byte[layout.Size + jsonTail.Length];
        Encoding.ASCII.GetBytes(jsonTail).CopyTo(payload, layout.Size);
        for (var i = 0; i < layout.Fields.Length; i++)
        {
            var field = layout.Fields[i];
            Encode(payload.AsSpan(field.Offset, field.Size), SampleOf(field, ((int)kind * 100) + i, jsonTail.Length));
        }

        return payload;
    }

    public static string Show(EventKind kind, ReadOnlySpan<byte> payload)
    {
        var layout = LayoutOf(kind);
        var text = new StringBuilder();
        foreach (var field in layout.Fields)
            text.Append(text.Length == 0 ? "" : " ").Append(field.Name).Append('=').Append(Show(field, payload));
        return text.Append(Encoding.UTF8.GetString(payload[layout.Size..])).ToString();
    }

    private static BigInteger SampleOf(LayoutField field, int number, int jsonLength)
    {
        if (field.Name.StartsWith("Reserved", StringComparison.Ordinal))
            return 0;
        if (field.Name == "JsonLength")
            return jsonLength;
        if (field.Type.IsEnum || field.Size == 1)
            return 1;
        if (field.Type == typeof(Text64))
            return new BigInteger("positions.json"u8);
        return Signed.Contains(field.Type) ? -number : number % (field.Size == 2 ? 1000 : int.MaxValue);
    }

    private static void Encode(Span<byte> target, BigInteger value)
    {
        target.Fill(value.Sign < 0 ? (byte)0xFF : (byte)0);
        value.ToByteArray().AsSpan().TrimEnd(value.Sign < 0 ? (byte)0xFF : (byte)0).CopyTo(target);
    }

    private static string Show(LayoutField field, ReadOnlySpan<byte> payload)
    {
        var bytes = payload.Slice(field.Offset, field.Size);
        if (field.Type == typeof(Id16) || field.Type == typeof(Sha256Bytes))
            return Convert.ToHexStringLower(bytes);
        if (field.Type == typeof(Text64))
            return Encoding.UTF8.GetString(bytes.TrimEnd((byte)0));
        var value = new BigInteger(bytes, isUnsigned: !Signed.Contains(field.Type));
        return field.Type.IsEnum ? Enum.ToObject(field.Type, (long)value).ToString()! : value.ToString();
    }
}
