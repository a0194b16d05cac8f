using System.Text.Json;
using HftSandbox.Events;

namespace HftSandbox.Adapters.Binance;

/// <summary>The members of a message that are read; a single letter is the member's name in Binance's
/// streams.</summary>
internal enum Member : byte
{
    None, Stream, Data, LastUpdateId, SnapshotBids, SnapshotAsks,
    Symbol = (byte)'s', EventType = (byte)'e', EventTime = (byte)'E', TradeTime = (byte)'T', TradeId = (byte)'t',
    FirstId = (byte)'U', LastId = (byte)'u', Price = (byte)'p', Quantity = (byte)'q', BuyerIsMaker = (byte)'m',
    Bids = (byte)'b', BidQty = (byte)'B', Asks = (byte)'a', AskQty = (byte)'A',
}

/// <summary>Where one member's value stands; of another message unless the generation is the message's.</summary>
internal struct MemberToken
{
    public ulong Generation;
    public int Start;
    public int Length;
    public JsonTokenType Type;
}

/// <summary>The members of one JSON message, whether it comes bare or as <c>data</c> of a combined stream. Nothing is
/// copied.</summary>
/// <param name="json">The whole text.</param>
/// <param name="tokens">Room for <see cref="TokenCount"/>; need not be cleared between messages.</param>
/// <param name="generation">Another for each message, not 0.</param>
internal readonly ref struct JsonMembers(ReadOnlySpan<byte> json, Span<MemberToken> tokens, ulong generation)
{
    /// <summary>Tokens needed: one for each ASCII letter.</summary>
    public const int TokenCount = 128;

    private readonly ReadOnlySpan<byte> _json = json;
    private readonly Span<MemberToken> _tokens = tokens;
    private readonly ulong _generation = generation;

    /// <summary>The name of a member that has a number.</summary>
    public static string NameOf(Member member) =>
        member == Member.LastUpdateId ? "lastUpdateId" : ((char)member).ToString();

    /// <summary>Finds the members.</summary>
    /// <returns>Why the message cannot be read; null = it was.</returns>
    /// <exception cref="JsonException">It is no JSON, or something stands behind the object.</exception>
    [HotPath]
    public string? Read()
    {
        var reader = new Utf8JsonReader(_json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return "no JSON object";
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
                continue;
            var member = MemberOf(reader.ValueSpan);
            reader.Read();
            if (member != Member.None && !TryKeep(member, reader))
                return "a member stands twice";
            if (member != Member.Data || reader.TokenType != JsonTokenType.StartObject || reader.CurrentDepth != 1)
                SkipValue(member, ref reader);
        }

        return null;
    }

    /// <summary>Whether the message has the member.</summary>
    [HotPath]
    public bool Has(Member member) => _tokens[(int)member].Generation == _generation;

    /// <summary>A text, as written between its quotes; empty if it is no text or absent.</summary>
    [HotPath]
    public ReadOnlySpan<byte> Text(Member member) => Value(member, JsonTokenType.String);

    /// <summary>A number without sign, point and exponent.</summary>
    [HotPath]
    public bool TryInteger(Member member, out ulong value)
    {
        var digits = Value(member, JsonTokenType.Number);
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9' || value > (ulong.MaxValue - 9) / 10)
                return false;
            value = (value * 10) + digit - '0';
        }

        return !digits.IsEmpty;
    }

    /// <summary>True or false.</summary>
    [HotPath]
    public bool TryBoolean(Member member, out bool value)
    {
        var type = Has(member) ? _tokens[(int)member].Type : JsonTokenType.None;
        value = type == JsonTokenType.True;
        return value || type == JsonTokenType.False;
    }

    /// <summary>An array with its brackets; known to be JSON.</summary>
    [HotPath]
    public bool TryArray(Member member, out ReadOnlySpan<byte> array)
    {
        array = Value(member, JsonTokenType.StartArray);
        return !array.IsEmpty;
    }

    [HotPath]
    private ReadOnlySpan<byte> Value(Member member, JsonTokenType type)
    {
        ref readonly var token = ref _tokens[(int)member];
        var fits = token.Generation == _generation && token.Type == type;
        return fits ? _json.Slice(token.Start, token.Length) : default;
    }

    [HotPath]
    private static Member MemberOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        1 when name[0] is >= (byte)'A' and <= (byte)'z' => (Member)name[0],
        4 when name.SequenceEqual("data"u8) => Member.Data,
        4 when name.SequenceEqual("bids"u8) => Member.SnapshotBids,
        4 when name.SequenceEqual("asks"u8) => Member.SnapshotAsks,
        6 when name.SequenceEqual("stream"u8) => Member.Stream,
        12 when name.SequenceEqual("lastUpdateId"u8) => Member.LastUpdateId,
        _ => Member.None,
    };

    [HotPath]
    private bool TryKeep(Member member, in Utf8JsonReader reader)
    {
        ref var token = ref _tokens[(int)member];
        if (token.Generation == _generation)
            return false;
        token.Generation = _generation;
        token.Type = reader.TokenType;
        token.Start = (int)reader.TokenStartIndex + (reader.TokenType == JsonTokenType.String ? 1 : 0);
        token.Length = reader.ValueSpan.Length;
        return true;
    }

    [HotPath]
    private void SkipValue(Member member, ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
            return;
        reader.Skip();
        ref var token = ref _tokens[(int)member];
        token.Length = (int)reader.BytesConsumed - token.Start;
    }
}
