using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HftSandbox.Core.Configuration;
using HftSandbox.Events;

namespace HftSandbox.Tests.Core;

public sealed class EngineStateTests
{
    [Theory]
    [InlineData(1, "stub")]
    [InlineData(2, "stub")]
    [InlineData(3, "stub")]
    [InlineData(4, "outside")]
    [InlineData(5, "outside")]
    [InlineData(6, "outside")]
    [InlineData(7, "sim")]
    [InlineData(8, "sim")]
    public void A_restored_engine_cannot_be_told_from_the_one_that_went_on(int seed, string venue)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var original = new Rig(strategies: MischievousStrategies.Create);
        original.Configuration = EnginePlay.RandomConfiguration(random, venue);
        original.Start();

        for (int round = 0; round < 40; round++)
        {
            Rig restored = original.Fork();
            Assert.Equal(Encoding.UTF8.GetString(original.State()), Encoding.UTF8.GetString(restored.State()));

            int before = original.Output.Bytes.Length;
            int steps = random.Next(1, 120);
            int continuation = random.Next();
            EnginePlay.Play(original, new Random(continuation), steps);
            EnginePlay.Play(restored, new Random(continuation), steps);

            Assert.True(original.Output.Bytes[before..].SequenceEqual(restored.Output.Bytes), $"round {round}");
            Assert.Equal(original.Engine.Digest, restored.Engine.Digest);
            Assert.Equal(Encoding.UTF8.GetString(original.State()), Encoding.UTF8.GetString(restored.State()));
        }

        List<Recorded> all = original.Output.Records;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", all.CountBy(one => one.Kind)));
        Assert.Empty(EnginePlay.Expected(venue).Except(all.Kinds()));
        Assert.Contains(all, r => r.Kind == EventKind.RiskDecision && r.Body<RiskDecisionBody>().Reason != 0);
    }

    [Fact]
    public void The_state_is_canonical()
    {
        var rig = new Rig(Rig.Defaults() with { Features = new FeaturesConfig(true, EnableFills: false) }).Start();
        rig.Quote(99, 101);
        rig.Trade(100);

        byte[] state = rig.State();

        Assert.DoesNotContain(state, value => value is (byte)' ' or (byte)'\n' or (byte)'\t');
        using JsonDocument json = JsonDocument.Parse(state);
        AssertSorted(json.RootElement, "$");
        Assert.Equal(2, json.RootElement.GetProperty("openOrders").GetArrayLength());
        Assert.Equal(
            rig.Configuration.ToJson(),
            Encoding.UTF8.GetBytes(json.RootElement.GetProperty("configuration").GetString()!));
    }

    [Fact]
    public void The_state_of_an_empty_store_restores_to_an_empty_store()
    {
        byte[] state = new Rig().State();
        var rig = new Rig();

        rig.Engine.ReadState(state, 0);

        Assert.Equal(state, rig.State());
        Assert.Equal(1001u, rig.Start().Engine.NextClOrdId);
    }

    [Fact]
    public void A_full_order_store_fits_its_bound_and_restores()
    {
        var rig = new Rig(Rig.Defaults() with { Features = new FeaturesConfig(true, EnableFills: false) }).Start();
        for (int order = 0; order < Limits.OpenOrdersMax; order++)
            rig.Quote(99, 101);
        Assert.Equal(Limits.OpenOrdersMax, rig.Engine.OpenOrders.Count);
        Assert.Equal(RiskReason.MaxOpenOrders, rig.Quote(99, 101).Decision().Reason);

        byte[] state = rig.State();
        var restored = new Rig(rig.Configuration);
        restored.Engine.ReadState(state, rig.Engine.LastSequence);

        Assert.True(state.Length < Limits.StateBytesMax);
        Assert.Equal(state, restored.State());
    }

    [Fact]
    public void A_state_that_is_not_one_or_of_another_sequence_is_refused()
    {
        var rig = new Rig().Start();
        byte[] state = rig.State();

        Assert.Throws<InvalidDataException>(() => new Rig().Engine.ReadState(state, 2));
        Assert.Throws<InvalidDataException>(() => new Rig().Engine.ReadState("{}"u8, 1));
        Assert.Throws<InvalidDataException>(() => new Rig().Engine.ReadState("nonsense"u8, 1));
        Assert.Throws<InvalidOperationException>(() => rig.Engine.ReadState(state, 1));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("18446744073709551615")]
    public void A_state_with_any_one_value_replaced_is_refused_as_no_state_or_taken(string value)
    {
        var rig = new Rig(strategies: MischievousStrategies.Create);
        rig.Configuration = EnginePlay.RandomConfiguration(new Random(1), "outside");
        EnginePlay.Play(rig.Start(), new Random(1), 400);
        JsonNode state = JsonNode.Parse(rig.State())!;
        string[] paths = [.. Values(state).Select(node => node.GetPath()).DistinctBy(WithoutIndexes)];

        TestContext.Current.TestOutputHelper?.WriteLine($"{paths.Length} places");
        Assert.All(paths, path =>
        {
            if (Refusal(rig, Replaced(state, path, value)) is { } refusal)
                Assert.IsType<InvalidDataException>(refusal);
        });
    }

    [Fact]
    public void Run_totals_are_not_part_of_the_state()
    {
        var rig = new Rig().Start();
        rig.Quote(99, 101);
        var restored = new Rig();

        restored.Engine.ReadState(rig.State(), rig.Engine.LastSequence);

        Assert.Equal(0u, restored.Engine.Run.Inputs);
        Assert.Equal(1002u, restored.Engine.NextClOrdId);
    }

    private static IEnumerable<JsonNode> Values(JsonNode node)
    {
        IEnumerable<JsonNode> children = node switch
        {
            JsonObject pairs => pairs.Select(pair => pair.Value).OfType<JsonNode>(),
            JsonArray items => items.OfType<JsonNode>(),
            _ => [],
        };
        return children.SelectMany(Values).Append(node);
    }

    private static string WithoutIndexes(string path) => string.Concat(path.Where(letter => !char.IsDigit(letter)));

    private static byte[] Replaced(JsonNode state, string path, string value)
    {
        if (path == "$")
            return Encoding.UTF8.GetBytes(value);
        JsonNode changed = state.DeepClone();
        Values(changed).Single(node => node.GetPath() == path).ReplaceWith(JsonNode.Parse(value));
        return Encoding.UTF8.GetBytes(changed.ToJsonString());
    }

    private static Exception? Refusal(Rig rig, byte[] state) =>
        Record.Exception(() => new Rig(strategies: MischievousStrategies.Create).Engine
            .ReadState(state, rig.Engine.LastSequence));

    private static void AssertSorted(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            string[] names = [.. element.EnumerateObject().Select(property => property.Name)];
            Assert.Equal(names.Order(StringComparer.Ordinal), names);
            foreach (JsonProperty property in element.EnumerateObject())
                AssertSorted(property.Value, $"{path}.{property.Name}");
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
                AssertSorted(item, path);
        }
    }
}
