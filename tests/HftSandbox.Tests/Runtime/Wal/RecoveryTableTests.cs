using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

public sealed class RecoveryTableTests
{
    private static IEnumerable<RecoveryFacts> AllFacts =>
        from missing in new[] { false, true }
        from unreadable in new[] { false, true }
        from stop in new[] { LogStopKind.End, LogStopKind.Damaged, LogStopKind.Breaks, LogStopKind.SealDisagrees }
        from durable in new[] { false, true }
        from later in new[] { false, true }
        select new RecoveryFacts(missing, unreadable, stop, durable, later);

    [Fact]
    public void Exactly_one_row_matches_each_of_the_64_combinations()
    {
        var facts = AllFacts.ToList();

        Assert.Equal(64, facts.Count);
        Assert.All(facts, each => Assert.Single(RecoveryTable.Rows, row => row.Matches(each)));
    }

    [Fact]
    public void Every_row_is_reached() =>
        Assert.All(RecoveryTable.Rows, row => Assert.Contains(AllFacts, facts => row.Matches(facts)));

    [Fact]
    public void What_was_durable_is_never_cut_off() => Assert.DoesNotContain(
        AllFacts.Where(facts => facts.Durable),
        facts => RecoveryTable.Decide(facts).Verdict is StoreVerdict.Clean or StoreVerdict.Healable);
}
