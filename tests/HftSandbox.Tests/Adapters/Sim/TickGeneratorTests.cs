using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HftSandbox.Adapters.Sim;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Adapters.Sim;

public sealed class TickGeneratorTests
{
    private const ulong Seed = 7;

    private static readonly ImmutableArray<InstrumentConfig> Instruments =
    [
        Instrument("BTC-USDT", 5, 2),
        Instrument("UNUSED", 1, 1),
        Instrument("ETH-USDT", 1, 10),
        Instrument("SOL-USDT", 3, 1),
    ];

    private static readonly GeneratorConfig Walk = new()
    {
        Model = "walk",
        Kind = "quote",
        TickIntervalNs = 1_000_000,
        Instruments =
        [
            new GeneratedInstrument("SOL-USDT", 9, 4, 3),
            new GeneratedInstrument("BTC-USDT", 6_000_000, 2, 10),
            new GeneratedInstrument("ETH-USDT", 250_000, 10, 1),
        ],
    };

    [Fact]
    public void Resumed_at_any_tick_it_gives_what_it_would_have_given()
    {
        var whole = Take(new TickGenerator(Walk, Seed, Instruments), 300);

        for (var stop = 0; stop <= whole.Length; stop++)
        {
            var lastQuotes = LastQuotes(whole.AsSpan(0, stop));
            var resume = new GeneratorResume((ulong)stop, stop == 0 ? 0 : whole[stop - 1].Header.ReceiveTimeNs);
            using var resumed = new TickGenerator(Walk, Seed, Instruments, resume, lastQuotes);

            var rest = Take(resumed, whole.Length - stop);

            Assert.True(Bytes(whole.AsSpan(stop)).SequenceEqual(Bytes(rest)), $"stopped after {stop}, seed {Seed}");
        }
    }

    [Fact]
    public void How_many_slots_are_free_does_not_change_what_comes()
    {
        var whole = Take(new TickGenerator(Walk, Seed, Instruments), 100);
        using var generator = new TickGenerator(Walk, Seed, Instruments);

        var pieces = new InputEvent[100];
        for (int at = 0, size = 1; at < pieces.Length; size = (size % 7) + 1)
            at += generator.Poll(pieces.AsSpan(at, Math.Min(size, pieces.Length - at)));

        Assert.True(Bytes(whole).SequenceEqual(Bytes(pieces)));
        Assert.Equal(0, generator.Poll([]));
    }

    [Fact]
    public void Another_seed_gives_another_walk()
    {
        var one = Take(new TickGenerator(Walk, Seed, Instruments), 100);
        var other = Take(new TickGenerator(Walk, Seed + 1, Instruments), 100);

        Assert.False(Bytes(one).SequenceEqual(Bytes(other)));
    }

    [Fact]
    public void The_walk_keeps_to_the_grid_the_spread_and_the_clock()
    {
        var ticks = Take(new TickGenerator(Walk, Seed, Instruments), 60_000);

        var trades = 0;
        var last = new QuoteBody[Instruments.Length];
        for (var i = 0; i < ticks.Length; i++)
        {
            var header = ticks[i].Header;
            var generated = Walk.Instruments[i % 3];
            var instrument = Instruments[(int)header.InstrumentId - 1];
            Assert.Equal(generated.Symbol, instrument.Name);
            Assert.Equal(TickGenerator.StartTimeNs + (i * Walk.TickIntervalNs), header.ReceiveTimeNs);
            Assert.Equal(header.ReceiveTimeNs, header.EventTimeNs);
            Assert.Equal(RecordFlags.Input | RecordFlags.LastOfMessage, header.Flags);
            Assert.Equal(SourceId.Sim, header.Source);

            ref var before = ref last[header.InstrumentId - 1];
            if (header.Kind == EventKind.Trade)
            {
                trades++;
                AssertTrade(ticks[i].Body<TradeBody>(), before, generated);
            }
            else
            {
                AssertQuote(ticks[i].Body<QuoteBody>(), before, generated, instrument.TickSize);
                before = ticks[i].Body<QuoteBody>();
            }
        }

        Assert.InRange(trades, 60_000 / 4 * 9 / 10, 60_000 / 4 * 11 / 10);
    }

    [Theory]
    [InlineData("quote")]
    [InlineData("trade")]
    public void The_constant_model_repeats_the_originals_tick(string kind)
    {
        var config = Walk with
        {
            Model = "constant",
            Kind = kind,
            Instruments = [new GeneratedInstrument("ETH-USDT", 100, 1, 1)],
        };

        var ticks = Take(new TickGenerator(config, Seed, Instruments), 10);

        foreach (var tick in ticks)
        {
            var slot = tick;
            Assert.Equal(3u, slot.Header.InstrumentId);
            if (kind == "trade")
            {
                Assert.Equal((100, 1), (slot.Body<TradeBody>().Px.Mantissa, slot.Body<TradeBody>().Qty.Mantissa));
                continue;
            }

            var quote = slot.Body<QuoteBody>();
            Assert.Equal((100, 101), (quote.BidPx.Mantissa, quote.AskPx.Mantissa));
            Assert.Equal((1, 1), (quote.BidQty.Mantissa, quote.AskQty.Mantissa));
        }
    }

