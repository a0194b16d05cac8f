using HftSandbox.Core.Configuration;
using HftSandbox.Core.Orders;
using HftSandbox.Tests.Core;
using HftSandbox.Tests.Core.Strategies;

namespace HftSandbox.Tests.Architecture;

/// <summary>What the README says twice: once in code, once in its own text.</summary>
public sealed class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(RepositoryRoot.File("README.md"));

    [Fact]
    public void The_table_of_the_order_life_cycle_is_the_codes()
    {
        Assert.Contains(OrderLifecycle.ToMarkdown(), Readme, StringComparison.Ordinal);
    }

    [Fact]
    public void The_strategy_that_it_shows_is_one_that_compiles()
    {
        string path = RepositoryRoot.File("tests/HftSandbox.Tests/Core/Strategies/ThreeUpStrategy.cs");
        string code = File.ReadAllText(path);
        string shown = code[code.IndexOf("/// <summary>", StringComparison.Ordinal)..].TrimEnd();

        Assert.Contains($"```csharp\n{shown}\n```", Readme, StringComparison.Ordinal);
    }

    [Fact]
    public void The_strategy_that_it_shows_does_what_it_says()
    {
        RunConfiguration configuration = Rig.Defaults() with { Strategies = Rig.Strategies("three-up") };
        var rig = new Rig(configuration, strategies: (_, _, _) => new ThreeUpStrategy(5)).Start();
        var positions = new List<long>();

        foreach (long px in new long[] { 100, 101, 102, 103, 103, 102, 104, 103, 102, 101 })
        {
            rig.Trade(px);
            positions.Add(rig.Engine.Positions[Rig.First].NetQty.Mantissa);
        }

        Assert.Equal([0, 0, 0, 5, 5, 5, 5, 5, 0, 0], positions);
    }
}
