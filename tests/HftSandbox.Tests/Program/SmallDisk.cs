using System.Diagnostics;
using System.Globalization;

namespace HftSandbox.Tests.Program;

/// <summary>A file system in memory of a chosen size: the only disk that a test may fill. Needs root; without it the
/// test is reported as not run.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TempDirectory _mountPoint = new();

    public SmallDisk(int mebibytes)
    {
        if (!Mount("-t", "tmpfs", "-o", Size(mebibytes), "tmpfs", _mountPoint.Path))
        {
            _mountPoint.Dispose();
            Assert.Skip("not run: mounting a tmpfs needs root");
        }
    }

    public string this[string name] => _mountPoint[name];

    public void Resize(int mebibytes) =>
        Assert.True(Mount("-o", $"remount,{Size(mebibytes)}", _mountPoint.Path), "tmpfs resized");

    public void Dispose()
    {
        Run("umount", _mountPoint.Path);
        _mountPoint.Dispose();
    }

    private static string Size(int mebibytes) => string.Create(CultureInfo.InvariantCulture, $"size={mebibytes}m");

    private static bool Mount(params string[] arguments) => Run("mount", arguments) == 0;

    private static int Run(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
