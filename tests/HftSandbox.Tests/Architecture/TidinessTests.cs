using System.Text.RegularExpressions;

namespace HftSandbox.Tests.Architecture;

/// <summary>The source polices itself.</summary>
public partial class TidinessTests
{
    private const int ColumnsMax = 120;
    private const int LinesMax = 400;

    /// <summary>Folders that say nothing about what is in them.</summary>
    private static readonly string[] EmptyNames = ["Common", "Utils", "Helpers", "Abstractions", "Shared", "Misc"];

    /// <summary>Hosts and absolute paths of one machine, in halves so that this file does not hold them.</summary>
    private static readonly string[] NamesOfOneMachine =
    [
        "nuget" + ".org", "pkgs" + ".dev", "artifactory" + ".", "/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/",
        "/Us" + "ers/", "C:" + "\\",
    ];

    private static string[] Code => [.. Files("src", ".cs"), .. Files("tests", ".cs"), .. Files("benchmarks", ".cs")];

    [Fact]
    public void No_line_is_longer_than_120_columns()
    {
        var broken = Code.SelectMany(path => Places(path, line => line.Length > ColumnsMax));

        Offenders.None(broken);
    }

    [Fact]
    public void No_source_file_is_longer_than_400_lines()
    {
        var broken = Files("src", ".cs")
            .Select(path => (path, Length: Lines(path).Length))
            .Where(file => file.Length > LinesMax);

        Offenders.None(broken.Select(file => $"{file.path}: {file.Length} lines"));
    }

    [Fact]
    public void Nothing_is_left_for_later_in_the_code()
    {
        Offenders.None(Code.SelectMany(path => Places(path, LeftForLater().IsMatch)));
    }

    [Fact]
    public void Folders_are_named_for_what_is_in_them()
    {
        var broken = Code.Where(path => path.Split('/')[..^1].Intersect(EmptyNames).Any());

        Offenders.None(broken);
    }

    [Fact]
    public void Every_namespace_is_its_folder()
    {
        var broken = Files("src", ".cs")
            .Select(path => (path, Declared: NamespaceOf(path)))
            .Where(file => file.Declared is not null && file.Declared != NamespaceOfFolder(file.path));

        Offenders.None(broken.Select(file => $"{file.path}: {file.Declared}"));
    }

    [Fact]
    public void Only_the_entry_point_and_module_attributes_have_no_namespace()
    {
        var without = Files("src", ".cs").Where(path => NamespaceOf(path) is null);

        Assert.Equal(
            ["src/HftSandbox.Core/Module.cs", "src/HftSandbox.Trader/Program.cs"],
            without.Where(path => Lines(path).Any(IsCode)));
    }

    [Fact]
    public void No_test_is_switched_off()
    {
        Offenders.None(Files("tests", ".cs").SelectMany(path => Places(path, SwitchedOff().IsMatch)));
    }

    [Fact]
    public void No_tracked_file_names_a_machine_or_a_registry()
    {
        string[] readable = [".cs", ".csproj", ".props", ".targets", ".sln", ".json", ".md", ".txt", ".yml", ".sh"];
        var files = Files(".", readable).Concat(Files(".ci"));

        Offenders.None(files.SelectMany(path => Places(path, line => NamesOfOneMachine.Any(line.Contains))));
    }

    private static string? NamespaceOf(string path) => Lines(path)
        .Select(line => Namespace().Match(line)).Where(match => match.Success)
        .Select(match => match.Groups[1].Value).FirstOrDefault();

    private static string NamespaceOfFolder(string path)
    {
        var folder = Path.GetDirectoryName(path)!["src/".Length..];
        // Bodies is a folder only: the bodies belong to the events.
        return folder == "HftSandbox.Events/Bodies" ? "HftSandbox.Events" : folder.Replace('/', '.');
    }

    private static bool IsCode(string line) => line.Length > 0 && !line.StartsWith('[')
        && !line.StartsWith("//", StringComparison.Ordinal)
        && !line.StartsWith("global using", StringComparison.Ordinal);

    private static string[] Files(string folder, params string[] extensions) => Repository.Files(folder, extensions);

    private static string[] Lines(string path) => Repository.Lines(path);

    private static IEnumerable<string> Places(string path, Func<string, bool> broken) => Lines(path)
        .Index().Where(line => broken(line.Item)).Select(line => $"{path}:{line.Index + 1}: {line.Item.Trim()}");

    [GeneratedRegex(@"^namespace ([\w.]+);")]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\b(TOD[O]|FIXM[E]|HAC[K]|NotImplementedExceptio[n])\b")]
    private static partial Regex LeftForLater();

    [GeneratedRegex(@"\bSkip\s*=\s*""")]
    private static partial Regex SwitchedOff();
}
