using System.Xml.Linq;

namespace HftSandbox.Tests.Architecture;

/// <summary>The same source gives the same program: settings stand in one place, packages are pinned and
/// locked.</summary>
public class BuildSettingsTests
{
    public static TheoryData<string> Projects =>
    [
        .. Repository.Files("src", ".csproj"), .. Repository.Files("tests", ".csproj"),
        .. Repository.Files("benchmarks", ".csproj"),
    ];

    [Theory]
    [InlineData("TreatWarningsAsErrors", "true")]
    [InlineData("AnalysisLevel", "latest-recommended")]
    [InlineData("EnforceCodeStyleInBuild", "true")]
    [InlineData("GenerateDocumentationFile", "true")]
    [InlineData("Nullable", "enable")]
    [InlineData("Deterministic", "true")]
    [InlineData("InvariantGlobalization", "true")]
    [InlineData("RestorePackagesWithLockFile", "true")]
    [InlineData("RestoreLockedMode", "true")]
    [InlineData("TieredPGO", "true")]
    [InlineData("ServerGarbageCollector", "false")]
    [InlineData("ConcurrentGarbageCollection", "false")]
    public void One_file_sets_it_for_every_project(string setting, string value)
    {
        Assert.Equal([value], Values("Directory.Build.props", setting));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_overrides_none_of_them(string project)
    {
        var shared = XDocument.Parse(Repository.Text("Directory.Build.props")).Descendants("PropertyGroup").Elements()
            .Select(element => element.Name.LocalName);

        var own = XDocument.Parse(Repository.Text(project)).Descendants("PropertyGroup").Elements()
            .Select(element => element.Name.LocalName);

        Assert.Empty(own.Intersect(shared));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_names_packages_without_versions_and_has_a_lock_file(string project)
    {
        var packages = XDocument.Parse(Repository.Text(project)).Descendants("PackageReference");

        Assert.All(packages, package => Assert.True(
            package.Attribute("Version") is null && package.Attribute("VersionOverride") is null
            && package.Element("Version") is null, $"{package}"));
        var lockFile = RepositoryRoot.File(Path.GetDirectoryName(project)!, "packages.lock.json");
        Assert.True(File.Exists(lockFile), lockFile);
    }

    [Fact]
    public void Every_package_is_pinned_to_one_exact_version()
    {
        const string file = "Directory.Packages.props";

        var packages = XDocument.Parse(Repository.Text(file)).Descendants("PackageVersion").ToArray();

        Assert.Equal(["true"], Values(file, "ManagePackageVersionsCentrally"));
        Assert.NotEmpty(packages);
        Assert.All(packages, package => Assert.Matches(@"^\d+(\.\d+){2,3}$", package.Attribute("Version")!.Value));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_project_is_part_of_the_solution(string project)
    {
        Assert.Contains(project.Replace('/', '\\'), Repository.Text("HftSandbox.sln"), StringComparison.Ordinal);
    }

    private static string[] Values(string file, string setting) =>
        [.. XDocument.Parse(Repository.Text(file)).Descendants(setting).Select(element => element.Value)];
}
