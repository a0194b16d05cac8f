namespace HftSandbox.Trader.Config;

/// <summary>The table of keys as a tree, to find the place of a path in it.</summary>
internal sealed class KeyTree
{
    public const string Element = "[]";
    public const string AnyName = "{name}";

    private readonly SortedDictionary<string, KeyTree> _children = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The tree of all keys.</summary>
    public static KeyTree Root { get; } = Build();

    /// <summary>The key that stands here; null = an object or a list.</summary>
    public ConfigKey? Key { get; private set; }

    public bool IsList => _children.ContainsKey(Element);

    /// <summary>The names that may stand here.</summary>
    public IEnumerable<string> Names => _children.Keys.Where(name => name is not (Element or AnyName));

    /// <summary>The place of a member or element; null = there is none.</summary>
    public KeyTree? Child(string segment)
    {
        if (IsList)
            return segment.All(char.IsAsciiDigit) ? _children[Element] : null;
        return _children.GetValueOrDefault(_children.ContainsKey(AnyName) ? AnyName : segment);
    }

    /// <summary>The key at a path.</summary>
    public static ConfigKey KeyAt(string path)
    {
        var place = Root;
        foreach (var segment in path.Split(':'))
            place = place.Child(segment)!;
        return place.Key!;
    }

    private static KeyTree Build()
    {
        var root = new KeyTree();
        foreach (var key in ConfigKeys.All)
        {
            var place = root;
            foreach (var segment in key.Path.Replace(Element, "." + Element, StringComparison.Ordinal).Split('.'))
            {
                if (!place._children.TryGetValue(segment, out var child))
                    place._children.Add(segment, child = new KeyTree());
                place = child;
            }

            place.Key = key;
        }

        return root;
    }
}
