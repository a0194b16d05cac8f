using System.Collections.Immutable;
using System.Diagnostics;
using HftSandbox.Core;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Adapters.Sim;

/// <summary>Where a generator goes on after a restart. The default is its start.</summary>
/// <param name="Ticks">Its ticks in the log so far.</param>
/// <param name="LastReceiveTimeNs">Receive time of the last logged event: the virtual clock goes on from there.</param>
public readonly record struct GeneratorResume(ulong Ticks, long LastReceiveTimeNs);

/// <summary>Synthetic quotes and trades on a virtual clock, in turn over the instruments. Its whole state is the number
/// of ticks so far and the last quote of each instrument, both in the log: resumed at any tick it gives exactly what
/// it would have given without the stop. One tick is one input.</summary>
public sealed class TickGenerator : IFeed
{
    /// <summary>Virtual time of the first tick: 2024-01-01T00:00:00Z.</summary>
    public const long StartTimeNs = 1_704_067_200_000_000_000;

    /// <summary>Greatest price the walk goes to: a few spreads and steps above it still fit 64 bits.</summary>
    public const long PxMax = 4_000_000_000_000_000_000;

    private const int SizesMax = 100;
    private const int SpreadsMax = 3;

    private readonly Walker[] _walkers;
    private readonly QuoteBody[] _quotes;
    private readonly bool _isWalk;
    private readonly bool _isTrade;
    private readonly long _tickIntervalNs;
    private readonly ulong _tickLimit;
    private ulong _tick;
    private ulong _ticksGiven;
    private long _nextTimeNs;
    private int _next;

