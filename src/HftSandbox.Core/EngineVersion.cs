namespace HftSandbox.Core;

/// <summary>The version of everything that decides what is derived from an input.</summary>
public static class EngineVersion
{
    /// <summary>Stands in every RunStarted, segment header and snapshot.</summary>
    public static string Current { get; } = typeof(EngineVersion).Assembly.GetName().Version!.ToString(3);
}
