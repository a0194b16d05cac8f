namespace HftSandbox.Trader.Config;

/// <summary>Looks whether the configuration file changed, by its content: a file that is touched or replaced by the
/// same bytes did not. One thread.</summary>
/// <param name="path">The file.</param>
/// <param name="environment">As at the start.</param>
/// <param name="overrides">As at the start.</param>
/// <param name="initial">What was loaded at the start: nothing that happened since goes unseen.</param>
public sealed class ConfigWatcher(
    string path,
    IReadOnlyDictionary<string, string> environment,
    IReadOnlyDictionary<string, string> overrides,
    ConfigResult initial)
{
    private string _contentHash = initial.ContentHash;
    private bool _isUnreadable = initial.IsUnreadable;

    /// <summary>Looks once.</summary>
    /// <returns>What the changed file says, once per change; null = nothing new. A file caught half-written comes out
    /// as one with errors, and its completion as the next change; one that cannot be read is told once.</returns>
    public ConfigResult? Poll()
    {
        var result = ConfigLoader.Load(path, environment, overrides);
        if (result.IsUnreadable)
        {
            var isNews = !_isUnreadable;
            _isUnreadable = true;
            return isNews ? result : null;
        }

        _isUnreadable = false;
        if (result.ContentHash == _contentHash)
            return null;
        _contentHash = result.ContentHash;
        return result;
    }
}
