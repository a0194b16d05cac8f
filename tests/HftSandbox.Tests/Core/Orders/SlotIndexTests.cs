using HftSandbox.Core.Orders;

namespace HftSandbox.Tests.Core.Orders;

public sealed class SlotIndexTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_agrees_with_a_dictionary_whatever_is_added_and_removed(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        const int Capacity = 64;
        var random = new Random(seed);
        var index = new SlotIndex(Capacity);
        var expected = new Dictionary<ulong, int>();

        for (int step = 0; step < 50_000; step++)
        {
            ulong id = (ulong)random.Next(1, 200);
            if (expected.Remove(id))
            {
                index.Remove(id);
            }
            else if (expected.Count < Capacity)
            {
                expected.Add(id, step);
                index.Add(id, step);
            }

            ulong probe = (ulong)random.Next(1, 200);
            Assert.Equal(expected.GetValueOrDefault(probe, SlotIndex.NotFound), index.Find(probe));
        }

        foreach ((ulong id, int slot) in expected)
            Assert.Equal(slot, index.Find(id));
    }

    [Fact]
    public void Clearing_forgets_everything()
    {
        var index = new SlotIndex(8);
        index.Add(7, 3);

        index.Clear();

        Assert.Equal(SlotIndex.NotFound, index.Find(7));
    }
}
