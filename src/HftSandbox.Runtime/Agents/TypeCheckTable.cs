namespace HftSandbox.Runtime.Agents;

/// <summary>The runtime's table of the type checks that it has answered. It doubles, by 98,352 bytes at the most, on
/// whichever thread asks something new: which may be one that must not allocate.</summary>
public static class TypeCheckTable
{
    // It ends at 4,096 entries. To get there it takes fewer new answers than the 3,840 that fit all its smaller sizes.
    private const int Types = 64;

    /// <summary>Lets it grow to its end, on this thread. Later calls find it so.</summary>
    public static void Grow()
    {
        var types = typeof(TypeCheckTable).Assembly.GetTypes()[..Types];
        foreach (var target in types)
        {
            foreach (var type in types)
                _ = target.IsAssignableFrom(type);
        }
    }
}
