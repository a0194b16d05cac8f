using System.Text.Json;

namespace HftSandbox.Tests.Core;

/// <summary>Correctness cases that lie beside the checkout, not in it.</summary>
internal static class Outside
{
    public static JsonDocument Cases(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "cases", name);
            if (File.Exists(path))
                return JsonDocument.Parse(File.ReadAllBytes(path));
        }

        Assert.Skip($"not run: shared/cases/{name} was not found beside the checkout");
        throw new UnreachableAfterSkipException();
    }

    private sealed class UnreachableAfterSkipException : Exception;
}
