namespace HftSandbox.Adapters;

/// <summary>A file source cannot be read, or is not the one that a restart expects.</summary>
/// <param name="file">The file.</param>
/// <param name="line">Lines read so far; 0 = none.</param>
/// <param name="reason">Why, in words.</param>
/// <param name="inner">What the file system or the decompressor said.</param>
public sealed class CaptureException(string file, uint line, string reason, Exception? inner = null)
    : IOException($"{file}{(line == 0 ? "" : $" after line {line}")}: {reason}", inner)
{
    /// <summary>The file.</summary>
    public string File { get; } = file;

    /// <summary>Lines read so far; 0 = none.</summary>
    public uint Line { get; } = line;

    /// <summary>Why, in words.</summary>
    public string Reason { get; } = reason;
}
