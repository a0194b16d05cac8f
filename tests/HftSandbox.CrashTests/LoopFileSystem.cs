using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using HftSandbox.Tests;
using Microsoft.Win32.SafeHandles;

namespace HftSandbox.CrashTests;

/// <summary>An ext4 file system in a file, whose power can be cut: what was not synced is then gone, and the journal is
/// replayed at the next mount, as after a real power failure.</summary>
internal sealed partial class LoopFileSystem : IDisposable
{
    private const uint ShutdownRequest = 0x8004587D;
    private const uint WithoutFlushingTheLog = 2;
    private const int Attempts = 50;

    private readonly TempDirectory _directory = new();
    private bool _mounted;

    private LoopFileSystem()
    {
    }

    /// <summary>Where it is mounted.</summary>
    public string Path => _directory["mount"];

    private string Image => _directory["image"];

    /// <summary>Makes one; null where this user or this machine cannot, with the reason.</summary>
    /// <param name="size">Of the image, as truncate takes it.</param>
    /// <param name="refusal">The reason.</param>
    public static LoopFileSystem? TryCreate(string size, out string refusal)
    {
        var made = new LoopFileSystem();
        try
        {
            Directory.CreateDirectory(made.Path);
            made.Command("truncate", "-s", size, made.Image);
            made.Command("mkfs.ext4", "-q", "-F", made.Image);
            made.Mount();
            refusal = "";
            return made;
        }
        catch (Exception failure) when (failure is Win32Exception or InvalidOperationException)
        {
            made.Dispose();
            refusal = failure.Message;
            return null;
        }
    }

    /// <summary>Cuts the power. Processes that use the file system get errors from now on.</summary>
    public void CutPower()
    {
        var file = System.IO.Path.Join(Path, "cut");
        using var handle = File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        var flags = WithoutFlushingTheLog;
        if (Control(handle, ShutdownRequest, ref flags) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Mounts it again, which replays its journal. No process may use it.</summary>
    public void Remount()
    {
        Unmount();
        Mount();
    }

    public void Dispose()
    {
        if (_mounted)
            Unmount();
        _directory.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, nuint request, ref uint argument);

    private void Mount()
    {
        Command("mount", "-o", "loop", Image, Path);
        _mounted = true;
    }

    // Busy for a moment after the last process has ended.
    private void Unmount()
    {
        for (var attempt = 1; _mounted; attempt++)
        {
            try
            {
                Command("umount", Path);
                _mounted = false;
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                Thread.Sleep(100);
            }
        }
    }

    private void Command(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _directory.Path,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{file}: {error.Trim()}");
    }
}
