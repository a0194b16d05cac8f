using HftSandbox.Runtime.Agents;

namespace HftSandbox.Tests.Runtime.Agents;

public sealed class AgentRunnerTests
{
    [Theory]
    [InlineData(WaitMode.Spin)]
    [InlineData(WaitMode.Yield)]
    [InlineData(WaitMode.Park)]
    public void Agents_of_one_thread_take_turns_and_see_the_same_time(WaitMode mode)
    {
        var seen = new List<(string Name, long NowNs)>();
        using var enough = new ManualResetEventSlim();
        var agents = new[] { "first", "second" }.Select(name => new ScriptedAgent(name, nowNs =>
        {
            seen.Add((name, nowNs));
            if (seen.Count == 200)
                enough.Set();
            return seen.Count % 3;
        }));
        var faults = 0;

        using (var runner = new AgentRunner(agents, new SystemClock(), mode, (_, _) => faults++))
        {
            Assert.Equal("first+second", runner.Name);
            runner.Start();
            enough.Wait(TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, faults);
        Assert.All(seen.Chunk(2), pair =>
        {
            Assert.Equal(["first", "second"], pair.Select(call => call.Name));
            Assert.Equal(pair[0].NowNs, pair[1].NowNs);
        });
        Assert.Equal(seen.Select(call => call.NowNs).Order(), seen.Select(call => call.NowNs));
    }

    [Fact]
    public void The_first_exception_is_reported_once_and_ends_the_thread()
    {
        var faults = new List<(IAgent Agent, Exception Failure)>();
        var calls = 0;
        var good = new ScriptedAgent("good", _ => 1);
        var bad = new ScriptedAgent("bad", _ => ++calls == 3 ? throw new InvalidDataException("third") : 1);
        using var reported = new ManualResetEventSlim();
        using var runner = new AgentRunner([good, bad], new SystemClock(), WaitMode.Park, (agent, failure) =>
        {
            faults.Add((agent, failure));
            reported.Set();
        });

        runner.Start();
        reported.Wait(TestContext.Current.CancellationToken);
        runner.Stop();

        Assert.False(runner.IsRunning);
        Assert.Equal(3, calls);
        var fault = Assert.Single(faults);
        Assert.Same(bad, fault.Agent);
        Assert.Equal("third", fault.Failure.Message);
    }

    [Fact]
    public void A_runner_can_be_stopped_from_its_own_thread_and_before_it_starts()
    {
        AgentRunner? runner = null;
        using var stopped = new ManualResetEventSlim();
        var agent = new ScriptedAgent("self", _ =>
        {
            runner!.Stop();
            stopped.Set();
            return 1;
        });
        new AgentRunner([agent], new SystemClock(), WaitMode.Park, (_, _) => { }).Stop();

        using (runner = new AgentRunner([agent], new SystemClock(), WaitMode.Park, (_, _) => { }))
        {
            runner.Start();
            stopped.Wait(TestContext.Current.CancellationToken);
        }

        Assert.False(runner.IsRunning);
    }

    [Fact]
    public void The_monotonic_clock_never_goes_back_and_the_wall_clock_knows_the_century()
    {
        var clock = new SystemClock();

        var times = Enumerable.Range(0, 1000).Select(_ => clock.MonotonicNs).ToArray();

        Assert.Equal(times.Order(), times);
        Assert.InRange(clock.WallNs, 1_700_000_000_000_000_000, 4_000_000_000_000_000_000);
    }

    private sealed class ScriptedAgent(string name, Func<long, int> work) : IAgent
    {
        public string Name => name;

        public int DoWork(long nowNs) => work(nowNs);
    }
}
