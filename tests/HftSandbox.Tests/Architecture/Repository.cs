namespace HftSandbox.Tests.Architecture;

/// <summary>The checkout that this test assembly was built from.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs =
        ["bin", "obj", ".git", ".vs", ".idea", ".vscode", "TestResults", "BenchmarkDotNet.Artifacts", "testdata"];

    /// <summary>The projects under src, by folder name.</summary>
    public static string[] SourceProjects { get; } =
        [.. Directory.GetDirectories(RepositoryRoot.File("src")).Select(folder => Path.GetFileName(folder)!).Order()];

    /// <summary>Paths of the files below a folder, relative to the root, in ordinal order; what a build or an editor
    /// leaves behind is left out.</summary>
    public static string[] Files(string folder, params string[] extensions)
    {
        var found = new List<string>();
        Collect(RepositoryRoot.File(folder), extensions, found);
        return [.. found.Select(path => Path.GetRelativePath(RepositoryRoot.Path, path)).Order(StringComparer.Ordinal)];
    }

    public static string[] Lines(string path) => File.ReadAllLines(RepositoryRoot.File(path));

    public static string Text(string path) => File.ReadAllText(RepositoryRoot.File(path));

    private static void Collect(string folder, string[] extensions, List<string> found)
    {
        if (!Directory.Exists(folder))
            return;
        found.AddRange(Directory.GetFiles(folder)
            .Where(path => extensions.Length == 0 || extensions.Contains(Path.GetExtension(path))));
        foreach (var inner in Directory.GetDirectories(folder))
        {
            if (!NotOurs.Contains(Path.GetFileName(inner)))
                Collect(inner, extensions, found);
        }
    }
}
