namespace HftSandbox.Runtime.Agents;

/// <summary>A piece of work that a thread repeats: feed, engine, WAL writer, snapshots. Everything it owns is touched
/// by that thread alone.</summary>
public interface IAgent
{
    /// <summary>For diagnostics: one word.</summary>
    string Name { get; }

    /// <summary>One duty cycle: does what there is to do, a bounded amount, and returns.</summary>
    /// <param name="nowNs">The monotonic clock, read once per duty cycle of the thread.</param>
    /// <returns>How much was done, in any unit; 0 = nothing, the thread may idle.</returns>
    int DoWork(long nowNs);
}
