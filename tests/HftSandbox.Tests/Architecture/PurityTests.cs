using System.Reflection;
using System.Runtime.InteropServices;

namespace HftSandbox.Tests.Architecture;

/// <summary>The arrows between the projects, and what Events and Core must not even mention: read from what was
/// built.</summary>
public class PurityTests
{
    /// <summary>The parts of the class library that compute and do nothing else.</summary>
    private static readonly string[] PureLibraries =
    [
        "System.Collections", "System.Collections.Immutable", "System.Linq", "System.Memory", "System.Runtime",
        "System.Runtime.Intrinsics", "System.Runtime.InteropServices", "System.Runtime.Numerics",
        "System.Security.Cryptography", "System.Text.Encoding.Extensions", "System.Text.Encodings.Web",
        "System.Text.Json",
    ];

    private static readonly string[] FloatingPoint =
        ["System.Double", "System.Single", "System.Half", "System.Decimal"];

    /// <summary>Who may reference whom. What is not listed here is the program, which wires all.</summary>
    public static TheoryData<string, string[]> Arrows => new()
    {
        { "HftSandbox.Events", [] },
        { "HftSandbox.Core", ["HftSandbox.Events"] },
        { "HftSandbox.Runtime", ["HftSandbox.Events"] },
        { "HftSandbox.Adapters", ["HftSandbox.Core", "HftSandbox.Events"] },
        { "HftSandbox.Trader", ["HftSandbox.Adapters", "HftSandbox.Core", "HftSandbox.Events", "HftSandbox.Runtime"] },
    };

    public static TheoryData<string> PureProjects => ["HftSandbox.Events", "HftSandbox.Core"];

    [Theory]
    [MemberData(nameof(Arrows))]
    public void A_project_references_only_what_the_design_lets_it(string project, string[] allowed)
    {
        using var metadata = new AssemblyMetadata(SourceAssemblies.NameOfProject[project]);

        var ours = metadata.References.Where(name => !IsClassLibrary(name));

        if (project == "HftSandbox.Trader")
            ours = ours.Where(name => name.StartsWith("HftSandbox.", StringComparison.Ordinal));
        Assert.All(ours, name => Assert.Contains(name, allowed));
    }

    [Fact]
    public void Every_project_has_its_arrows()
    {
        Assert.Equal(Repository.SourceProjects, Arrows.Select(row => row.Data.Item1).Order());
    }

    [Theory]
    [MemberData(nameof(PureProjects))]
    public void Pure_projects_use_only_the_parts_of_the_class_library_that_compute(string project)
    {
        using var metadata = new AssemblyMetadata(project);

        Assert.All(metadata.References.Where(IsClassLibrary), name => Assert.Contains(name, PureLibraries));
    }

    [Theory]
    [MemberData(nameof(PureProjects))]
    public void Pure_projects_have_no_floating_point_in_any_signature(string project)
    {
        using var metadata = new AssemblyMetadata(project);

        var found = metadata.Signatures().Where(signature => signature.Types.Intersect(FloatingPoint).Any());

        Offenders.None(found.Select(signature => signature.Member));
    }

    [Theory]
    [MemberData(nameof(PureProjects))]
    public void Pure_projects_have_no_floating_point_instruction(string project)
    {
        var floating = SourceAssemblies.MethodsOf(Assembly.Load(project)).SelectMany(FloatingPointIn);

        Offenders.None(floating);
    }

    [Theory]
    [MemberData(nameof(PureProjects))]
    public void Pure_projects_reference_no_banned_symbol(string project)
    {
        using var metadata = new AssemblyMetadata(project);
        var outside = metadata.OutsideIds().ToHashSet();

        var banned = BannedSymbols().Where(outside.Contains);

        Offenders.None(banned);
    }

    [Theory]
    [MemberData(nameof(PureProjects))]
    public void The_analyzer_of_banned_symbols_is_wired(string project)
    {
        const string analyzer = "<PackageReference Include=\"Microsoft.CodeAnalysis.BannedApiAnalyzers\"";
        const string symbols = "<AdditionalFiles Include=\"../BannedSymbols.txt\" />";
        const string rule = "RS0030";

        var build = Repository.Text($"src/{project}/{project}.csproj");
        var switchedOff = Repository.Files($"src/{project}", ".cs", ".csproj", ".editorconfig")
            .Append("Directory.Build.props").Append(".editorconfig")
            .Where(path => Repository.Text(path).Contains(rule, StringComparison.Ordinal));

        Assert.Contains(analyzer, build, StringComparison.Ordinal);
        Assert.Contains(symbols, build, StringComparison.Ordinal);
        Offenders.None(switchedOff);
    }

    [Fact]
    public void Every_line_of_the_banned_symbols_is_a_symbol_that_exists_and_a_reason()
    {
        Assert.All(Repository.Lines("src/BannedSymbols.txt"), line =>
        {
            var (id, reason) = (line.Split(';')[0], line[(line.IndexOf(';', StringComparison.Ordinal) + 1)..]);
            Assert.True(Exists(id), $"{id} is no symbol of the class library");
            Assert.True(reason.Length > 10, $"{id} has no reason");
        });
    }

    [Fact]
    public void What_these_tests_look_for_is_found_where_it_is_used()
    {
        using var metadata = new AssemblyMetadata(typeof(PurityTests).Assembly.GetName().Name!);

        var ids = metadata.OutsideIds().ToHashSet();
        var types = metadata.Signatures().SelectMany(signature => signature.Types).ToHashSet();

        Assert.Contains("T:System.IO.File", ids);
        Assert.Contains("M:System.IO.File.ReadAllText", ids);
        Assert.Contains("P:System.Environment.TickCount64", ids);
        Assert.Contains("System.Double", types);
        Assert.NotEmpty(FloatingPointIn(((Func<double>)Seconds).Method));
    }

    private static double Seconds() => Environment.TickCount64 / 1000.0;

    private static bool IsClassLibrary(string assembly) =>
        File.Exists(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), assembly + ".dll"));

    private static IEnumerable<string> FloatingPointIn(MethodBase method) => IlReader.Read(method)
        .Where(instruction => IsFloatingPoint(instruction.Code.Name!))
        .Select(instruction => $"{SourceAssemblies.NameOf(method)} IL_{instruction.Offset:x4}: {instruction.Code}");

    private static bool IsFloatingPoint(string code) => code.Contains(".r4", StringComparison.Ordinal)
        || code.Contains(".r8", StringComparison.Ordinal) || code is "conv.r.un" or "ckfinite";

    private static IEnumerable<string> BannedSymbols() =>
        Repository.Lines("src/BannedSymbols.txt").Select(line => line.Split(';')[0].Split('(')[0]);

    private static bool Exists(string id)
    {
        var name = id[2..].Split('(')[0];
        if (id[0] == 'T')
            return FindType(name) is not null;
        var dot = name.LastIndexOf('.');
        return FindType(name[..dot])?.GetMember(name[(dot + 1)..]).Length > 0;
    }

    private static Type? FindType(string name) => AppDomain.CurrentDomain.GetAssemblies()
        .Append(Assembly.Load("System.Console")).Append(Assembly.Load("System.Net.Sockets"))
        .Append(Assembly.Load("System.Security.Cryptography")).Append(Assembly.Load("System.Collections"))
        .Select(assembly => assembly.GetType(name)).FirstOrDefault(type => type is not null);
}
