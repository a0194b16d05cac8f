using System.Text.Json;

namespace HftSandbox.Tests;

/// <summary>Market data and correctness cases beside the checkout, never part of it.</summary>
internal static class SharedData
{
    /// <summary>The path of a file below <c>shared/</c>; skips the calling test where there is none.</summary>
    public static string Find(string relativePath)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", relativePath);
            if (File.Exists(path))
                return path;
        }

        Assert.Skip($"not run: shared/{relativePath} is not beside the checkout");
        return "";
    }

    /// <summary>The ETHUSDT capture of 2024-08-08.</summary>
    public static string EthUsdt => Find("data/binance-ws-spot-ethusdt/ethusdt_20240808.gz");

    /// <summary>The cases of a file below <c>shared/cases</c>; skips the calling test where there is none.</summary>
    public static JsonDocument Cases(string name) => JsonDocument.Parse(File.ReadAllBytes(Find($"cases/{name}")));
}
