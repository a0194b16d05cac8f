using System.Globalization;
using System.Text;
using HftSandbox.Runtime.Wal;

namespace HftSandbox.Tests.Runtime.Wal;

public sealed class WriterCrcTests(ITestOutputHelper output)
{
    [Fact]
    public void The_check_value_is_that_of_the_standard() =>
        Assert.Equal(0xE3069283, Crc32C.Of(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void The_vectors_of_RFC_3720_hold()
    {
        var vectors = SharedData.Cases("crc32c.json").RootElement.GetProperty("vectors");

        foreach (var vector in vectors.EnumerateArray())
        {
            var bytes = Convert.FromHexString(vector.GetProperty("hex").GetString()!);
            var text = vector.GetProperty("crc32c").GetString()!;
            var expected = uint.Parse(text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Assert.Equal(expected, Crc32C.Of(bytes));
        }
    }

    [Fact]
    public void Any_split_of_any_bytes_gives_the_value_of_the_bitwise_definition()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var length = 0; length < 100; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            var split = random.Next(length + 1);
            var salt = (uint)random.Next();

            var state = Crc32C.Append(Crc32C.Append(Crc32C.Start(salt), bytes.AsSpan(0, split)), bytes.AsSpan(split));

            Assert.Equal(NaiveLog.Crc(BitConverter.GetBytes(salt), bytes), Crc32C.Finish(state));
        }
    }
}
