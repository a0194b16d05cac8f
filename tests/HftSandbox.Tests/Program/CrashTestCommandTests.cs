namespace HftSandbox.Tests.Program;

public sealed class CrashTestCommandTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_small_run_of_one_layer_reports_its_cases_as_json()
    {
        string[] arguments = ["crashtest", "--size", "small", "--layer", "cut", "--part", "1/8", "--json"];
        var result = TraderProcess.Run(_directory, arguments).Exited(0);

        Assert.Equal(1, result.Json.GetProperty("schemaVersion").GetInt32());
        Assert.Equal("small", result.Json.GetProperty("size").GetString());
        Assert.Equal("recorded", result.Json.GetProperty("store").GetString());
        var layer = Assert.Single(result.Json.GetProperty("layers").EnumerateArray());
        Assert.Equal("cut", layer.GetProperty("layer").GetString());
        Assert.Equal(500, layer.GetProperty("cases").GetInt64());
        Assert.Equal(0, layer.GetProperty("failed").GetInt64());
        Assert.Equal(500, layer.GetProperty("held").GetInt64() + layer.GetProperty("undecidable").GetInt64());
        Assert.Empty(layer.GetProperty("failures").EnumerateArray());
        Assert.Contains("cut: 500 cases", result.Error);
    }

    [Fact]
    public void The_parts_of_a_layer_add_up_to_the_layer()
    {
        string[] arguments = ["crashtest", "--layer", "model", "--json", "--part"];
        string[] parts = ["1/7", "2/7", "3/7", "4/7", "5/7", "6/7", "7/7"];

        var cases = parts.Select(part => TraderProcess.Run(_directory, [.. arguments, part]).Exited(0).Json)
            .Select(result => result.GetProperty("layers")[0].GetProperty("cases").GetInt64());

        Assert.Equal([42, 43, 43, 43, 43, 43, 43], cases);
        Assert.Contains("'4/3' is no K/N", TraderProcess.Run(_directory, [.. arguments, "4/3"]).Exited(2).Error);
    }

    [Fact]
    public void An_unknown_layer_is_a_mistake_in_usage()
    {
        var result = TraderProcess.Run(_directory, "crashtest", "--layer", "rust").Exited(2);

        Assert.StartsWith("trader: --layer: 'rust' is none of cut, flip, sector, crash", result.Error);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void One_case_can_be_repeated()
    {
        var result = TraderProcess.Run(_directory, "crashtest", "--layer", "flip", "--case", "4321").Exited(0);

        Assert.Equal("flip case 4321: held\n", result.Output);
        TraderProcess.Run(_directory, "crashtest", "--case", "1").Exited(2);
        TraderProcess.Run(_directory, "crashtest", "--layer", "flip", "--case", "6000").Exited(2);
    }

    [Fact]
    public void A_recorded_store_is_damaged_in_memory_only()
    {
        TraderProcess.Run(_directory, "record", "wal", "--order-count", "500", "--segment-bytes", "64KiB").Exited(0);
        var before = Content();

        var result = TraderProcess.Run(
            _directory, "crashtest", "wal", "--layer", "cut", "--part", "1/8", "--json").Exited(0);

        Assert.Equal("wal", result.Json.GetProperty("store").GetString());
        Assert.Equal(before, Content());
        TraderProcess.Run(_directory, "crashtest", "nowhere").Exited(5);
    }

    private Dictionary<string, string> Content() => Directory.GetFiles(_directory["wal"])
        .ToDictionary(path => path, path => Convert.ToHexString(File.ReadAllBytes(path)));
}