    [Fact]
    public void A_limit_ends_it_after_exactly_that_many_ticks()
    {
        using var generator = new TickGenerator(Walk, Seed, Instruments, tickLimit: 10);
        var slots = new InputEvent[8];

        Assert.Equal(8, generator.Poll(slots));
        Assert.Equal(StopReason.None, generator.Ended);
        Assert.Equal(2, generator.Poll(slots));
        Assert.Equal(StopReason.SourceEnd, generator.Ended);
        Assert.Equal(0, generator.Poll(slots));
    }

    [Fact]
    public void A_store_that_has_a_later_time_moves_the_first_tick_there()
    {
        var later = TickGenerator.StartTimeNs + 5;

        var ticks = Take(new TickGenerator(Walk, Seed, Instruments, new GeneratorResume(0, later)), 2);

        Assert.Equal(later, ticks[0].Header.ReceiveTimeNs);
        Assert.Equal(later + Walk.TickIntervalNs, ticks[1].Header.ReceiveTimeNs);
    }

    [Fact]
    public void A_walk_at_the_edges_of_the_price_range_stays_inside()
    {
        ImmutableArray<InstrumentConfig> instruments = [Instrument("X", TickGenerator.PxMax / 4, 1)];
        var config = Walk with { Instruments = [new GeneratedInstrument("X", TickGenerator.PxMax / 4, 1, 1)] };

        var ticks = Take(new TickGenerator(config, Seed, instruments), 10_000);

        foreach (var tick in ticks)
        {
            var slot = tick;
            if (slot.Header.Kind == EventKind.Quote)
                Assert.InRange(slot.Body<QuoteBody>().BidPx.Mantissa, TickGenerator.PxMax / 4, TickGenerator.PxMax);
        }
    }

    [Fact]
    public void Ticks_allocate_nothing()
    {
        using var generator = new TickGenerator(Walk, Seed, Instruments);
        var slots = new InputEvent[256];
        generator.Poll(slots);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            generator.Poll(slots);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Draws_of_one_consumer_are_those_of_SplitMix64()
    {
        // First outputs of SplitMix64 with state 1234567, as published with the reference implementation.
        Assert.Equal(6457827717110365317ul, CounterRandom.Draw(1234567, 0));
        Assert.Equal(3203168211198807973ul, CounterRandom.Draw(1234567, 1));
        Assert.Equal(9817491932198370423ul, CounterRandom.Draw(1234567, 2));
    }

    private static void AssertTrade(TradeBody trade, QuoteBody quote, GeneratedInstrument generated)
    {
        Assert.Equal(trade.AggressorSide == Side.Buy ? quote.AskPx : quote.BidPx, trade.Px);
        Assert.NotEqual(Side.None, trade.AggressorSide);
        AssertSize(trade.Qty, generated);
    }

    private static void AssertQuote(QuoteBody quote, QuoteBody before, GeneratedInstrument generated, long tickSize)
    {
        var isFirst = before.BidQty.Mantissa == 0;
        var move = quote.BidPx.Mantissa - (isFirst ? generated.BasePx : before.BidPx.Mantissa);
        Assert.True(isFirst ? move == 0 : move == 0 || Math.Abs(move) == tickSize);
        Assert.InRange(quote.BidPx.Mantissa, tickSize, long.MaxValue);
        Assert.Equal(0, quote.BidPx.Mantissa % tickSize);
        var spread = quote.AskPx.Mantissa - quote.BidPx.Mantissa;
        Assert.Equal(0, spread % generated.Spread);
        Assert.InRange(spread / generated.Spread, 1, 3);
        AssertSize(quote.BidQty, generated);
        AssertSize(quote.AskQty, generated);
    }

    private static void AssertSize(Qty qty, GeneratedInstrument generated)
    {
        Assert.Equal(0, qty.Mantissa % generated.BaseQty);
        Assert.InRange(qty.Mantissa / generated.BaseQty, 1, 100);
    }

    private static InputEvent[] Take(TickGenerator generator, int count)
    {
        var slots = new InputEvent[count];
        Assert.Equal(count, generator.Poll(slots));
        return slots;
    }

    private static QuoteBody[] LastQuotes(ReadOnlySpan<InputEvent> events)
    {
        var quotes = new QuoteBody[Instruments.Length];
        foreach (var tick in events)
        {
            var slot = tick;
            if (slot.Header.Kind == EventKind.Quote)
                quotes[slot.Header.InstrumentId - 1] = slot.Body<QuoteBody>();
        }

        return quotes;
    }

    private static ReadOnlySpan<byte> Bytes(ReadOnlySpan<InputEvent> events) => MemoryMarshal.AsBytes(events);

    private static InstrumentConfig Instrument(string name, long tickSize, long lotSize) => new()
    {
        Name = name,
        Venue = "SIM",
        PriceScale = 2,
        QuantityScale = 5,
        NotionalScale = 8,
        FeeScale = 8,
        TickSize = tickSize,
        LotSize = lotSize,
    };
}
