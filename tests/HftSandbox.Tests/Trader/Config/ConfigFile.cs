using HftSandbox.Trader.Config;

namespace HftSandbox.Tests.Trader.Config;

/// <summary>A configuration in a temporary file, deleted with it.</summary>
internal sealed class ConfigFile : IDisposable
{
    public static readonly Dictionary<string, string> Nothing = [];

    private readonly string _folder = Directory.CreateTempSubdirectory("config").FullName;

    public ConfigFile(string json) => Write(json);

    public string Path => System.IO.Path.Combine(_folder, "config.json");

    /// <summary>The original program's configuration.</summary>
    public static string Original => File.ReadAllText(InRepository("testdata/original.json"));

    public static string InRepository(string relativePath)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "HftSandbox.sln")))
                return System.IO.Path.Combine(folder.FullName, relativePath);
        }

        throw new FileNotFoundException("the checkout was not found above the test assembly", relativePath);
    }

    public static ConfigResult Load(
        string json, Dictionary<string, string>? environment = null, Dictionary<string, string>? overrides = null)
    {
        using var file = new ConfigFile(json);
        return ConfigLoader.Load(file.Path, environment ?? Nothing, overrides ?? Nothing);
    }

    /// <summary>The problems as printed, with the temporary folder cut off.</summary>
    public static string[] Problems(
        string json, Dictionary<string, string>? environment = null, Dictionary<string, string>? overrides = null)
    {
        using var file = new ConfigFile(json);
        var result = ConfigLoader.Load(file.Path, environment ?? Nothing, overrides ?? Nothing);
        Assert.Equal(result.Config is null, result.Problems.Any(problem => problem.IsError));
        return [.. result.Problems.Select(
            problem => problem.ToString().Replace(file._folder + "/", "", StringComparison.Ordinal))];
    }

    public void Write(string json) => File.WriteAllText(Path, json);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