    /// <summary>A generator.</summary>
    /// <param name="config">Model and bases; every base on the grid of its instrument, at least one instrument.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="instruments">The registry; an instrument's id is its position, from 1.</param>
    /// <param name="resume">Where it goes on.</param>
    /// <param name="lastQuotes">The last quote in the log by instrument id − 1, the default where there is none; an
    /// empty span: none at all.</param>
    /// <param name="tickLimit">Ticks to give before it ends; 0 = unlimited.</param>
    /// <exception cref="ArgumentException">The configuration names an unknown model, kind or instrument.</exception>
    public TickGenerator(
        GeneratorConfig config,
        ulong seed,
        ImmutableArray<InstrumentConfig> instruments,
        GeneratorResume resume = default,
        ReadOnlySpan<QuoteBody> lastQuotes = default,
        ulong tickLimit = 0)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Model is not ("walk" or "constant") || config.Kind is not ("quote" or "trade"))
            throw new ArgumentException($"unknown model {config.Model} or kind {config.Kind}", nameof(config));
        if (config.Instruments.IsEmpty)
            throw new ArgumentException("nothing to generate", nameof(config));

        _walkers = [.. config.Instruments.Select(generated => new Walker(generated, seed, instruments))];
        _quotes = new QuoteBody[_walkers.Length];
        for (var i = 0; i < _quotes.Length && !lastQuotes.IsEmpty; i++)
            _quotes[i] = lastQuotes[(int)_walkers[i].InstrumentId - 1];

        _isWalk = config.Model == "walk";
        _isTrade = config.Kind == "trade";
        _tickIntervalNs = config.TickIntervalNs;
        _tickLimit = tickLimit;
        _tick = resume.Ticks;
        _next = (int)(resume.Ticks % (ulong)_walkers.Length);
        _nextTimeNs = resume.Ticks == 0
            ? Math.Max(StartTimeNs, resume.LastReceiveTimeNs)
            : checked(resume.LastReceiveTimeNs + _tickIntervalNs);
    }

    /// <summary>What one draw of a tick is for.</summary>
    private enum Purpose : byte { IsTrade, Move, Spread, BidQty, AskQty, TradeQty, Aggressor }

    /// <inheritdoc/>
    public SourceId Source => SourceId.Sim;

    /// <inheritdoc/>
    public StopReason Ended =>
        _tickLimit != 0 && _ticksGiven >= _tickLimit ? StopReason.SourceEnd : StopReason.None;

    /// <inheritdoc/>
    [HotPath]
    public int Poll(Span<InputEvent> free)
    {
        var count = free.Length;
        if (_tickLimit != 0)
            count = (int)Math.Min((ulong)count, _tickLimit - _ticksGiven);
        for (var i = 0; i < count; i++)
            Generate(ref free[i]);
        _ticksGiven += (ulong)count;
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    [HotPath]
    private void Generate(ref InputEvent slot)
    {
        ref readonly var walker = ref _walkers[_next];
        ref var quote = ref _quotes[_next];
        if (_isWalk)
            Walk(walker, ref quote, ref slot);
        else
            Repeat(walker, ref slot);

        slot.Header.InstrumentId = walker.InstrumentId;
        slot.Header.EventTimeNs = _nextTimeNs;
        slot.Header.ReceiveTimeNs = _nextTimeNs;
        _nextTimeNs = checked(_nextTimeNs + _tickIntervalNs);
        _tick++;
        _next = _next + 1 == _walkers.Length ? 0 : _next + 1;
    }

    /// <summary>The original's fixed quote or trade.</summary>
    [HotPath]
    private void Repeat(in Walker walker, ref InputEvent slot)
    {
        if (_isTrade)
        {
            ref var trade = ref slot.Start<TradeBody>(EventKind.Trade, SourceId.Sim);
            trade.Px = new Px(walker.BasePx);
            trade.Qty = new Qty(walker.BaseQty);
            return;
        }

        ref var quote = ref slot.Start<QuoteBody>(EventKind.Quote, SourceId.Sim);
        quote.BidPx = new Px(walker.BasePx);
        quote.AskPx = new Px(walker.BasePx + walker.Spread);
        quote.BidQty = quote.AskQty = new Qty(walker.BaseQty);
    }

    [HotPath]
    private void Walk(in Walker walker, ref QuoteBody quote, ref InputEvent slot)
    {
        var hasQuote = quote.BidQty.Mantissa != 0;
        if (hasQuote && walker.Draw(Purpose.IsTrade, _tick, 4) == 0)
        {
            WalkTrade(walker, quote, ref slot);
            return;
        }

        var bid = walker.BasePx;
        if (hasQuote)
        {
            var move = (long)walker.Draw(Purpose.Move, _tick, 3) - 1;
            bid = Math.Clamp(quote.BidPx.Mantissa + (move * walker.TickSize), walker.TickSize, walker.TopPx);
        }

        quote.BidPx = new Px(bid);
        quote.AskPx = new Px(bid + ((1 + (long)walker.Draw(Purpose.Spread, _tick, SpreadsMax)) * walker.Spread));
        quote.BidQty = walker.Size(Purpose.BidQty, _tick);
        quote.AskQty = walker.Size(Purpose.AskQty, _tick);
        slot.Start<QuoteBody>(EventKind.Quote, SourceId.Sim) = quote;
    }

    [HotPath]
    private void WalkTrade(in Walker walker, in QuoteBody quote, ref InputEvent slot)
    {
        var buys = walker.Draw(Purpose.Aggressor, _tick, 2) == 0;
        ref var trade = ref slot.Start<TradeBody>(EventKind.Trade, SourceId.Sim);
        trade.Px = buys ? quote.AskPx : quote.BidPx;
        trade.Qty = walker.Size(Purpose.TradeQty, _tick);
        trade.AggressorSide = buys ? Side.Buy : Side.Sell;
    }

    /// <summary>One generated instrument, with a stream of random numbers for each purpose.</summary>
    private readonly struct Walker
    {
        private readonly ulong[] _streams;

        public Walker(GeneratedInstrument generated, ulong seed, ImmutableArray<InstrumentConfig> instruments)
        {
            var index = instruments.Select(instrument => instrument.Name).ToList().IndexOf(generated.Symbol);
            if (index < 0)
                throw new ArgumentException($"unknown symbol {generated.Symbol}", nameof(generated));

            InstrumentId = (uint)index + 1;
            TickSize = instruments[index].TickSize;
            BasePx = generated.BasePx;
            BaseQty = generated.BaseQty;
            Spread = generated.Spread;
            TopPx = PxMax / TickSize * TickSize;
            Debug.Assert(BasePx > 0 && BaseQty > 0 && Spread > 0, "the configuration is validated");
            var id = InstrumentId;
            _streams = [.. Enum.GetValues<Purpose>().Select(
                purpose => CounterRandom.StreamOf(seed, ((ulong)id << 8) | (byte)purpose))];
        }

        public uint InstrumentId { get; }

        public long BasePx { get; }

        public long BaseQty { get; }

        public long Spread { get; }

        public long TickSize { get; }

        public long TopPx { get; }

        [HotPath]
        public ulong Draw(Purpose purpose, ulong tick, uint bound) =>
            CounterRandom.Draw(_streams[(int)purpose], tick, bound);

        [HotPath]
        public Qty Size(Purpose purpose, ulong tick) => new(BaseQty * (1 + (long)Draw(purpose, tick, SizesMax)));
    }
}
