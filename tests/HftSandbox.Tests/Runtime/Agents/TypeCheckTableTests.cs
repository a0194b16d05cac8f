using HftSandbox.Runtime.Agents;

namespace HftSandbox.Tests.Runtime.Agents;

public sealed class TypeCheckTableTests
{
    [Fact]
    public void Once_grown_it_takes_any_number_of_new_type_checks_without_allocating()
    {
        const int checksOfOne = 200;
        var types = typeof(object).Assembly.GetTypes().Take(checksOfOne).ToArray();
        TypeCheckTable.Grow();

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var target in types)
        {
            foreach (var type in types)
                _ = target.IsAssignableFrom(type);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
