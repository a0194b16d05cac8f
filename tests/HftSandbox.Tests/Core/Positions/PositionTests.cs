using System.Globalization;
using System.Numerics;
using System.Text.Json;
using HftSandbox.Core.Configuration;
using HftSandbox.Core.Instruments;
using HftSandbox.Core.Positions;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core.Positions;

public sealed class PositionTests
{
    private static readonly Instrument Plain = new(1, Rig.Instrument("TEST-USD"));

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void Random_fills_keep_every_invariant(int seed, bool negativePrices)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int sequence = 0; sequence < 200; sequence++)
        {
            var instrument = new Instrument(1, Rig.Instrument("TEST-USD") with
            {
                PriceScale = random.Next(0, 9),
                QuantityScale = random.Next(0, 9),
                NotionalScale = random.Next(0, 19),
                Multiplier = random.Next(1, 4),
            });
            var oracle = new Oracle(instrument);
            Position position = default;
            Position mirror = default;

            for (int fill = 0; fill < 60; fill++)
            {
                Side side = (Side)random.Next(1, 3);
                var px = new Px(random.Next(negativePrices ? -1000 : 1, 1000));
                var qty = new Qty(random.Next(1, 30));
                var fee = new Fee(random.Next(-5, 50));
                position = Fill(position, instrument, side, px, qty, fee);
                mirror = Fill(mirror, instrument, side == Side.Buy ? Side.Sell : Side.Buy, px, qty, fee);
                oracle.Fill(side, px.Mantissa, qty.Mantissa, fee.Mantissa);

                oracle.AssertMatches(position);
                Assert.Equal(-position.NetQty.Mantissa, mirror.NetQty.Mantissa);
                Assert.Equal(-position.OpenCost.Mantissa, mirror.OpenCost.Mantissa);
                Assert.Equal(-position.RealizedPnl.Mantissa, mirror.RealizedPnl.Mantissa);
            }
        }
    }

    [Fact]
    public void Closing_in_thirds_leaves_nothing_behind()
    {
        Position position = Fill(default, Plain, Side.Buy, new Px(10), new Qty(2), default);
        position = Fill(position, Plain, Side.Buy, new Px(11), new Qty(1), default);
        Assert.Equal(31, position.OpenCost.Mantissa);

        position = Fill(position, Plain, Side.Sell, new Px(12), new Qty(1), default);
        Assert.Equal((21, 2), (position.OpenCost.Mantissa, position.RealizedPnl.Mantissa));
        position = Fill(position, Plain, Side.Sell, new Px(12), new Qty(1), default);
        Assert.Equal((11, 4), (position.OpenCost.Mantissa, position.RealizedPnl.Mantissa));
        position = Fill(position, Plain, Side.Sell, new Px(12), new Qty(1), default);

        Assert.Equal(new Position(default, default, new Cost(5), default), position);
    }

    [Fact]
    public void A_fill_through_zero_closes_at_the_old_average_and_opens_at_its_own_price()
    {
        Position position = Fill(default, Plain, Side.Buy, new Px(10), new Qty(4), new Fee(1));

        position = Fill(position, Plain, Side.Sell, new Px(15), new Qty(10), new Fee(2));

        Assert.Equal(new Position(new Qty(-6), new Cost(-90), new Cost(20), new Cost(3)), position);
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_nothing_is_applied()
    {
        Position full = Fill(default, Plain, Side.Buy, new Px(1), new Qty(long.MaxValue), default);

        bool fits = full.TryFill(Plain, Side.Buy, new Px(1), new Qty(1), default, out Position after);

        Assert.False(fits);
        Assert.Equal(full, after);
    }

    [Fact]
    public void A_cost_that_outgrows_its_integer_is_an_anomaly_and_the_position_stays()
    {
        RunConfiguration defaults = Rig.Defaults();
        InstrumentConfig fine = Rig.Instrument("TEST-USD") with
        {
            PriceScale = 18,
            QuantityScale = 18,
            NotionalScale = 0,
            Multiplier = 10,
        };
        const long One = 1_000_000_000_000_000_000;
        var rig = new Rig(defaults with
        {
            Instruments = [fine, defaults.Instruments[1]],
            Order = defaults.Order with { Price = 9 * One, Qty = One },
        }).Start();
        rig.Quote(99, 101);
        Position before = rig.Engine.Positions[Rig.First];

        List<Recorded> group = rig.Quote(99, 101);

        Assert.Equal(One, before.NetQty.Mantissa);
        Assert.Equal(EventKind.Anomaly, group[^1].Kind);
        AnomalyBody anomaly = group[^1].Body<AnomalyBody>();
        Assert.Equal((AnomalyCode.ArithmeticOverflow, 1002ul, One), (anomaly.Code, anomaly.ClOrdId, anomaly.Expected));
        Assert.Equal(before, rig.Engine.Positions[Rig.First]);
    }

    [Fact]
    public void Known_cases_of_netting_at_average_cost_agree()
    {
        using JsonDocument cases = SharedData.Cases("positions.json");
        int compared = 0;
        foreach (JsonElement item in cases.RootElement.GetProperty("cases").EnumerateArray())
        {
            AssertCase(item);
            compared++;
        }

        Assert.Equal(14, compared);
    }

    private static void AssertCase(JsonElement item)
    {
        string id = item.GetProperty("id").GetString()!;
        var instrument = new Instrument(1, Rig.Instrument(id) with
        {
            Multiplier = long.Parse(item.GetProperty("instrument").GetProperty("multiplier").GetString()!,
                CultureInfo.InvariantCulture),
        });
        var positions = new List<Position> { default };
        foreach (JsonElement fill in item.GetProperty("fills").EnumerateArray())
        {
            positions.Add(Fill(
                positions[^1],
                instrument,
                fill.GetProperty("side").GetString() == "BUY" ? Side.Buy : Side.Sell,
                new Px((long)Scaled(fill, "px", 8)),
                new Qty((long)Scaled(fill, "qty", 8)),
                new Fee((long)Scaled(fill, "fee", 8))));
        }

        foreach (JsonElement expected in item.GetProperty("expect").EnumerateArray())
            AssertExpectation(id, expected, positions[expected.GetProperty("after").GetInt32()], instrument);
    }

    private static void AssertExpectation(string id, JsonElement expected, Position position, Instrument instrument)
    {
        BigInteger fees = position.Fees.Mantissa;
        BigInteger net = position.RealizedPnl.Mantissa - (fees * Ten(8));
        Assert.Equal((id, Scaled(expected, "signedQty", 8)), (id, position.NetQty.Mantissa));
        Assert.Equal((id, Scaled(expected, "feesCycle", 8)), (id, fees));
        Assert.Equal((id, Scaled(expected, "realizedNetCycle", 16)), (id, net));

        // A flat position has no average of its own; the cases keep the last one.
        if (position.NetQty.Mantissa != 0)
        {
            BigInteger average = Scaled(expected, "avgPxOpen", 8) * position.NetQty.Mantissa;
            Assert.Equal((id, average * instrument.Config.Multiplier), (id, (BigInteger)position.OpenCost.Mantissa));
        }

        foreach (JsonElement mark in expected.GetProperty("marks").EnumerateArray())
        {
            Cost unrealized = position.UnrealizedPnl(instrument, new Px((long)Scaled(mark, "px", 8)));
            Assert.Equal((id, Scaled(mark, "unrealized", 16)), (id, (BigInteger)unrealized.Mantissa));
        }
    }

    private static BigInteger Scaled(JsonElement json, string name, int scale)
    {
        string text = json.GetProperty(name).GetString()!;
        string fraction = text.Contains('.', StringComparison.Ordinal) ? text[(text.IndexOf('.') + 1)..] : "";
        BigInteger digits = BigInteger.Parse(
            text.Replace(".", "", StringComparison.Ordinal),
            CultureInfo.InvariantCulture);
        return digits * Ten(scale - fraction.Length);
    }

    private static BigInteger Ten(int exponent) => BigInteger.Pow(10, exponent);

    private static Position Fill(Position before, Instrument instrument, Side side, Px px, Qty qty, Fee fee)
    {
        Assert.True(before.TryFill(instrument, side, px, qty, fee, out Position after));
        return after;
    }

    /// <summary>The same position kept as exact rationals with big integers: quantity, cash and the average as a
    /// fraction. Where ours must round, it may differ by less than one unit per partial close, and by nothing when
    /// flat.</summary>
    private sealed class Oracle(Instrument instrument)
    {
        private readonly BigInteger _factor = instrument.Config.Multiplier * Ten(
            instrument.CostScale - instrument.Config.PriceScale - instrument.Config.QuantityScale);

        private BigInteger _net;
        private BigInteger _cash;
        private BigInteger _fees;
        private int _closesSinceFlat;

        // The exact open cost is a fraction.
        private BigInteger _costNumerator;
        private BigInteger _costDenominator = 1;

        public void Fill(Side side, long px, long qty, long fee)
        {
            BigInteger signed = side == Side.Buy ? qty : -qty;
            BigInteger after = _net + signed;
            if (_net.Sign * signed.Sign >= 0)
            {
                _costNumerator += signed * px * _factor * _costDenominator;
            }
            else if (_net.Sign == after.Sign)
            {
                _costNumerator *= after;
                _costDenominator *= _net;
                _closesSinceFlat++;
            }
            else
            {
                _costNumerator = after * px * _factor;
                _costDenominator = 1;
                _closesSinceFlat = 0;
            }

            BigInteger common = BigInteger.GreatestCommonDivisor(_costNumerator, _costDenominator);
            _costNumerator /= common;
            _costDenominator /= common;
            _net = after;
            _cash -= signed * px * _factor;
            _fees += fee;
        }

        public void AssertMatches(Position position)
        {
            Assert.Equal(_net, position.NetQty.Mantissa);
            Assert.Equal(_fees, (BigInteger)position.Fees.Mantissa);

            // Realised and open cost always add up to the cash: nothing is lost to rounding.
            Assert.Equal(_cash, (BigInteger)position.RealizedPnl.Mantissa - (BigInteger)position.OpenCost.Mantissa);

            BigInteger difference = ((BigInteger)position.OpenCost.Mantissa * _costDenominator) - _costNumerator;
            BigInteger bound = BigInteger.Abs(_costDenominator) * _closesSinceFlat;
            Assert.True(BigInteger.Abs(difference) <= bound, $"off by {difference}/{_costDenominator}");
        }
    }
}
