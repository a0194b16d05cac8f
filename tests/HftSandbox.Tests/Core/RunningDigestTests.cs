using System.Buffers.Binary;
using HftSandbox.Core;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core;

public sealed class RunningDigestTests
{
    [Fact]
    public void The_hash_compared_with_is_the_published_one()
    {
        // SMHasher's verification: hash {}, {0}, {0,1}, … with seeds 256, 255, …, then hash the hashes.
        byte[] key = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        byte[] hashes = new byte[256 * 16];
        for (int length = 0; length < 256; length++)
            Write(hashes.AsSpan(length * 16), NaiveMurmur.Hash(key.AsSpan(0, length), (uint)(256 - length)));

        Id16 result = NaiveMurmur.Hash(hashes);

        Assert.Equal(0x6384BA69u, (uint)result.High);
        Assert.Equal("cbd8a7b341bd9b025b1e906a48ae1d19", NaiveMurmur.Hash("hello"u8).ToString());
    }

    [Fact]
    public void The_digest_is_that_hash_over_the_compared_fields_of_every_record()
    {
        var rig = new Rig();
        rig.Start();
        rig.Quote(99, 101);
        rig.Trade(100);
        rig.Input(EventKind.FeedGap, 0, Rig.Bytes(new FeedGapBody { LostCount = 3 }), SourceId.Sim);
        rig.Stop();

        Id16 digest = rig.Engine.Digest;

        Assert.Equal(NaiveMurmur.Hash(NaiveMurmur.ComparedBytes(rig.Output.Records)), digest);
    }

    [Fact]
    public void A_fixed_stream_has_the_fixed_digest()
    {
        var digest = OfThreeQuotes();

        Assert.Equal(3u * 96u, digest.Length);
        Assert.Equal("1080355ae877d49773a0dcfad213e17d", digest.Finish().ToString());
    }

    /// <summary>The stream that FORMAT.md names too.</summary>
    internal static RunningDigest OfThreeQuotes()
    {
        var digest = default(RunningDigest);
        var body = new QuoteBody { BidPx = new Px(1), BidQty = new Qty(2), AskPx = new Px(3), AskQty = new Qty(4) };
        for (ulong sequence = 1; sequence <= 3; sequence++)
        {
            var header = new RecordHeader
            {
                Kind = EventKind.Quote,
                Version = 1,
                Flags = RecordFlags.Input | RecordFlags.LastOfMessage,
                Source = SourceId.Sim,
                Sequence = sequence,
                CauseSequence = sequence,
                ReceiveTimeNs = 1_000 * (long)sequence,
                InstrumentId = 1,
                PayloadLength = QuoteBody.SizeBytes,
            };
            digest.Add(header, Rig.Bytes(body));
        }

        return digest;
    }

    [Fact]
    public void An_empty_store_has_the_hash_of_nothing()
    {
        var engine = new TradingEngine(new RecordedOutput());

        Assert.True(engine.Digest.IsNone);
    }

    [Fact]
    public void The_wall_time_of_a_start_does_not_count()
    {
        var one = new Rig().Start(wallTimeNs: 1);
        var other = new Rig().Start(wallTimeNs: 2);

        Assert.False(one.Output.Bytes.SequenceEqual(other.Output.Bytes));
        Assert.Equal(one.Engine.Digest, other.Engine.Digest);
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(16, 8)]
    [InlineData(24, 8)]
    [InlineData(32, 8)]
    [InlineData(40, 4)]
    [InlineData(48, 8)]
    public void Every_compared_byte_of_a_header_counts(int offset, int bytes)
    {
        // Offset 0 stands for kind, version, flags and source at 8; the rest are header offsets.
        int first = offset == 0 ? 8 : offset;
        byte[] payload = new byte[QuoteBody.SizeBytes];
        var seen = new HashSet<Id16> { DigestOf(new byte[RecordHeader.SizeBytes], payload) };

        for (int index = first; index < first + bytes; index++)
        {
            byte[] header = new byte[RecordHeader.SizeBytes];
            header[index] = 1;

            Assert.True(seen.Add(DigestOf(header, payload)), $"header byte {index} does not count");
        }
    }

    [Fact]
    public void Every_byte_of_a_payload_counts_and_so_does_its_length()
    {
        var seen = new HashSet<Id16>();
        for (int length = 0; length <= 40; length++)
            Assert.True(seen.Add(DigestOf(new byte[RecordHeader.SizeBytes], new byte[length])), $"length {length}");

        for (int index = 0; index < 39; index++)
        {
            byte[] payload = new byte[39];
            payload[index] = 1;

            Assert.True(seen.Add(DigestOf(new byte[RecordHeader.SizeBytes], payload)), $"payload byte {index}");
        }
    }

    [Fact]
    public void A_digest_record_follows_every_interval_and_holds_the_hash_of_everything_before_it()
    {
        var rig = new Rig(Rig.Defaults() with { Strategies = [] });
        rig.Start();
        for (int input = 1; input < Limits.DigestIntervalInputs - 1; input++)
            rig.Quote(99, 101);
        Id16 before = rig.Engine.Digest;
        Assert.DoesNotContain(EventKind.Digest, rig.Output.Records.Kinds());

        List<Recorded> group = rig.Quote(99, 101);

        Assert.Equal([EventKind.Quote, EventKind.Digest], group.Kinds());
        DigestBody body = group.Single<DigestBody>(EventKind.Digest);
        Assert.Equal((ulong)Limits.DigestIntervalInputs, body.Inputs);
        Assert.Equal(group[0].Header.Sequence, body.Events);
        Assert.Equal(group[0].Header.Sequence, group[1].Header.CauseSequence);
        Assert.NotEqual(before, body.Hash);
        Assert.Equal(NaiveMurmur.Hash(NaiveMurmur.ComparedBytes(rig.Output.Records.SkipLast(1))), body.Hash);
    }

    [Fact]
    public void No_digest_record_follows_the_end_of_a_run()
    {
        var rig = new Rig(Rig.Defaults() with { Strategies = [] });
        rig.Start();
        for (int input = 1; input < Limits.DigestIntervalInputs - 1; input++)
            rig.Quote(99, 101);

        List<Recorded> group = rig.Stop();

        Assert.Equal([EventKind.RunStopped], group.Kinds());
    }

    private static Id16 DigestOf(ReadOnlySpan<byte> header, byte[] payload)
    {
        var digest = default(RunningDigest);
        RecordHeader fields = System.Runtime.InteropServices.MemoryMarshal.Read<RecordHeader>(header);
        fields.PayloadLength = (uint)payload.Length;
        digest.Add(fields, payload);
        return digest.Finish();
    }

    private static void Write(Span<byte> target, Id16 hash)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, hash.High);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], hash.Low);
    }
}
